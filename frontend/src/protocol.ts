// Rendered by `manage.py protocol` from ide/protocol. Do not edit.

/** JSON-RPC's, LSP's and our own. */
export const ErrorCode = {
  PARSE_ERROR: -32700,
  INVALID_REQUEST: -32600,
  METHOD_NOT_FOUND: -32601,
  INVALID_PARAMS: -32602,
  INTERNAL_ERROR: -32603,
  SERVER_NOT_INITIALIZED: -32002,
  REQUEST_CANCELLED: -32800,
  CONTENT_MODIFIED: -32801,
  REQUEST_FAILED: -32803,
  QUOTA: 1,
  POOL_FULL: 2,
  SESSION_LOST: 3,
  NOT_ALLOWED: 4,
  UNKNOWN_RUN: 5,
} as const;

/** Why the server closed the socket. */
export const CloseCode = {
  DONE: 1000,
  LOGIN_EXPIRED: 4001,
  NO_SUCH_WORKSPACE: 4004,
  FLOOD: 4008,
  TOO_MANY_SOCKETS: 4009,
} as const;

export interface Initialize {
  capabilities: ClientCapabilities;
}

export interface ClientCapabilities {
  general?: GeneralCapabilities | null;
  window?: WindowCapabilities | null;
  workspace?: WorkspaceCapabilities | null;
  textDocument?: TextDocumentCapabilities | null;
}

export interface GeneralCapabilities {
  positionEncodings?: string[] | null;
}

export interface WindowCapabilities {
  workDoneProgress?: boolean | null;
}

export interface WorkspaceCapabilities {
  applyEdit?: boolean | null;
  workspaceEdit?: EditCapabilities | null;
}

export interface EditCapabilities {
  documentChanges?: boolean | null;
}

export interface TextDocumentCapabilities {
  hover?: HoverCapabilities | null;
  completion?: CompletionCapabilities | null;
  signatureHelp?: SignatureHelpCapabilities | null;
  documentSymbol?: DocumentSymbolCapabilities | null;
  codeAction?: CodeActionCapabilities | null;
  rename?: RenameCapabilities | null;
}

export interface HoverCapabilities {
  contentFormat?: string[] | null;
}

export interface CompletionCapabilities {
  completionItem?: CompletionItemCapabilities | null;
}

export interface CompletionItemCapabilities {
  snippetSupport?: boolean | null;
  documentationFormat?: string[] | null;
  labelDetailsSupport?: boolean | null;
  resolveSupport?: ResolveCapabilities | null;
}

/** What may come with an item's resolving. */
export interface ResolveCapabilities {
  properties?: string[] | null;
}

export interface SignatureHelpCapabilities {
  signatureInformation?: SignatureCapabilities | null;
}

export interface SignatureCapabilities {
  documentationFormat?: string[] | null;
  parameterInformation?: ParameterCapabilities | null;
}

export interface ParameterCapabilities {
  labelOffsetSupport?: boolean | null;
}

export interface DocumentSymbolCapabilities {
  hierarchicalDocumentSymbolSupport?: boolean | null;
}

export interface CodeActionCapabilities {
  codeActionLiteralSupport?: CodeActionLiteralCapabilities | null;
}

/** That it is there says it all. */
export interface CodeActionLiteralCapabilities {
}

export interface RenameCapabilities {
  prepareSupport?: boolean | null;
}

export interface Initialized {
  capabilities: ServerCapabilities;
  serverInfo: ServerInfo;
}

/** Only what works is announced; the options of two providers only to clients that know them. */
export interface ServerCapabilities {
  positionEncoding: string;
  textDocumentSync: TextDocumentSync;
  documentSymbolProvider: boolean;
  workspaceSymbolProvider: boolean;
  foldingRangeProvider: boolean;
  semanticTokensProvider: SemanticTokensOptions;
  hoverProvider: boolean;
  definitionProvider: boolean;
  referencesProvider: boolean;
  documentHighlightProvider: boolean;
  renameProvider: RenameOptions | boolean;
  completionProvider: CompletionOptions;
  signatureHelpProvider: SignatureHelpOptions;
  inlayHintProvider: boolean;
  documentFormattingProvider: boolean;
  codeActionProvider: CodeActionOptions | boolean;
  codeLensProvider: CodeLensOptions;
  executeCommandProvider: ExecuteCommandOptions;
}

export interface TextDocumentSync {
  openClose: boolean;
  change: number;
  save: SaveOptions;
}

export interface SaveOptions {
  includeText: boolean;
}

export interface SemanticTokensOptions {
  legend: SemanticTokensLegend;
  range: boolean;
  full: boolean;
}

export interface SemanticTokensLegend {
  tokenTypes: string[];
  tokenModifiers: string[];
}

export interface RenameOptions {
  prepareProvider: boolean;
}

export interface CompletionOptions {
  triggerCharacters: string[];
  resolveProvider: boolean;
}

export interface SignatureHelpOptions {
  triggerCharacters: string[];
}

export interface CodeActionOptions {
  codeActionKinds: string[];
}

export interface CodeLensOptions {
  resolveProvider: boolean;
}

export interface ExecuteCommandOptions {
  commands: string[];
}

export interface ServerInfo {
  name: string;
  version: string;
}

/** Parameters of which nothing is read. */
export interface Empty {
}

/** With a range it is about the selection there. */
export interface HoverAt {
  textDocument: TextDocument;
  position: Position;
  range?: Range | null;
}

export interface TextDocument {
  uri: string;
}

/** Zero-based line and UTF-16 character, as in LSP. */
export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface HoverResult {
  contents: MarkupContent;
  range?: Range | null;
}

export interface MarkupContent {
  value: string;
  kind: "markdown" | "plaintext";
}

/** A question about a place in a document. */
export interface AtPosition {
  textDocument: TextDocument;
  position: Position;
}

export interface Location {
  uri: string;
  range: Range;
}

export interface ReferencesAt {
  textDocument: TextDocument;
  position: Position;
  context?: ReferenceContext;
}

export interface ReferenceContext {
  includeDeclaration?: boolean;
}

/** The name that can be another one; `placeholder`: what it is now. */
export interface RenamePlace {
  range: Range;
  placeholder: string;
}

export interface RenameTo {
  textDocument: TextDocument;
  position: Position;
  newName: string;
}

/** Edits by the file's URI; all are about the texts before any of them. */
export interface WorkspaceEdit {
  changes: Record<string, TextEdit[]>;
}

export interface TextEdit {
  range: Range;
  newText: string;
}

/** A `WorkspaceEdit` for clients that take the versions of the texts that it is about. */
export interface VersionedEdit {
  documentChanges: DocumentEdit[];
}

export interface DocumentEdit {
  textDocument: VersionedDocument;
  edits: TextEdit[];
}

/** `version`: the open document's that the edits are about; null for a file that is not open. */
export interface VersionedDocument {
  uri: string;
  version: number | null;
}

/** `kind`: 2 it is used, 3 it gets its meaning. */
export interface DocumentHighlight {
  range: Range;
  kind: 2 | 3;
}

export interface CompletionAt {
  textDocument: TextDocument;
  position: Position;
  context?: CompletionContext;
}

/** `trigger_kind` is LSP's: 1 is whoever types, 2 a letter that triggers. */
export interface CompletionContext {
  triggerKind?: number;
}

export interface CompletionList {
  isIncomplete: boolean;
  items: CompletionItem[];
}

/** `kind` is one of LSP's numbers; `sortText` keeps the order in which they were offered. */
export interface CompletionItem {
  label: string;
  kind?: number;
  detail?: string;
  labelDetails?: LabelDetails | null;
  sortText?: string;
  textEdit?: TextEdit | null;
  insertTextFormat?: number;
  additionalTextEdits?: TextEdit[];
  documentation?: MarkupContent | string | null;
  data?: CompletionData | null;
}

export interface LabelDetails {
  description: string;
  detail?: string;
}

/** What `completionItem/resolve` needs of an item. */
export interface CompletionData {
  path: string;
  module: string;
  missing: Importable | null;
}

/** What an import must say of a name that is not in scope; `kind` and `parent` as of a match. With an alias it is the module's that is imported, qualified. */
export interface Importable {
  kind: string;
  parent: string;
  alias: string;
}

export interface SignatureHelp {
  signatures: SignatureInformation[];
  activeSignature: number;
  activeParameter: number;
}

export interface SignatureInformation {
  label: string;
  parameters: ParameterInformation[];
  documentation?: MarkupContent | string | null;
}

/** `label`: a stretch of the signature's, in UTF-16; its text for clients that do not know stretches. */
export interface ParameterInformation {
  label: [number, number] | string;
}

/** A question about a part of a document. */
export interface InRange {
  textDocument: TextDocument;
  range: Range;
}

export interface InlayHint {
  position: Position;
  label: string;
  kind: 1;
  paddingLeft: boolean;
}

/** A question about a whole document. */
export interface InDocument {
  textDocument: TextDocument;
}

/** `kind` is one of LSP's numbers. */
export interface DocumentSymbol {
  name: string;
  kind: number;
  range: Range;
  selectionRange: Range;
  detail?: string;
  children?: DocumentSymbol[];
}

/** A definition of the workspace; `kind` is one of LSP's numbers, `containerName` what it belongs to. */
export interface SymbolInformation {
  name: string;
  kind: number;
  location: Location;
  containerName: string;
}

/** A name or a part of one. */
export interface SymbolQuery {
  query: string;
}

export interface FoldingRange {
  startLine: number;
  endLine: number;
  kind: "comment" | "imports" | "region";
}

/** Five numbers a name: lines and characters since the one before, length, type, modifiers. */
export interface SemanticTokens {
  data: number[];
}

/** A command that is shown above a line. */
export interface CodeLens {
  range: Range;
  command: Command;
}

export interface Command {
  title: string;
  command: string;
  arguments: (string | number | WorkspaceEdit)[];
}

/** A file, by its URI. */
export interface OfFile {
  uri: string;
}

/** What can be run by itself; `name` says which to a run's target, `range` is where it stands. */
export interface Runnable {
  kind: "examples" | "main" | "property" | "spec" | "tasty";
  name: string;
  range: Range;
}

/** A name, a type, or both: `insert`, `a -> Maybe a`, `insert :: k -> a`, `+containers foldr`. */
export interface SearchQuery {
  query: string;
  limit?: number;
}

/** The best first. `why`: a sentence on what of the query could not be read. */
export interface SearchResults {
  results: SearchResult[];
  why: string;
}

/** `documentation` is Markdown; `location`: of the workspace's own. */
export interface SearchResult {
  name: string;
  kind: string;
  type: string;
  module: string;
  package: string;
  parent: string;
  documentation: string;
  modules: string[];
  location: Location | null;
}

/** A definition to be imported into a file, as a search told of it. */
export interface ImportWanted {
  uri: string;
  name: string;
  kind: string;
  module: string;
  package?: string;
  parent?: string;
}

/** What GHC is to show of a module; `details`: with all that is usually left out. On another `toolchain` than the workspace's it is a run aside, of the saved files. */
export interface DumpOf {
  uri: string;
  stage: "asm" | "cmm" | "core" | "stg";
  optimization?: number;
  details?: boolean;
  toolchain?: string | null;
}

/** What GHC made of a module. `sources`: the line of the module that each line of the text comes from. */
export interface ModuleView {
  text: string;
  sources: (number | null)[];
  truncated: boolean;
}

/** A diagnostic as LSP has it; `tags` holds 1 for what is not needed. */
export interface ShownDiagnostic {
  uri: string;
  range: Range;
  severity: number;
  code: string | null;
  source: string;
  message: string;
  codeDescription?: CodeDescription | null;
  tags?: number[];
}

/** Where a code is explained. */
export interface CodeDescription {
  href: string;
}

export interface CodeActionParams {
  textDocument: TextDocument;
  range: Range;
  context?: CodeActionContext;
}

/** `only`: kinds, such as `quickfix` or `source`; what is below them counts as well. `trigger_kind`: 2 where nobody asked for a menu, as for a light bulb. */
export interface CodeActionContext {
  diagnostics?: ClientDiagnostic[];
  only?: string[] | null;
  triggerKind?: number | null;
}

/** A diagnostic as a client sends it back. */
export interface ClientDiagnostic {
  range: Range;
  message: string;
  severity?: number | null;
  code?: number | string | null;
  source?: string | null;
}

/** What can be done about diagnostics: an edit, or a command for `workspace/executeCommand`. */
export interface CodeAction {
  title: string;
  kind: string;
  diagnostics?: ShownDiagnostic[];
  isPreferred?: boolean;
  edit?: WorkspaceEdit | null;
  command?: Command | null;
}

export interface ExecuteCommand {
  command: string;
  arguments?: (string | number | WorkspaceEdit)[];
}

/** What a code of GHC's means; `url` is its page in the error index. */
export interface Explanation {
  code: string;
  title: string;
  text: string;
  url: string;
}

/** `{}` */
export interface Nothing {
}

/** What programs wrote beside the workspace's files: the newest, and how many there are in all. */
export interface ProducedFiles {
  files: ProducedFile[];
  count: number;
}

/** A file that a program wrote; `modified` as its file system says. */
export interface ProducedFile {
  path: string;
  bytes: number;
  modified: number;
}

/** A file that a program wrote, from this byte on. */
export interface PieceWanted {
  path: string;
  offset?: number;
}

/** The file's bytes there, in base64; none at its end. `bytes`: how many it has at this moment. */
export interface ProducedPart {
  data: string;
  bytes: number;
}

/** A file that a program wrote. */
export interface ProducedReference {
  path: string;
}

/** `toolchains`: only these of those that the plan has. Input ends where `stdin` does. */
export interface MatrixStart {
  requestId: string;
  mode: "check" | "compile" | "interpret" | "test";
  toolchains?: string[] | null;
  entry?: string | null;
  optimization?: 0 | 1 | 2 | null;
  args?: string[];
  stdin?: string;
}

export interface Matrix {
  rows: MatrixRow[];
}

/** One toolchain's run, whose events follow; or why it has none. `limit`: the quota that refused it. */
export interface MatrixRow {
  toolchain: string;
  ghc: string;
  runId: string | null;
  refusal: string | null;
  limit: string | null;
}

export interface RunStart {
  requestId: string;
  mode: "check" | "compile" | "debug" | "interpret" | "repl" | "test";
  entry?: string | null;
  optimization?: 0 | 1 | 2 | null;
  args?: string[];
  stdin?: string | null;
  terminal?: Terminal | null;
  insight?: "benchmark" | "coverage" | "profile" | "statistics" | null;
  repeats?: number | null;
  target?: Target | null;
  breakpoints?: Breakpoint[];
  history?: boolean;
}

export interface Terminal {
  columns?: number;
  rows?: number;
}

/** One of a file's runnables: what a run of mode `test` is about. */
export interface Target {
  kind: "property" | "spec" | "tasty";
  name: string;
}

/** A line of a file, zero-based. */
export interface Breakpoint {
  path: string;
  line: number;
}

export interface RunReference {
  runId: string;
}

export interface RunInput {
  runId: string;
  text?: string | null;
  eof?: boolean;
}

export interface RunResize {
  runId: string;
  columns: number;
  rows: number;
}

export interface DebugStep {
  runId: string;
  action: "back" | "continue" | "forward" | "step" | "stepLocal";
}

/** A name that is bound where the program stands, or an expression there. */
export interface DebugLook {
  runId: string;
  text: string;
}

export interface DebugBreakpoints {
  runId: string;
  breakpoints: Breakpoint[];
}

/** A live run, or one that ended in the last 10 minutes; `startedAt` is Unix time in seconds. */
export interface RunSummary {
  runId: string;
  mode: "check" | "compile" | "debug" | "interpret" | "repl" | "test";
  state: "accepted" | "finished" | "running";
  lastSeq: number;
  startedAt: number;
}

export interface RunFollow {
  runId: string;
  afterSeq: number;
}

export interface CancelRequest {
  id: number | string;
}

export interface DidOpen {
  textDocument: TextDocumentItem;
}

export interface TextDocumentItem {
  uri: string;
  version: number;
  text: string;
  languageId?: string;
}

export interface DidChange {
  textDocument: VersionedTextDocument;
  contentChanges: Change[];
}

export interface VersionedTextDocument {
  uri: string;
  version: number;
}

/** New text for a range, or for the whole document where there is no range. */
export interface Change {
  text: string;
  range?: Range | null;
}

export interface DidClose {
  textDocument: TextDocument;
}

export interface DidSave {
  textDocument: TextDocument;
}

export interface RunAck {
  runId: string;
  seq: number;
}

export interface Queued {
  type: "queued";
  position: number;
  estimateSeconds: number | null;
}

/** The phase begins: GHC's, unless the program is loaded already, and the program's. */
export interface Started {
  type: "started";
  phase: "compile" | "run";
}

export interface Output {
  type: "output";
  stream: "stderr" | "stdout" | "terminal";
  text: string;
}

/** Stands in for events that the buffer had to drop. */
export interface OutputDropped {
  type: "output_dropped";
  bytes: number;
  throughSeq: number;
}

/** So much input waits for the program that a piece did not fit: neither it nor any later one is taken. */
export interface InputRefused {
  type: "input_refused";
  limitBytes: number;
}

/** The insight or dump that a run was asked for, once, before its end; else `failure` says why not. */
export interface Measured {
  type: "measured";
  report: Statistics | Coverage | Profile | Benchmark | Dumped | null;
  failure: string | null;
}

/** What GHC's runtime counted. Residency is the heap that was alive at a major collection. */
export interface Statistics {
  type: "statistics";
  allocatedBytes: number;
  peakMemoryBytes: number;
  maxResidencyBytes: number;
  averageResidencyBytes: number;
  collections: number;
  mutatorSeconds: number;
  mutatorCpuSeconds: number;
  collectorSeconds: number;
  collectorCpuSeconds: number;
}

/** What of the workspace's modules was executed; `cut`: there was more than one report holds. */
export interface Coverage {
  type: "coverage";
  modules: CoveredModule[];
  cut: boolean;
}

/** `bindings` are those of the top level. */
export interface CoveredModule {
  module: string;
  path: string;
  expressions: Tally;
  alternatives: Tally;
  conditions: Tally;
  bindings: Tally;
  marks: Mark[];
}

export interface Tally {
  covered: number;
  total: number;
}

/** A stretch of a file: `executed` is a binding that was entered `count` times; the conditions of `alwaysTrue` and `alwaysFalse` never were anything else. */
export interface Mark {
  range: Range;
  kind: "alwaysFalse" | "alwaysTrue" | "executed" | "never";
  count: number;
}

/** The tree of calls, by cost centre; a tick is `tickSeconds` of CPU time. */
export interface Profile {
  type: "profile";
  ticks: number;
  tickSeconds: number;
  allocatedBytes: number;
  centres: CostCentre[];
  costs: Cost[];
  cut: boolean;
}

/** `path` and `range` where it is in a file of the workspace. */
export interface CostCentre {
  label: string;
  module: string;
  path: string | null;
  range: Range | null;
}

/** A call of a cost centre: what it took itself, without those below it. `parent` stands before it. */
export interface Cost {
  centre: number;
  parent: number | null;
  entries: number;
  ticks: number;
  allocatedBytes: number;
}

/** Wall clock and CPU time of each counted run; `shortfall` says why there are fewer than asked for. */
export interface Benchmark {
  type: "benchmark";
  wallSeconds: number[];
  cpuSeconds: number[];
  shortfall: string | null;
}

/** What GHC made of a module. `sources`: the line, from 0, that each line of the text comes from. */
export interface Dumped {
  type: "dumped";
  text: string;
  sources: (number | null)[];
  truncated: boolean;
}

/** Where a program under the debugger stands, or that it runs on. `history` is how it came here, newest first, and `position` the step of it that is looked at (0: now); `breakpoints` are where those that were asked for took hold; `exception`: it stands because of one. */
export interface Debugged {
  type: "debugged";
  state: "paused" | "running";
  at: DebugPlace | null;
  exception: boolean;
  locals: Local[];
  history: DebugPlace[];
  position: number;
  breakpoints: Breakpoint[];
}

/** Somewhere in the workspace's text as it was when the run began; `name` is the definition around it. */
export interface DebugPlace {
  name: string;
  path: string | null;
  range: Range | null;
}

/** What is bound where the program stands; `_` in the value is what was not evaluated yet. */
export interface Local {
  name: string;
  type: string;
  value: string;
}

/** The end of a run, always last, exactly once. */
export interface Finished {
  type: "finished";
  outcome: "compile_failed" | "exited" | "host_lost" | "internal_error" | "out_of_memory" | "output_limit" | "signalled" | "stopped" | "timed_out";
  phase: "compile" | "run" | null;
  exitCode: number | null;
  signal: string | null;
  diagnostics: Diagnostic[];
  timings: Timings;
  usage: Usage;
  reason: string | null;
}

/** One message of a compiler or linter; `severity` as in LSP (1 error … 4 hint). */
export interface Diagnostic {
  uri: string;
  range: Range;
  severity: number;
  code: string | null;
  source: string;
  message: string;
}

export interface Timings {
  queuedSeconds: number;
  compileSeconds: number;
  runSeconds: number;
}

export interface Usage {
  cpuSeconds: number;
  peakMemoryBytes: number;
}

/** The head of every `run/event`. */
export interface NumberedEvent {
  runId: string;
  seq: number;
}

/** `version` is this connection's; without one they are about the saved text. */
export interface PublishDiagnostics {
  uri: string;
  diagnostics: ShownDiagnostic[];
  version?: number | null;
}

/** `method` is that of the notification that was refused. */
export interface ShowMessage {
  type: 1 | 2 | 3 | 4;
  message: string;
  method?: string | null;
}

export interface Progress {
  token: string;
  value: ProgressBegins | ProgressEnds;
}

export interface ProgressBegins {
  kind: "begin";
  title: string;
  cancellable: boolean;
}

export interface ProgressEnds {
  kind: "end";
}

export interface SessionStatus {
  state: "hibernated" | "lost" | "moved" | "ready" | "starting" | "waiting";
  position?: number | null;
  estimateSeconds?: number | null;
  host?: string | null;
  toolchain?: string | null;
  reason?: string | null;
  leftOut?: LeftOut | null;
}

/** What programs wrote and a sleeping session did not keep: all of it counted, the largest files named. The relay says when (`at`, Unix time), and gives the `reason` where more is gone than could be counted. */
export interface LeftOut {
  count: number;
  bytes: number;
  files: LeftFile[];
  at: number;
  reason: string | null;
}

export interface LeftFile {
  path: string;
  bytes: number;
}

/** A file was saved; no etag: it is gone. `version`: it is this connection's document of that version. */
export interface FileChanged {
  path: string;
  etag: string | null;
  version?: number | null;
}

export interface RunStarted {
  runId: string;
  mode: "check" | "compile" | "debug" | "interpret" | "repl" | "test";
  entry: string | null;
}

/** What a live run has used so far; about once a second, and when it begins to wait. Never sent again. */
export interface RunUsage {
  runId: string;
  cpuSeconds: number;
  memoryBytes: number;
  waitsForInput: boolean | null;
}

export type RunEvent = NumberedEvent & (Queued | Started | Output | OutputDropped | InputRefused | Measured | Debugged | Finished);

/** What the client asks. */
export interface Requests {
  "initialize": { params: Initialize; result: Initialized };
  "shutdown": { params: Empty; result: null };
  "textDocument/hover": { params: HoverAt; result: HoverResult | null };
  "textDocument/definition": { params: AtPosition; result: Location[] };
  "textDocument/references": { params: ReferencesAt; result: Location[] | null };
  "textDocument/prepareRename": { params: AtPosition; result: RenamePlace | null };
  "textDocument/rename": { params: RenameTo; result: WorkspaceEdit | VersionedEdit };
  "textDocument/documentHighlight": { params: AtPosition; result: DocumentHighlight[] | null };
  "textDocument/completion": { params: CompletionAt; result: CompletionList | null };
  "completionItem/resolve": { params: CompletionItem; result: CompletionItem };
  "textDocument/signatureHelp": { params: AtPosition; result: SignatureHelp | null };
  "textDocument/inlayHint": { params: InRange; result: InlayHint[] | null };
  "textDocument/documentSymbol": { params: InDocument; result: DocumentSymbol[] | SymbolInformation[] };
  "workspace/symbol": { params: SymbolQuery; result: SymbolInformation[] };
  "textDocument/foldingRange": { params: InDocument; result: FoldingRange[] };
  "textDocument/semanticTokens/full": { params: InDocument; result: SemanticTokens | null };
  "textDocument/semanticTokens/range": { params: InRange; result: SemanticTokens | null };
  "textDocument/formatting": { params: InDocument; result: TextEdit[] };
  "textDocument/codeLens": { params: InDocument; result: CodeLens[] | null };
  "haskell/runnables": { params: OfFile; result: Runnable[] };
  "haskell/search": { params: SearchQuery; result: SearchResults };
  "haskell/documentation": { params: AtPosition; result: SearchResult | null };
  "haskell/import": { params: ImportWanted; result: WorkspaceEdit };
  "haskell/format": { params: OfFile; result: TextEdit[] };
  "haskell/dump": { params: DumpOf; result: ModuleView };
  "haskell/lint": { params: OfFile; result: ShownDiagnostic[] };
  "textDocument/codeAction": { params: CodeActionParams; result: CodeAction[] | Command[] };
  "workspace/executeCommand": { params: ExecuteCommand; result: Explanation | WorkspaceEdit | null };
  "session/restart": { params: Nothing; result: Nothing };
  "session/leave": { params: Nothing; result: Nothing };
  "session/produced": { params: Nothing; result: ProducedFiles };
  "session/readProduced": { params: PieceWanted; result: ProducedPart };
  "session/deleteProduced": { params: ProducedReference; result: ProducedFiles };
  "haskell/matrix": { params: MatrixStart; result: Matrix };
  "run/start": { params: RunStart; result: RunReference };
  "run/input": { params: RunInput; result: Nothing };
  "run/resize": { params: RunResize; result: Nothing };
  "run/stop": { params: RunReference; result: Nothing };
  "debug/step": { params: DebugStep; result: Nothing };
  "debug/force": { params: DebugLook; result: Nothing };
  "debug/evaluate": { params: DebugLook; result: Nothing };
  "debug/breakpoints": { params: DebugBreakpoints; result: Nothing };
  "run/list": { params: Nothing; result: RunSummary[] };
  "run/follow": { params: RunFollow; result: Nothing };
}

/** What the client tells. */
export interface ClientNotifications {
  "initialized": Empty;
  "exit": Empty;
  "$/cancelRequest": CancelRequest;
  "textDocument/didOpen": DidOpen;
  "textDocument/didChange": DidChange;
  "textDocument/didClose": DidClose;
  "textDocument/didSave": DidSave;
  "run/ack": RunAck;
}

/** What the server tells. */
export interface ServerNotifications {
  "textDocument/publishDiagnostics": PublishDiagnostics;
  "window/showMessage": ShowMessage;
  "$/progress": Progress;
  "session/status": SessionStatus;
  "file/changed": FileChanged;
  "run/started": RunStarted;
  "run/usage": RunUsage;
  "run/event": RunEvent;
}
