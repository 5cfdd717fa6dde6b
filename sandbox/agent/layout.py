"""Where a workspace's modules lie and which of them is the program. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sandbox.agent.haskell_source import Source
from sandbox.description.component import USUAL_ROOTS

DEFAULT_ROOTS = tuple(root or "." for root in USUAL_ROOTS)
DEFAULT_ENTRIES = ("app/Main.hs", "src/Main.hs", "Main.hs")
SPECS = ("test/Spec.hs", "test/Main.hs", "test/Test.hs", "tests/Spec.hs", "tests/Main.hs", "spec/Spec.hs")
_SAFE_FLAG = re.compile(
    r"-W[a-z0-9-]*|-w|-X[A-Za-z0-9]+|-threaded|-fno-warn-[a-z-]+|-fwarn-[a-z-]+|-f(no-)?(spec-constr|specialise|"
    r"expose-all-unfoldings|full-laziness|late-specialise|strictness|ignore-asserts|omit-yields|float-in|cse|print-[a-z-]+)"
    r"(-[a-z-]+)?|-f(max-[a-z-]+|constraint-solver-iterations|context-stack|reduction-depth)=\d+|-funbox-[a-z-]+"
)
_EXTENSION = re.compile(r"[A-Za-z0-9]+")
LONGEST = 64  # letters of a flag or an extension: GHC seeks what a longer one may have meant, for minutes
USUAL_LEVEL = 1
REFUSED_WARNING = ("-Werror", "-Wwarn")  # deferring and reporting errors is ours to decide


@dataclass(frozen=True)
class Options:
    """What a package description asks for."""

    roots: tuple[str, ...] = DEFAULT_ROOTS
    extensions: tuple[str, ...] = ()
    language: str | None = None
    flags: tuple[str, ...] = ()
    mains: tuple[str, ...] = ()  # of executables, in order
    tests: tuple[str, ...] = ()  # of test suites, in order
    levels: tuple[tuple[str, int], ...] = ()  # of optimisation, by program; "" of others

    def level(self, program: str) -> int:
        """At which GHC optimises where a run does not say it: as Cabal, unless the package does."""
        levels = dict(self.levels)
        return levels.get(program, levels.get("", USUAL_LEVEL))

    @property
    def ghc(self) -> list[str]:
        """As GHC's arguments, without the roots; only those on the allow-list."""
        language = [self.language] if self.language else []
        return [*_switched_on(language), *self.extension_flags, *filter(is_used, self.flags)]

    @property
    def extension_flags(self) -> list[str]:
        """Those of the extensions alone, for other tools that read Haskell."""
        return _switched_on(self.extensions)


@dataclass(frozen=True)
class Layout:
    """A workspace's Haskell sources, by path."""

    options: Options
    sources: Mapping[str, Source] = field(default_factory=dict)

    def default_entry(self) -> str | None:
        """The program when none is named: a described one, a usual one, else the only file with a `main`."""
        for path in (*self.options.mains, *DEFAULT_ENTRIES):
            if path in self.sources:
                return path
        definers = [
            path for path, source in self.sources.items() if source.defines_main and not is_test(path)
        ]
        return definers[0] if len(definers) == 1 else None

    def mains(self) -> list[str]:
        return [path for path, source in self.sources.items() if source.defines_main]

    def programs(self) -> list[str | None]:
        """Each `Main`, for GHCi holds one at a time; without any, the modules by themselves."""
        return [path for path, source in self.sources.items() if source.module == "Main"] or [None]

    def usable_focus(self, last: str | None) -> str | None:
        """The program that GHCi holds: that of the last time while it is there."""
        return last if last in self.sources else self.default_entry() or self.programs()[0]

    def test_entry(self) -> str | None:
        """The workspace's test program."""
        return next((path for path in (*self.options.tests, *SPECS) if path in self.sources), None)

    def targets(self, focus: str | None) -> list[str]:
        """What GHCi loads: of each module the focused file, else the one GHC finds; one `Main` at most."""
        chosen: dict[str, str] = {}
        for path in sorted(self.sources, key=lambda path: (path != focus, self._rank(path), path)):
            source = self.sources[path]
            if source.module == "Main" and path != focus:
                continue
            chosen.setdefault(source.module, path)
        return sorted(chosen.values())

    def closure(self, entry: str) -> set[str]:
        """The entry and every file that it imports, directly or not."""
        by_module = {self.sources[path].module: path for path in reversed(self.targets(entry))}
        found: set[str] = set()
        waiting = [entry]
        while waiting:
            path = waiting.pop()
            if path in found or path not in self.sources:
                continue
            found.add(path)
            waiting += [by_module[name] for name in self.sources[path].imports if name in by_module]
            if self.sources[path].discovers:
                waiting += [other for other in self.sources if is_spec(other)]
        return found

    def dependents(self, path: str) -> set[str]:
        """The file and every one that imports it, directly or not: those with it in their closures."""
        imported_as = {each: self.sources[each].module for each in self.targets(None)}
        importers: dict[str, list[str]] = defaultdict(list)
        for other, source in self.sources.items():
            for name in source.imports:
                importers[name].append(other)
        discovering = [other for other, source in self.sources.items() if source.discovers]
        found: set[str] = set()
        waiting = [path]
        while waiting:
            each = waiting.pop()
            if each not in found:
                found.add(each)
                waiting += importers.get(imported_as.get(each, ""), [])
                waiting += discovering if is_spec(each) else []
        return found

    def _rank(self, path: str) -> int:
        """The place of the source root where an import of the file's module is found."""
        file = self.sources[path].module.replace(".", "/") + PurePosixPath(path).suffix
        for place, root in enumerate(self.options.roots):
            if path == (file if root == "." else f"{root}/{file}"):
                return place
        return len(self.options.roots)


def is_used(flag: str) -> bool:
    """Is GHC given this word of `ghc-options`?"""
    is_safe = len(flag) <= LONGEST and _SAFE_FLAG.fullmatch(flag)
    return bool(is_safe) and not flag.startswith(REFUSED_WARNING)


def _switched_on(extensions: Iterable[str]) -> list[str]:
    return [f"-X{name}" for name in extensions if len(name) <= LONGEST and _EXTENSION.fullmatch(name)]


def is_haskell(path: str) -> bool:
    return path.endswith((".hs", ".lhs"))


def is_test(path: str) -> bool:
    return path.split("/")[0] in ("test", "tests", "spec")


def is_spec(path: str) -> bool:
    return PurePosixPath(path).stem.endswith("Spec") and "/" in path and PurePosixPath(path).name != "Spec.hs"


def layout(contents: Mapping[str, bytes], options: Options) -> Layout:
    """The layout of these files; `Setup.hs` belongs to Cabal."""
    sources = {
        path: Source.parse(content.decode(errors="replace"), literate=path.endswith(".lhs"))
        for path, content in contents.items()
        if is_haskell(path) and path != "Setup.hs"
    }
    return Layout(options, sources)


def program_name(entry: str) -> str:
    """What the program is called, as `ghc -o` would name it."""
    return PurePosixPath(entry).stem or "Main"


def unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
