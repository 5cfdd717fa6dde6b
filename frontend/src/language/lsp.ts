// The parts of the Language Server Protocol 3.17 that the page speaks.

import type { Position, Range, Requests, ShownDiagnostic as Diagnostic } from '../protocol';

export type { Position, Range };

export interface Location { uri: string; range: Range }
export interface LocationLink { targetUri: string; targetRange: Range; targetSelectionRange: Range }
export interface TextEdit { range: Range; newText: string }
export interface WorkspaceEdit {
  changes?: Record<string, TextEdit[]> | null;
  documentChanges?: { textDocument: { uri: string }; edits: TextEdit[] }[] | null;
}

export interface MarkupContent { kind: 'markdown' | 'plaintext'; value: string }
export type MarkedString = string | { language: string; value: string };
export type Contents = MarkupContent | MarkedString | MarkedString[];
export interface Hover { contents: Contents; range?: Range | null }

export interface CompletionItem {
  label: string;
  labelDetails?: { detail?: string | null; description?: string | null } | null;
  kind?: number | null;
  detail?: string | null;
  documentation?: string | MarkupContent | null;
  sortText?: string | null;
  filterText?: string | null;
  insertText?: string | null;
  /** 2: a snippet. */
  insertTextFormat?: number | null;
  textEdit?: TextEdit | null;
  additionalTextEdits?: TextEdit[] | null;
  data?: unknown;
}
export interface CompletionList { isIncomplete?: boolean; items: CompletionItem[] }

export interface DocumentSymbol {
  name: string;
  detail?: string | null;
  kind: number;
  range: Range;
  selectionRange: Range;
  children?: DocumentSymbol[] | null;
}
export interface SymbolInformation { name: string; kind: number; location: Location; containerName?: string | null }

export interface DocumentHighlight { range: Range; kind?: number | null }

export interface Command { title: string; command: string; arguments?: unknown[] | null }
export interface CodeAction {
  title: string;
  kind?: string | null;
  diagnostics?: { message: string }[] | null;
  isPreferred?: boolean | null;
  disabled?: { reason: string } | null;
  edit?: WorkspaceEdit | null;
  command?: Command | null;
  data?: unknown;
}

export interface InlayHint {
  position: Position;
  label: string | { value: string }[];
  kind?: number | null;
  paddingLeft?: boolean | null;
  paddingRight?: boolean | null;
}

export interface ParameterInformation { label: string | [number, number]; documentation?: string | MarkupContent | null }
export interface SignatureInformation {
  label: string;
  documentation?: string | MarkupContent | null;
  parameters?: ParameterInformation[] | null;
  activeParameter?: number | null;
}
export interface SignatureHelp {
  signatures: SignatureInformation[];
  activeSignature?: number | null;
  activeParameter?: number | null;
}

interface InDocument { textDocument: { uri: string } }
interface At extends InDocument { position: Position }
interface Call<Params, Result> { params: Params; result: Result }

export interface Methods {
  'textDocument/hover': Call<At, Hover | null>;
  'textDocument/definition': Call<At, Location | Location[] | LocationLink[] | null>;
  'textDocument/references': Call<At & { context: { includeDeclaration: boolean } }, Location[] | null>;
  'textDocument/documentHighlight': Call<At, DocumentHighlight[] | null>;
  'textDocument/completion': Call<
    At & { context: { triggerKind: number; triggerCharacter?: string } },
    CompletionList | CompletionItem[] | null
  >;
  'completionItem/resolve': Call<CompletionItem, CompletionItem>;
  'textDocument/signatureHelp': Call<At, SignatureHelp | null>;
  'textDocument/documentSymbol': Call<InDocument, DocumentSymbol[] | SymbolInformation[] | null>;
  'workspace/symbol': Call<{ query: string }, SymbolInformation[] | null>;
  'textDocument/foldingRange': Requests['textDocument/foldingRange'];
  'textDocument/semanticTokens/range': Requests['textDocument/semanticTokens/range'];
  'textDocument/inlayHint': Call<InDocument & { range: Range }, InlayHint[] | null>;
  'textDocument/codeAction': Call<
    InDocument & { range: Range; context: { diagnostics: readonly Diagnostic[]; only?: string[]; triggerKind?: number } },
    (CodeAction | Command)[] | null
  >;
  'codeAction/resolve': Call<CodeAction, CodeAction>;
  'textDocument/formatting': Call<
    InDocument & { options: { tabSize: number; insertSpaces: boolean } },
    TextEdit[] | null
  >;
  'textDocument/prepareRename': Call<At, { range: Range; placeholder: string } | null>;
  'textDocument/rename': Call<At & { newName: string }, WorkspaceEdit | null>;
  'workspace/executeCommand': Call<{ command: string; arguments?: unknown[] | null }, unknown>;
  'haskell/search': Requests['haskell/search'];
  'haskell/documentation': Requests['haskell/documentation'];
  'haskell/import': Requests['haskell/import'];
}

/** What the page can take. */
export const CLIENT_CAPABILITIES = {
  general: { positionEncodings: ['utf-16'] },
  textDocument: {
    hover: { contentFormat: ['markdown', 'plaintext'] },
    completion: {
      completionItem: {
        snippetSupport: true,
        documentationFormat: ['markdown', 'plaintext'],
        labelDetailsSupport: true,
        resolveSupport: { properties: ['documentation', 'detail', 'additionalTextEdits'] },
      },
      contextSupport: true,
    },
    signatureHelp: {
      signatureInformation: {
        documentationFormat: ['markdown', 'plaintext'],
        parameterInformation: { labelOffsetSupport: true },
        activeParameterSupport: true,
      },
    },
    rename: { prepareSupport: true },
    definition: { linkSupport: true },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix', 'refactor', 'source', 'source.fixAll'] } },
      isPreferredSupport: true,
      disabledSupport: true,
      resolveSupport: { properties: ['edit'] },
    },
    inlayHint: {},
    semanticTokens: { requests: { range: true }, formats: ['relative'] },
    foldingRange: { lineFoldingOnly: true },
  },
  workspace: { applyEdit: false, workspaceEdit: { documentChanges: true } },
};
