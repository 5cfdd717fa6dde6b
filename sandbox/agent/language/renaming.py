"""Another name for a name, wherever GHC knows it: tried out first, and refused unless it all means the same.

it compiles ─► places of the name ─► edits ─► it compiles with them ─► places of the new name: the same
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sandbox.agent import diagnostics as messages
from sandbox.agent.ghci import GhciDied, GhciStuck
from sandbox.agent.language import naming
from sandbox.agent.language.checked import Checked
from sandbox.agent.language.found import FileUses, Found, Named
from sandbox.agent.language.naming import Change, Written
from sandbox.agent.language.text import Text
from sandbox.agent.language.unanswerable import Unanswerable
from sandbox.agent.language.workspace import Workspace
from sandbox.agent.turns import Busy
from sandbox.limits import ANSWER_ITEMS, RENAME_SECONDS
from sandbox.messages import (
    Diagnostic,
    FileEdits,
    Place,
    Places,
    Position,
    Renamable,
    Rename,
    Renamed,
    Replacement,
)

SECONDS = RENAME_SECONDS / 2  # of one load


async def prepare(question: Renamable, workspace: Workspace) -> Places | None:
    """The name as it is written there; None where there is none."""
    checked = await workspace.checked(question.path)
    if checked is None:
        return None
    found = await _at(question.path, question.position, checked, workspace)
    if found is None or not found.names or found.span is None:
        return None
    name = _renamable(found).name
    place = checked.range(found.span)
    if place is None:
        return None
    start, end = checked.now.offset(place.start), checked.now.offset(place.end)
    narrow = naming.written(checked.now.text, start, end, name)
    if narrow is None:
        raise Unanswerable(_unwritten(name, question.path, place.start))
    return Places(places=[Place(path=question.path, range=checked.now.range(*narrow))])


async def answer(question: Rename, workspace: Workspace) -> Renamed:
    try:
        async with workspace.loader.trial():
            workspace.text(question.path)
            generation = workspace.generation
            faults = await workspace.loader.faults(SECONDS)
            _same_text(workspace, generation)
            if faults:
                raise Unanswerable(
                    f"The workspace does not compile: mend its errors first.\n{_first(faults)}"
                )
            renamed = await _tried(question, workspace)
            _same_text(workspace, generation)
            return renamed
    except Busy as busy:
        raise Unanswerable(f"{busy} Rename once that is over.") from None
    except (GhciStuck, GhciDied, OSError):
        raise Unanswerable("GHC ended while it tried the new name. Try again.") from None


def _same_text(workspace: Workspace, generation: int) -> None:
    """Raises Unanswerable where the workspace is another one by now."""
    if workspace.generation != generation:
        raise Unanswerable("The text was changed meanwhile. Rename once more.")


async def _tried(question: Rename, workspace: Workspace) -> Renamed:
    """In a workspace that compiles. Raises Unanswerable."""
    texts = {path: workspace.text(path) for path in workspace.layout().sources}
    own = _checked(texts, workspace).get(question.path)
    if own is None:
        raise Unanswerable("Only names in Haskell modules can be others.")
    found = await _at(question.path, question.position, own, workspace) or Found()
    old, new = _renamable(found).name, question.name
    naming.check(old, new)
    line, column = own.point(question.position)
    places = await _places(question.path, (line, column), old, texts, workspace)
    changes = _by_file(naming.changes(places, old, new))
    if question.path not in changes:
        raise Unanswerable(_unwritten(old, question.path, question.position))
    after = {path: naming.changed(texts[path], each) for path, each in changes.items()}
    contents = {path: text.encode() for path, text in after.items()}
    if faults := await workspace.loader.faults_with(contents, SECONDS):
        raise Unanswerable(f"With the name {new} the workspace would not compile.\n{_first(faults)}")
    await _same(question.path, new, changes, texts | after, workspace)
    return _renamed(changes, texts)


def _renamable(found: Found) -> Named:
    """Raises Unanswerable with the reason where it cannot have another name."""
    if not found.names:
        what = "A module's name changes with its file's: rename that." if found.modules else ""
        raise Unanswerable(what or "There is no name here that could be another one.")
    named, *others = found.names
    if others:
        raise Unanswerable(f"{named.name} stands for several things here. Rename it where it is defined.")
    if named.package:
        raise Unanswerable(f"{named.name} comes from the package {named.package}: its name stays.")
    if (named.module, named.name) == ("Main", "main"):
        raise Unanswerable("The program begins at main: its name stays.")
    return named


async def _at(path: str, position: Position, checked: Checked, workspace: Workspace) -> Found | None:
    line, column = checked.point(position)
    return await workspace.checker.ask(Found, "at", path, line, column, line, column)


def _checked(texts: Mapping[str, str], workspace: Workspace) -> dict[str, Checked]:
    """Each file with what GHC has checked of it, which are to be the same. Raises Unanswerable."""
    found = {}
    for path, text in texts.items():
        then = workspace.checker.text(path)
        if then is None or then != text.removeprefix("\ufeff"):
            raise Unanswerable(f"GHC could not check {path}, where the name may be, too.")
        found[path] = Checked(then, text)
    return found


async def _places(
    path: str, place: tuple[int, int], name: str, texts: Mapping[str, str], workspace: Workspace
) -> set[Written]:
    """Where what stands at the place is named in these texts. Raises Unanswerable where it is not written."""
    checked = _checked(texts, workspace)
    found = set()
    for each in await workspace.checker.ask(list[FileUses], "uses", path, *place) or []:
        source = checked.get(each.file)
        if source is None:
            continue  # a module of the agent's own
        now = source.now
        for use in each.uses:
            span = source.range(use.span)
            if span is None:
                continue
            narrow = naming.written(now.text, now.offset(span.start), now.offset(span.end), name)
            if narrow is None:
                raise Unanswerable(_unwritten(name, each.file, span.start))
            found.add(Written(each.file, *narrow, use.pun))
    return found


async def _same(
    path: str,
    name: str,
    changes: Mapping[str, list[Change]],
    texts: Mapping[str, str],
    workspace: Workspace,
) -> None:
    """Whether what was renamed is named at its places and nowhere else. Raises Unanswerable."""
    wanted = {(file, start) for file, each in changes.items() for start in naming.expected(each)}
    own = Checked(texts[path], texts[path])
    start = min(start for file, start in wanted if file == path)
    place = own.place(own.now.position(start))
    found = {(each.path, each.start) for each in await _places(path, place, name, texts, workspace)}
    if differing := sorted(wanted ^ found):
        file, offset = differing[0]
        number = Text(texts[file]).position(offset).line + 1
        raise Unanswerable(
            f"{name} names something else already in {file}, line {number}. Choose another name."
        )


def _by_file(changes: Iterable[Change]) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for each in changes:
        found[each.path].append(each)
    return dict(found)


def _renamed(changes: Mapping[str, list[Change]], texts: Mapping[str, str]) -> Renamed:
    if sum(map(len, changes.values())) > ANSWER_ITEMS:
        raise Unanswerable(f"It is named in more than {ANSWER_ITEMS} places: too many for one rename.")
    files = []
    for path, each in changes.items():
        text = Text(texts[path])
        edits = [Replacement(range=text.range(one.start, one.end), text=one.text) for one in each]
        files.append(FileEdits(path=path, edits=edits))
    return Renamed(files=files)


def _unwritten(name: str, path: str, position: Position) -> str:
    made = "Template Haskell, a deriving clause or a record's wildcard names it there"
    return f"{name} is not written in {path}, line {position.line + 1}: {made}. It cannot be renamed."


def _first(faults: list[Diagnostic]) -> str:
    """Where it is, and the first of GHC's points about it."""
    first = faults[0]
    path = first.uri.removeprefix(messages.uri(""))
    point = first.message.removeprefix("• ").partition("\n•")[0]
    return f"{path}:{first.range.start.line + 1}: {' '.join(point.split())}"
