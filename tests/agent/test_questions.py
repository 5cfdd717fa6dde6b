"""Every question gets one answer from an agent, whatever it is about."""

import pytest

from sandbox.messages import Cancel, Symbols
from tests.agent.harness import Agent

pytestmark = pytest.mark.engine


def test_a_question_sees_the_edits_before_it(agent: Agent) -> None:
    agent.sync({"Main.hs": "main = pure ()\n"})
    for number in range(20):
        agent.edit("Main.hs", f"main = pure ()\nname{number} = 1\n")
        names = [symbol.name for symbol in agent.ask(Symbols(path="Main.hs")).symbols]
        assert names == ["main", f"name{number}"]


def test_a_file_that_is_not_there_has_no_answer_but_a_sentence(agent: Agent) -> None:
    agent.sync({"Main.hs": "main = pure ()\n"})
    answered = agent.answered(agent.put(Symbols(path="Other.hs")))
    assert answered.answer is None
    assert answered.failure == "There is no file Other.hs in the workspace."


def test_a_cancelled_question_is_answered_all_the_same(agent: Agent) -> None:
    agent.sync({"Main.hs": "main = pure ()\n"})
    queries = [agent.put(Symbols(path="Main.hs")) for _ in range(5)]
    for query in queries:
        agent.deliver(Cancel(query))
    for query in queries:
        answered = agent.answered(query)
        assert answered.answer is not None or answered.failure


def test_an_answer_that_is_too_long_is_refused_and_the_next_one_comes(agent: Agent) -> None:
    agent.sync({"Main.hs": "main = pure ()\n"})
    agent.edit("Main.hs", "".join(f"{'x' * 190}{number} = 1\n" for number in range(2000)))
    assert agent.answered(agent.put(Symbols(path="Main.hs"))).failure == "The answer is too long to be shown."
    agent.edit("Main.hs", "main = pure ()\n")
    assert agent.ask(Symbols(path="Main.hs")).symbols[0].name == "main"
