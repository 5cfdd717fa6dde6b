"""One library, program or test suite of a .cabal file. Pure."""

import re
from dataclasses import dataclass, field

from sandbox.spelling import MODULE_NAME

_MODULE = re.compile(rf"^module\s+({MODULE_NAME})", re.MULTILINE)


@dataclass(frozen=True)
class Stanza:
    """`head` is such as `executable thing`; `main` lies below one of `roots`."""

    head: str
    main: str | None
    roots: list[str]
    modules: list[str]
    packages: list[str]
    extensions: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    language: str = "GHC2021"

    def render(self) -> str:
        """As it stands in the file; whatever was given stays on its own line."""
        fields = {
            "type": "exitcode-stdio-1.0" if self.head.startswith("test-suite") else "",
            "main-is": self.main or "",
            "hs-source-dirs": ", ".join(self.roots),
            "other-modules" if self.main else "exposed-modules": ", ".join(self.modules),
            "default-language": self.language,
            "default-extensions": ", ".join(self.extensions),
            "ghc-options": " ".join(self.options),
            "build-depends": ", ".join(dict.fromkeys(self.packages)),
        }
        lines = [f"  {name}: {_on_one_line(value)}" for name, value in fields.items() if value]
        return "\n".join([_on_one_line(self.head), *lines, ""])


def declared_module(text: str) -> str | None:
    match = _MODULE.search(text)
    return match[1] if match else None


def module_of(path: str, text: str, roots: list[str]) -> str:
    """The module's name: what the file says, else what its path below the longest root says."""
    inside = min((below(path, root) for root in roots), key=len, default=path)
    return declared_module(text) or inside.removesuffix(".hs").replace("/", ".")


def below(path: str, root: str) -> str:
    """The path without the root that it lies in."""
    return path if root == "." else path.removeprefix(f"{root}/")


def _on_one_line(value: str) -> str:
    return " ".join(value.split())
