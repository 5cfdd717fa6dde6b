"""Every method, with what it takes and gives."""

from typing import NamedTuple

import msgspec

from ide.protocol.base import Empty, Nothing
from ide.protocol.edits import (
    ApplyEdit,
    CodeAction,
    CodeActionParams,
    CodeLens,
    Command,
    DumpOf,
    ExecuteCommand,
    Explanation,
    ModuleView,
    OfFile,
    TextEdit,
    VersionedEdit,
    WorkspaceEdit,
)
from ide.protocol.features import (
    AtPosition,
    CompletionAt,
    CompletionItem,
    CompletionList,
    DocumentHighlight,
    DocumentSymbol,
    FoldingRange,
    HoverAt,
    HoverResult,
    InDocument,
    InlayHint,
    InRange,
    Location,
    ReferencesAt,
    RenamePlace,
    RenameTo,
    SemanticTokens,
    SignatureHelp,
)
from ide.protocol.language import (
    CancelRequest,
    DidChange,
    DidClose,
    DidOpen,
    DidSave,
    Initialize,
    Initialized,
    PublishDiagnostics,
    ShowMessage,
    ShownDiagnostic,
)
from ide.protocol.matrix import Matrix, MatrixStart
from ide.protocol.progress import Progress, ProgressToken
from ide.protocol.runs import (
    DebugBreakpoints,
    DebugLook,
    DebugStep,
    RunAck,
    RunFollow,
    RunInput,
    RunReference,
    RunResize,
    RunStart,
    RunStarted,
    RunSummary,
    RunUsage,
)
from ide.protocol.search import (
    ImportWanted,
    SearchQuery,
    SearchResult,
    SearchResults,
    SymbolInformation,
    SymbolQuery,
)
from ide.protocol.session import (
    FileChanged,
    PieceWanted,
    ProducedFiles,
    ProducedPart,
    ProducedReference,
    SessionStatus,
)
from sandbox.messages import (
    Debugged,
    Finished,
    InputRefused,
    Measured,
    Output,
    OutputDropped,
    Queued,
    Runnable,
    Started,
)


class Call(NamedTuple):
    """A request's parameters and its result."""

    params: type[msgspec.Struct]
    result: object


REQUESTS: dict[str, Call] = {
    "initialize": Call(Initialize, Initialized),
    "shutdown": Call(Empty, None),
    "textDocument/hover": Call(HoverAt, HoverResult | None),
    "textDocument/definition": Call(AtPosition, list[Location]),
    "textDocument/references": Call(ReferencesAt, list[Location] | None),
    "textDocument/prepareRename": Call(AtPosition, RenamePlace | None),
    "textDocument/rename": Call(RenameTo, WorkspaceEdit | VersionedEdit),
    "textDocument/documentHighlight": Call(AtPosition, list[DocumentHighlight] | None),
    "textDocument/completion": Call(CompletionAt, CompletionList | None),
    "completionItem/resolve": Call(CompletionItem, CompletionItem),
    "textDocument/signatureHelp": Call(AtPosition, SignatureHelp | None),
    "textDocument/inlayHint": Call(InRange, list[InlayHint] | None),
    "textDocument/documentSymbol": Call(InDocument, list[DocumentSymbol] | list[SymbolInformation]),
    "workspace/symbol": Call(SymbolQuery, list[SymbolInformation]),
    "textDocument/foldingRange": Call(InDocument, list[FoldingRange]),
    "textDocument/semanticTokens/full": Call(InDocument, SemanticTokens | None),
    "textDocument/semanticTokens/range": Call(InRange, SemanticTokens | None),
    "textDocument/formatting": Call(InDocument, list[TextEdit]),
    "textDocument/codeLens": Call(InDocument, list[CodeLens] | None),
    "haskell/runnables": Call(OfFile, list[Runnable]),
    "haskell/search": Call(SearchQuery, SearchResults),
    "haskell/documentation": Call(AtPosition, SearchResult | None),
    "haskell/import": Call(ImportWanted, WorkspaceEdit),
    "haskell/format": Call(OfFile, list[TextEdit]),
    "haskell/dump": Call(DumpOf, ModuleView),
    "haskell/lint": Call(OfFile, list[ShownDiagnostic]),
    "textDocument/codeAction": Call(CodeActionParams, list[CodeAction] | list[Command]),
    "workspace/executeCommand": Call(ExecuteCommand, Explanation | WorkspaceEdit | None),
    "session/restart": Call(Nothing, Nothing),
    "session/leave": Call(Nothing, Nothing),
    "session/produced": Call(Nothing, ProducedFiles),
    "session/readProduced": Call(PieceWanted, ProducedPart),
    "session/deleteProduced": Call(ProducedReference, ProducedFiles),
    "haskell/matrix": Call(MatrixStart, Matrix),
    "run/start": Call(RunStart, RunReference),
    "run/input": Call(RunInput, Nothing),
    "run/resize": Call(RunResize, Nothing),
    "run/stop": Call(RunReference, Nothing),
    "debug/step": Call(DebugStep, Nothing),
    "debug/force": Call(DebugLook, Nothing),
    "debug/evaluate": Call(DebugLook, Nothing),
    "debug/breakpoints": Call(DebugBreakpoints, Nothing),
    "run/list": Call(Nothing, list[RunSummary]),
    "run/follow": Call(RunFollow, Nothing),
}

CLIENT_NOTIFICATIONS: dict[str, type[msgspec.Struct]] = {
    "initialized": Empty,
    "exit": Empty,
    "$/cancelRequest": CancelRequest,
    "textDocument/didOpen": DidOpen,
    "textDocument/didChange": DidChange,
    "textDocument/didClose": DidClose,
    "textDocument/didSave": DidSave,
    "run/ack": RunAck,
}

# What LSP clients say unasked, and tells us nothing: editors' settings, files on their own disks.
NEEDLESS = frozenset(
    {
        "workspace/didChangeConfiguration",
        "workspace/didChangeWatchedFiles",
        "window/workDoneProgress/cancel",
    }
)

RUN_EVENTS: tuple[type[msgspec.Struct], ...] = (
    Queued,
    Started,
    Output,
    OutputDropped,
    InputRefused,
    Measured,
    Debugged,
    Finished,
)

# `run/event` carries `NumberedEvent` and one of `RUN_EVENTS` in one object.
SERVER_NOTIFICATIONS: dict[str, type[msgspec.Struct]] = {
    "textDocument/publishDiagnostics": PublishDiagnostics,
    "window/showMessage": ShowMessage,
    "$/progress": Progress,
    "session/status": SessionStatus,
    "file/changed": FileChanged,
    "run/started": RunStarted,
    "run/usage": RunUsage,
}

# What we ask; for clients that announced that they take it. Nobody waits for the answer.
SERVER_REQUESTS: dict[str, type[msgspec.Struct]] = {
    "workspace/applyEdit": ApplyEdit,
    "window/workDoneProgress/create": ProgressToken,
}
