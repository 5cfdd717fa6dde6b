"""What the word before a place may become: names in scope and beyond, modules, extensions, flags."""

import asyncio
import re
from collections.abc import Iterable

from msgspec.structs import replace

from sandbox.agent.language import aliases, exports, imported, vocabulary
from sandbox.agent.language.checked import Checked
from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.exports import Export
from sandbox.agent.language.found import Named
from sandbox.agent.language.importing import beginning, of_module
from sandbox.agent.language.records import Selected, dotted_before, record_before, selects
from sandbox.agent.language.text import Text, code_of
from sandbox.agent.language.workspace import Workspace
from sandbox.messages import Candidate, Candidates, Complete, Importable
from sandbox.spelling import LARGE_NAME, LETTER, MODULE_NAME, SYMBOL

LIMIT = 120  # offered at once; typing on narrows them down
BEYOND = 40  # of them not in scope
WORTH = 3  # letters from which on names are offered that are not in scope
PATIENCE_SECONDS = 0.025  # for a load: what is declared anew is offered by the text alone
PRECEDING = 4000  # characters before the place that may belong to a pragma or an import's list
IN_LINE = 1000  # of its line that may belong to the word
FUNCTION, CONSTRUCTOR, FIELD, VARIABLE, CLASS, MODULE = 3, 4, 5, 6, 7, 9
KEYWORD, CONSTANT, STRUCT = 14, 21, 22
HASKELL = (".hs", ".lhs", ".hs-boot", ".hsc")
KINDS = {
    "constructor": CONSTRUCTOR,
    "pattern": CONSTRUCTOR,
    "field": FIELD,
    "type": STRUCT,
    "family": STRUCT,
    "class": CLASS,
}

_PRAGMA = re.compile(r"\{-#\s*(\w*)$")
_EXTENSION = re.compile(r"\{-#\s*LANGUAGE\s[^#]*?(\w*)\Z", re.IGNORECASE)
_FLAG = re.compile(r"\{-#\s*OPTIONS_GHC\s[^#]*?(\S*)\Z", re.IGNORECASE)
_IMPORT = re.compile(rf"^\s*import\s+(?:qualified\s+)?((?:{LETTER}|\.)*)$")
_LIST = (
    rf"^import\s+(?:safe\s+)?(?:qualified\s+)?({MODULE_NAME})(?:\s+qualified)?(?:\s+as\s+{MODULE_NAME})?(?:\s+hiding)?\s*"
    r"\((?:[^()\n]|\n[ \t]|\([^()\n]*\))*?"
)
_LISTED = re.compile(rf"{_LIST}({LETTER}*)\Z", re.MULTILINE)
_PARTS = re.compile(rf"{_LIST}\b({LARGE_NAME})\s*\(([^()]*?)({LETTER}*)\Z", re.MULTILINE)
_LISTED_OPERATOR = re.compile(rf"{_LIST}\(((?:{SYMBOL})*)\Z", re.MULTILINE)
_OPERATOR = re.compile(rf"(?:(?<!{LETTER})({MODULE_NAME})\.|(?<!{SYMBOL}))({SYMBOL}+)$")
_TYPED = re.compile(rf"(?:{LETTER}|\.)*|{SYMBOL}+")
_WORD = re.compile(rf"(?:(?<!{LETTER})({MODULE_NAME})\.)?({LETTER}*)$")


async def answer(question: Complete, workspace: Workspace) -> Candidates | None:
    """Those that begin as the word does, the closest first; what is no Haskell has none."""
    return await _in_haskell(question, workspace) if question.path.endswith(HASKELL) else None


async def _in_haskell(question: Complete, workspace: Workspace) -> Candidates | None:
    text = Text(workspace.text(question.path))
    offset = text.offset(question.position)
    line = text.text[max(text.start_of(text.position(offset).line), offset - IN_LINE) : offset]
    before = text.text[max(0, offset - PRECEDING) : offset]
    if found := _EXTENSION.search(before):
        return _offer(text, offset, found[1], vocabulary.extensions(), CONSTANT)
    if found := _FLAG.search(before):
        return _offer(text, offset, found[1], vocabulary.flags(), CONSTANT)
    if found := _PRAGMA.search(line):
        return _offer(text, offset, found[1], vocabulary.PRAGMAS, KEYWORD)
    if found := _IMPORT.search(line):
        own = [source.module for source in workspace.layout().sources.values()]
        return _offer(text, offset, found[1], [*own, *vocabulary.modules()], MODULE)
    if offset and code_of(text.text)[offset - 1].isspace() and not text.text[offset - 1].isspace():
        return None  # in a comment or a text
    if (listed := await _in_list(workspace, text, offset, before)) is not None:
        return listed
    checked = await _checked(question.path, workspace, offset)
    if checked and (fields := await _field(question.path, workspace, checked, text, offset)) is not None:
        return fields
    return await _names(question, workspace, checked, text, offset, line)


async def _checked(path: str, workspace: Workspace, offset: int) -> Checked | None:
    """A word that is being typed needs no load: what is in scope for it was so before its last letters."""
    last = workspace.beside(path)
    if last and last.ends_at(offset) and all(_TYPED.fullmatch(part) for part in last.edited):
        return last
    return await workspace.checked(path, PATIENCE_SECONDS)


async def _in_list(workspace: Workspace, text: Text, offset: int, before: str) -> Candidates | None:
    if found := _LISTED.search(before):
        return await _listed(workspace, text, offset, found[1], found[2])
    if found := _PARTS.search(before):
        return await _parts(workspace, text, offset, found)
    if found := _LISTED_OPERATOR.search(before):
        return await _listed_operators(workspace, text, offset, found[1], found[2])
    return None


async def _field(
    path: str, workspace: Workspace, checked: Checked, text: Text, offset: int
) -> Candidates | None:
    """In a record's braces, or behind a dot that selects; None where no field fits."""
    if record := record_before(code_of(text.text), offset):
        named = await _asked(workspace, path, checked, offset, record.qualifier, record.written)
        named = [each for each in named if each.name not in record.named]
        if (fields := _offered(text, offset, record.prefix, named)).candidates:
            return fields
    selected = dotted_before(text.text, offset)
    if selected is None or not selects(workspace.layout().options, text.text):
        return None
    fields = _offered(text, offset, selected.prefix, await _selectable(path, workspace, checked, selected))
    return fields if fields.candidates else None


async def _selectable(path: str, workspace: Workspace, checked: Checked, record: Selected) -> list[Named]:
    """Those of the record's type, as GHC saw it or by its names; behind them all in scope."""
    found: list[Named] = []
    if span := checked.unedited(record.start, record.end):
        found = await workspace.checker.ask(list[Named], "fieldsAt", path, *span) or []
    if not found and record.written:
        more = record.arguments, " ".join(record.fields)
        found = await _asked(workspace, path, checked, record.end, record.qualifier, record.written, *more)
    every = await _asked(workspace, path, checked, record.end)
    return [*found, *(each for each in every if each not in found)]


async def _asked(
    workspace: Workspace,
    path: str,
    checked: Checked,
    offset: int,
    qualifier: str = "",
    written: str = "",
    arguments: int = 0,
    fields: str = "",
) -> list[Named]:
    place = checked.place(checked.now.position(offset))
    asked = ("fields", path, *place, qualifier, written, arguments, fields)
    return await workspace.checker.ask(list[Named], *asked) or []


def _offered(text: Text, offset: int, prefix: str, named: list[Named]) -> Candidates:
    fitting = [each for each in named if each.name.lower().startswith(prefix.lower())][:LIMIT]
    span = text.range(offset - len(prefix), offset)
    return Candidates(range=span, candidates=[replace(_candidate(each), kind=FIELD) for each in fitting])


async def _names(
    question: Complete,
    workspace: Workspace,
    checked: Checked | None,
    text: Text,
    offset: int,
    line: str,
) -> Candidates | None:
    word = _WORD.search(line)
    assert word  # noqa: S101 - it matches the empty word
    if not word[0] and not question.triggered:
        word = _OPERATOR.search(line)
    if not word or not word[0]:
        return None
    qualifier, prefix = word[1] or "", word[2]
    named: list[Named] = []
    if checked is not None:
        row, column = checked.place(text.position(offset - len(prefix)))
        asked = ("names", question.path, row, column, qualifier, prefix, LIMIT)
        named = await workspace.checker.ask(list[Named], *asked) or []
    found = [_candidate(each) for each in named]
    if checked is None or (qualifier and not found):
        found += await _imported(workspace, text.text, qualifier, prefix)
    if qualifier and not imported.giving(imported.imports(text.text), qualifier):
        found += await _qualified(workspace, qualifier, prefix)
    if not qualifier:
        known = {candidate.label for candidate in found}
        new = _declared(text.text, checked, prefix)
        found += [each for each in (*new, *_keywords(prefix)) if each.label not in known]
        found += await _beyond(question.path, workspace, prefix, {each.label for each in found})
    else:
        modules = vocabulary.modules()
        found += _deeper(f"{qualifier}.{prefix}", qualifier, modules)
    incomplete = len(named) >= LIMIT or (not qualifier and len(found) >= BEYOND) or len(prefix) < WORTH
    return Candidates(range=text.range(offset - len(prefix), offset), candidates=found, incomplete=incomplete)


async def _imported(workspace: Workspace, text: str, qualifier: str, prefix: str) -> list[Candidate]:
    """What the import lines bring into scope, where GHC has not looked at them."""
    found: dict[str, Candidate] = {}
    for each in imported.giving(imported.imports(text), qualifier):
        for one in await of_module(workspace, each.module):
            if one.name.lower().startswith(prefix.lower()) and each.gives(one):
                found.setdefault(one.name, replace(_exported(one), label=one.name[:1000]))
    return _closest(found.values(), prefix)


async def _qualified(workspace: Workspace, alias: str, prefix: str) -> list[Candidate]:
    """What the alias would give if it were imported: the workspace's own modules first."""
    own = [source.module for source in workspace.layout().sources.values()]
    modules = [module for known in (own, vocabulary.modules()) for module in aliases.meant(alias, known)]
    found: dict[str, Candidate] = {}
    for module in modules[: aliases.MEANT]:
        for one in await of_module(workspace, module):
            if one.name.lower().startswith(prefix.lower()):
                missing = Importable(kind=one.kind, parent=one.parent[:1000], alias=alias[:1000])
                found.setdefault(one.name, replace(_exported(one), label=one.name[:1000], missing=missing))
    return _closest(found.values(), prefix)


def _closest(found: Iterable[Candidate], prefix: str) -> list[Candidate]:
    return sorted(found, key=lambda one: (not one.label.startswith(prefix), len(one.label), one.label))[
        :LIMIT
    ]


async def _beyond(path: str, workspace: Workspace, prefix: str, known: set[str]) -> list[Candidate]:
    """What would be in scope with an import: the workspace's own first."""
    is_operator = not (prefix[0].isalpha() or prefix[0] == "_")
    if len(prefix) < WORTH and not is_operator:
        return []
    own = await beginning(workspace, path, prefix)
    listed = await asyncio.to_thread(exports.beginning, prefix, 4 * BEYOND)
    found = dict.fromkeys(one for one in (*own, *listed) if one.name not in known)
    return [replace(_importable(one), label=one.name[:1000]) for one in found][:BEYOND]


def _exported(one: Export) -> Candidate:
    detail = " ".join(one.type.split())[:300]
    kind = KINDS.get(one.kind) or (FUNCTION if "->" in detail else VARIABLE)
    label = one.name if one.name[0].isalpha() or one.name[0] == "_" else f"({one.name})"
    return Candidate(label=label[:1000], kind=kind, detail=detail, module=one.module[:1000])


def _importable(one: Export) -> Candidate:
    return replace(_exported(one), missing=Importable(kind=one.kind, parent=one.parent[:1000]))


async def _listed(workspace: Workspace, text: Text, offset: int, module: str, prefix: str) -> Candidates:
    """What can stand in the list of an import of this module."""
    there = await of_module(workspace, module)
    fitting = (one for one in there if one.kind not in ("constructor", "pattern"))
    return _named(fitting, text, offset, prefix)


async def _listed_operators(
    workspace: Workspace, text: Text, offset: int, module: str, prefix: str
) -> Candidates:
    """What can stand in brackets in such a list."""
    there = await of_module(workspace, module)
    operators = (one for one in there if not (one.name[0].isalpha() or one.name[0] in "_:"))
    named = _named(operators, text, offset, prefix)
    candidates = [replace(one, label=one.label.strip("()")) for one in named.candidates]
    return replace(named, candidates=candidates)


async def _parts(workspace: Workspace, text: Text, offset: int, found: re.Match[str]) -> Candidates:
    """What can stand behind a type or class in such a list: constructors, fields, methods."""
    module, parent, before, prefix = found.groups()
    there = set(re.findall(f"{LETTER}+", before))
    exported = await of_module(workspace, module)
    fitting = (one for one in exported if one.parent == parent and one.name not in there)
    return _named(fitting, text, offset, prefix)


def _named(found: Iterable[Export], text: Text, offset: int, prefix: str) -> Candidates:
    """Those that begin so, by name."""
    fitting = {one.name: one for one in found if one.name.lower().startswith(prefix.lower())}
    candidates = [_exported(one) for _, one in sorted(fitting.items())][: 10 * LIMIT]
    return Candidates(range=text.range(offset - len(prefix), offset), candidates=candidates)


def _candidate(named: Named) -> Candidate:
    detail = " ".join(named.type.split())[:300]
    kind = KINDS.get(named.kind) or (FUNCTION if "->" in detail else VARIABLE)
    return Candidate(label=named.name[:1000], kind=kind, detail=detail, module=(named.module or "")[:1000])


def _declared(text: str, checked: Checked | None, prefix: str) -> Iterable[Candidate]:
    """Declarations that GHC has not seen yet."""
    if checked is not None and checked.current:
        return []
    return [
        Candidate(label=one.name, kind=FUNCTION, detail=one.signature[:300])
        for one in declarations(code_of(text))
        if one.kind == "function" and one.name.lower().startswith(prefix.lower()) and one.name != prefix
    ]


def _keywords(prefix: str) -> list[Candidate]:
    return [Candidate(label=word, kind=KEYWORD) for word in vocabulary.KEYWORDS if word.startswith(prefix)]


def _deeper(written: str, qualifier: str, modules: Iterable[str]) -> list[Candidate]:
    """The next part of a module's name."""
    size = len(qualifier) + 1
    parts = {name[size:].split(".")[0] for name in modules if name.startswith(written)}
    return [Candidate(label=part, kind=MODULE) for part in sorted(parts)[:LIMIT]]


def _offer(text: Text, offset: int, word: str, words: Iterable[str], kind: int) -> Candidates:
    low = word.lower()
    fitting = sorted({each for each in words if each.lower().startswith(low)})
    found = [Candidate(label=each, kind=kind) for each in fitting[: 10 * LIMIT]]
    return Candidates(range=text.range(offset - len(word), offset), candidates=found)
