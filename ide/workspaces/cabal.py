"""A .cabal file for a workspace without one: from its `package.yaml`, else from layout and imports. Pure."""

import re
from collections.abc import Container, Iterable, Mapping

from ide.workspaces import hpack
from ide.workspaces.stanza import Stanza, below, declared_module, module_of
from sandbox.spelling import MODULE_NAME

MARK = "-- Made from the workspace's layout. Delete this line to keep the file when importing the archive."
ROOTS = ["src", "app", "test", "."]
MAINS = ("app/Main.hs", "src/Main.hs", "Main.hs")
TESTS = ("test/Spec.hs", "test/Main.hs", "test/Test.hs", "test/Tests.hs")
FALLBACK = "workspace"

_IMPORT = re.compile(
    rf"^import\s+(?:safe\s+)?(?:qualified\s+)?(?:\"[^\"]*\"\s+)?({MODULE_NAME})",
    re.MULTILINE,
)
_MAIN = re.compile(r"^main\b\s*(?:::|=)", re.MULTILINE)


def package_name(name: str, taken: Container[str]) -> str:
    """The name as Cabal allows it: words with hyphens, none of them only digits, and not taken yet."""
    words = re.findall(r"[a-z0-9]+", name.lower())
    package = "-".join(word if not word.isdigit() else f"n{word}" for word in words)[:60].rstrip("-")
    if not package or package in taken:
        return f"{package}-{FALLBACK}".lstrip("-")
    return package


def is_generated(path: str, text: str) -> bool:
    return path.endswith(".cabal") and MARK in text.splitlines()[:2]


def files_for(package: str, texts: Mapping[str, str], modules: Mapping[str, str]) -> dict[str, str]:
    """The files that the archive needs beside the workspace's own. See `archives.write`."""
    sources = {path: text for path, text in texts.items() if path.endswith(".hs") and path != "Setup.hs"}
    if not sources or any("/" not in path and path.endswith(".cabal") for path in texts):
        return {}
    described, stanzas = hpack.stanzas(texts.get("package.yaml", ""), sources)
    package = described or package
    # Cabal wants its version in the first line.
    head = f"cabal-version: 3.4\n{MARK}\nname: {package}\nversion: 0.1.0.0\nbuild-type: Simple\n"
    parts = [stanza.render() for stanza in stanzas or _stanzas(package, sources, modules)]
    return {f"{package}.cabal": "\n".join([head, *parts])}


def _stanzas(package: str, sources: Mapping[str, str], modules: Mapping[str, str]) -> list[Stanza]:
    program, tests = program_of(sources), next((path for path in TESTS if path in sources), None)
    mains = [path for path in (program, tests) if path]
    shared = [path for path in sources if path not in mains and not path.startswith("test/")]
    helpers = [path for path in sources if path not in mains and path.startswith("test/")]
    found = []
    if program:
        found.append(_stanza(f"executable {package}", program, shared, sources, modules))
    elif shared:
        found.append(_stanza("library", None, shared, sources, modules))
    if tests:
        found.append(_stanza(f"test-suite {package}-test", tests, shared + helpers, sources, modules))
    return found


def program_of(sources: Mapping[str, str]) -> str | None:
    """Where `main` is: the usual places first, else the only file that defines it."""
    for path in MAINS:
        if path in sources:
            return path
    found = [path for path, text in sources.items() if _MAIN.search(text) and not path.startswith("test/")]
    return found[0] if len(found) == 1 else None


def _stanza(
    head: str,
    main: str | None,
    others: list[str],
    sources: Mapping[str, str],
    modules: Mapping[str, str],
) -> Stanza:
    used = [*([main] if main else []), *others]
    module = declared_module(sources[main]) if main else None
    names = [module_of(path, sources[path], [_root(path)]) for path in others]
    return Stanza(
        head=head,
        main=below(main, _root(main)) if main else None,
        roots=sorted({_root(path) for path in used}),
        modules=[name for name in names if name != "Main"],
        packages=["base", *_packages(used, sources, modules)],
        options=[f"-main-is {module}"] if module and module != "Main" else [],
    )


def _packages(paths: Iterable[str], sources: Mapping[str, str], modules: Mapping[str, str]) -> list[str]:
    """What the imports come from besides base, as far as it is known and not one of the workspace's own."""
    own = {module_of(path, text, [_root(path)]) for path, text in sources.items()}
    imports = {module for path in paths for module in _IMPORT.findall(sources[path])} - own
    return sorted({modules[module] for module in imports & modules.keys()} - {"base"})


def _root(path: str) -> str:
    return next(root for root in ROOTS if root == "." or path.startswith(f"{root}/"))
