"""A .cabal file for a workspace that has none, from its layout and imports. Pure."""

import re
from collections.abc import Iterable, Mapping

from ide.modules import package_of

MARK = "-- Made from the workspace's layout. Delete this line to keep the file when importing the archive."
ROOTS = ("src", "app", "test")
MAINS = ("app/Main.hs", "src/Main.hs", "Main.hs")
TESTS = ("test/Spec.hs", "test/Main.hs", "test/Test.hs", "test/Tests.hs")

_IMPORT = re.compile(r"^import\s+(?:safe\s+)?(?:qualified\s+)?(?:\"[^\"]*\"\s+)?([A-Z][\w.']*)", re.MULTILINE)
_MODULE = re.compile(r"^module\s+([A-Z][\w.']*)", re.MULTILINE)
_MAIN = re.compile(r"^main\b\s*(?:::|=)", re.MULTILINE)


def package_name(name: str) -> str:
    """The workspace's name as Cabal allows it: letters and digits with hyphens, no part only digits."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    return (
        "-".join(word if not word.isdigit() else f"n{word}" for word in words)[:60].rstrip("-") or "workspace"
    )


def is_generated(path: str, text: str) -> bool:
    return path.endswith(".cabal") and text.startswith(MARK)


def files_for(name: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The files that the archive needs beside the workspace's own."""
    if any("/" not in path and path.endswith(".cabal") for path in texts):
        return {}
    package = package_name(name)
    sources = {path: text for path, text in texts.items() if path.endswith(".hs")}
    return {f"{package}.cabal": _cabal(package, sources)}


def _cabal(package: str, sources: Mapping[str, str]) -> str:
    program, tests = program_of(sources), next((path for path in TESTS if path in sources), None)
    mains = {path for path in (program, tests) if path}
    shared = [path for path in sources if path not in mains and not path.startswith("test/")]
    helpers = [path for path in sources if path not in mains and path.startswith("test/")]
    parts = [f"{MARK}\ncabal-version: 3.4\nname: {package}\nversion: 0.1.0.0\nbuild-type: Simple\n"]
    if program:
        parts.append(_stanza(f"executable {package}", program, shared, sources))
    elif shared:
        parts.append(_library(shared, sources))
    if tests:
        parts.append(_stanza(f"test-suite {package}-test", tests, shared + helpers, sources))
    return "\n".join(parts)


def program_of(sources: Mapping[str, str]) -> str | None:
    """Where `main` is: the usual places first, else the only file that defines it."""
    for path in MAINS:
        if path in sources:
            return path
    found = [path for path, text in sources.items() if _MAIN.search(text) and not path.startswith("test/")]
    return found[0] if len(found) == 1 else None


def _stanza(head: str, main: str, others: list[str], sources: Mapping[str, str]) -> str:
    used = [main, *others]
    module = _MODULE.search(sources[main])
    options = [f"-main-is {module[1]}"] if module and module[1] != "Main" else []
    lines = ["type: exitcode-stdio-1.0"] if head.startswith("test-suite") else []
    lines += [f"main-is: {_inside(main)}", f"hs-source-dirs: {_roots(used)}"]
    lines += [f"other-modules: {', '.join(_modules(others, sources))}"] if others else []
    lines += [f"ghc-options: {' '.join(options)}"] if options else []
    return _indented(head, [*lines, *_common(used, sources)])


def _library(paths: list[str], sources: Mapping[str, str]) -> str:
    lines = [f"hs-source-dirs: {_roots(paths)}", f"exposed-modules: {', '.join(_modules(paths, sources))}"]
    return _indented("library", [*lines, *_common(paths, sources)])


def _common(paths: Iterable[str], sources: Mapping[str, str]) -> list[str]:
    imports = {module for path in paths for module in _IMPORT.findall(sources[path])}
    packages = {
        package for module in imports - set(_modules(sources, sources)) if (package := package_of(module))
    }
    return ["default-language: GHC2021", f"build-depends: {', '.join(['base', *sorted(packages)])}"]


def _modules(paths: Iterable[str], sources: Mapping[str, str]) -> list[str]:
    """Module names; a file says its own, else its path does."""
    found = ((path, _MODULE.search(sources[path])) for path in paths)
    names = (match[1] if match else _inside(path)[:-3].replace("/", ".") for path, match in found)
    return [name for name in names if name != "Main"]


def _roots(paths: Iterable[str]) -> str:
    return ", ".join(sorted({_root(path) for path in paths}))


def _root(path: str) -> str:
    first, _, rest = path.partition("/")
    return first if rest and first in ROOTS else "."


def _inside(path: str) -> str:
    """The path below its source root."""
    root = _root(path)
    return path if root == "." else path[len(root) + 1 :]


def _indented(head: str, lines: list[str]) -> str:
    return "\n".join([head, *(f"  {line}" for line in lines), ""])
