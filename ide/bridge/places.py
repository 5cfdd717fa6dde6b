"""The editor's files ↔ the workspace's: `file:///home/alice/project/src/A.hs` ↔ `file:///work/src/A.hs`."""

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from ide.protocol import ROOT

URI_FIELDS = {"uri", "rootUri", "targetUri", "oldUri", "newUri", "scopeUri", "baseUri"}
BY_URI = "changes"  # of a WorkspaceEdit: its keys are URIs
ARGUMENTS = "arguments"  # of a command: some of them may be URIs
SPELLINGS = 2000  # of the editor's, remembered


class Places:
    """Translates addresses of files below one folder; all others stay as they are."""

    def __init__(self, folder: Path) -> None:
        self._folders = list(dict.fromkeys([folder.absolute(), folder.resolve()]))
        self._spelled: OrderedDict[str, str] = OrderedDict()  # the workspace's → as the editor wrote it

    def to_workspace(self, message: Any) -> Any:
        return _translated(message, self._inwards)

    def to_editor(self, message: Any) -> Any:
        return _translated(message, self._outwards)

    def _inwards(self, uri: str) -> str:
        parts = urlsplit(uri)
        if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
            return uri
        path = Path(unquote(parts.path))
        for folder in self._folders:
            if path.is_relative_to(folder):
                inside = path.relative_to(folder).as_posix()
                remote = ROOT if inside == "." else f"{ROOT}/{quote(inside)}"
                self._remember(remote, uri)
                return remote
        return uri

    def _outwards(self, uri: str) -> str:
        if uri in self._spelled:
            return self._spelled[uri]
        if uri == ROOT or uri.startswith(ROOT + "/"):
            return f"file://{quote(self._folders[0].as_posix())}{uri.removeprefix(ROOT)}"
        return uri

    def _remember(self, remote: str, uri: str) -> None:
        self._spelled[remote] = uri
        self._spelled.move_to_end(remote)
        if len(self._spelled) > SPELLINGS:
            self._spelled.popitem(last=False)


def _translated(value: Any, translate: Callable[[str], str]) -> Any:
    """The message with each address translated; texts are left alone."""
    match value:
        case list():
            return [_translated(each, translate) for each in value]
        case dict():
            return {name: _field(name, each, translate) for name, each in value.items()}
    return value


def _field(name: str, value: Any, translate: Callable[[str], str]) -> Any:
    if name in URI_FIELDS and isinstance(value, str):
        return translate(value)
    if name == BY_URI and isinstance(value, dict):
        return {translate(uri): _translated(edits, translate) for uri, edits in value.items()}
    if name == ARGUMENTS and isinstance(value, list):
        return [translate(each) if _is_address(each) else _translated(each, translate) for each in value]
    return _translated(value, translate)


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("file:")
