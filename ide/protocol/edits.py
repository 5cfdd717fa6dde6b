"""Edits that the server proposes: code actions and formatting, as in LSP 3.17."""

from typing import Annotated

from msgspec import Meta

from ide.protocol.base import Lenient, Strict, Uri
from ide.protocol.language import ShownDiagnostic, TextDocument
from sandbox.limits import DIAGNOSTICS, MESSAGE_BYTES
from sandbox.messages import Optimization, Range, Stage


class TextEdit(Lenient, frozen=True):
    range: Range
    new_text: str


class WorkspaceEdit(Lenient, frozen=True):
    """Edits by the file's URI; all are about the texts before any of them."""

    changes: dict[str, list[TextEdit]]


class ApplyEdit(Lenient, frozen=True):
    """`label` says in a client's list of changes where the edit is from."""

    label: str
    edit: WorkspaceEdit


class VersionedDocument(Lenient, frozen=True):
    """`version`: the open document's that the edits are about; null for a file that is not open."""

    uri: str
    version: int | None


class DocumentEdit(Lenient, frozen=True):
    text_document: VersionedDocument
    edits: list[TextEdit]


class VersionedEdit(Lenient, frozen=True):
    """A `WorkspaceEdit` for clients that take the versions of the texts that it is about."""

    document_changes: list[DocumentEdit]


class ClientDiagnostic(Lenient, frozen=True):
    """A diagnostic as a client sends it back."""

    range: Range
    message: Annotated[str, Meta(max_length=MESSAGE_BYTES)]
    severity: int | None = None
    code: int | str | None = None
    source: str | None = None


class CodeActionContext(Lenient, frozen=True):
    """`only`: kinds, such as `quickfix` or `source`; what is below them counts as well.

    `trigger_kind`: 2 where nobody asked for a menu, as for a light bulb.
    """

    diagnostics: Annotated[list[ClientDiagnostic], Meta(max_length=DIAGNOSTICS)] = []
    only: Annotated[list[str], Meta(max_length=100)] | None = None
    trigger_kind: int | None = None


class CodeActionParams(Lenient, frozen=True):
    text_document: TextDocument
    range: Range
    context: CodeActionContext = CodeActionContext()


class Command(Lenient, frozen=True):
    title: str
    command: str
    arguments: list[str | int | WorkspaceEdit]


class CodeAction(Lenient, frozen=True, omit_defaults=True):
    """What can be done about diagnostics: an edit, or a command for `workspace/executeCommand`."""

    title: str
    kind: str
    diagnostics: list[ShownDiagnostic] = []
    is_preferred: bool = False
    edit: WorkspaceEdit | None = None
    command: Command | None = None


class CodeLens(Lenient, frozen=True):
    """A command that is shown above a line."""

    range: Range
    command: Command


class OfFile(Strict, frozen=True):
    """A file, by its URI."""

    uri: Uri


class DumpOf(Strict, frozen=True):
    """What GHC is to show of a module; `details`: with all that is usually left out.

    On another `toolchain` than the workspace's it is a run aside, of the saved files.
    """

    uri: Uri
    stage: Stage
    optimization: Optimization = 1
    details: bool = False
    toolchain: Annotated[str, Meta(max_length=64)] | None = None


class ModuleView(Strict, frozen=True):
    """What GHC made of a module. `sources`: the line of the module that each line of the text comes from."""

    text: str
    sources: list[int | None]
    truncated: bool


class ExecuteCommand(Lenient, frozen=True):
    command: Annotated[str, Meta(max_length=200)]
    arguments: Annotated[list[str | int | WorkspaceEdit], Meta(max_length=10)] = []


class Explanation(Lenient, frozen=True):
    """What a code of GHC's means; `url` is its page in the error index."""

    code: str
    title: str
    text: str
    url: str
