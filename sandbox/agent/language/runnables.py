"""What of a file can be run by itself: found in its text, so errors do not disturb it."""

import ast
import re
from collections.abc import Iterator
from itertools import islice

from sandbox.agent.language.declarations import declarations
from sandbox.agent.language.examples import groups, range_of
from sandbox.agent.language.text import Text, code_of
from sandbox.agent.language.workspace import Workspace
from sandbox.limits import ANSWER_ITEMS
from sandbox.messages import FoundRunnables, Runnable, RunnableKind, Runnables

HSPEC = ("describe", "context", "it", "specify", "prop")
GROUPS = ("describe", "context", "testGroup")
TASTY = ("testGroup", "testCase", "testProperty")
_TEST = re.compile(rf"(?<![\w'.])({'|'.join((*HSPEC, *TASTY))})(?:[ \t]*\n)?[ \t]+(?=\")")
_NEXT_DECLARATION = re.compile(r"\n\S")
_STRING = re.compile(r'"(?:[^"\\\n]|\\[^\n])*"')
NAME = 2000


async def answer(question: Runnables, workspace: Workspace) -> FoundRunnables:
    text = workspace.text(question.path)
    found = runnables(text) if question.path.endswith(".hs") else iter(())
    return FoundRunnables(runnables=list(islice(found, ANSWER_ITEMS)))


def runnables(text: str) -> Iterator[Runnable]:
    """The program, the properties, the examples, the tests."""
    places = Text(text)
    code = code_of(text)
    for one in declarations(code):
        if one.kind == "function" and one.bound and (one.name == "main" or one.name.startswith("prop_")):
            kind: RunnableKind = "main" if one.name == "main" else "property"
            yield Runnable(kind=kind, name=one.name, range=places.range(one.place, one.place + len(one.name)))
    for group in groups(text):
        yield Runnable(kind="examples", name="", range=range_of(text, group))
    yield from _tests(text, code, places)


def _tests(text: str, code: str, places: Text) -> Iterator[Runnable]:
    """Each test and group of tests under the names of the groups around it, as their layout has them."""
    around: list[tuple[int, str]] = []
    last = 0
    for found in _TEST.finditer(text):
        string = _STRING.match(text, found.end())
        if string is None or code[found.start() : found.end(1)] != found[1]:
            continue
        if _NEXT_DECLARATION.search(code, last, found.start()):
            around = []
        last = found.start()
        column = last - text.rfind("\n", 0, last) - 1
        around = [outer for outer in around if outer[0] < column]
        names = [*(name for _, name in around), _spelled(string[0])]
        if found[1] in GROUPS:
            around.append((column, names[-1]))
        is_hspec = found[1] in HSPEC
        kind: RunnableKind = "spec" if is_hspec else "tasty"
        path = ("/" if is_hspec else ".").join(names)
        if len(path) <= NAME:
            yield Runnable(kind=kind, name=path, range=places.range(found.start(), found.end(1)))


def _spelled(literal: str) -> str:
    """What a string of the source is; Haskell's usual escapes are Python's."""
    try:
        return str(ast.literal_eval(literal.replace("\\&", "")))
    except (SyntaxError, ValueError):
        return literal[1:-1]
