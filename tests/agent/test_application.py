"""In which applications a place lies, and in which argument of each."""

import time

import pytest

from sandbox.agent.language.application import applications


def at(text: str, *, selects: bool = False) -> list[tuple[str, int]]:
    """The cursor stands at the broken bar."""
    before, _, after = text.partition("¦")
    found = applications(before + after, len(before), selects=selects)
    return [(f"{one.qualifier}.{one.name}".lstrip("."), one.argument) for one in found]


@pytest.mark.parametrize(
    ("text", "innermost_first"),
    [
        ("f = foo ¦", [("foo", 0)]),
        ("f = foo¦", []),
        ("f = foo a¦", [("foo", 0)]),
        ("f = foo a ¦", [("foo", 1)]),
        ("f = foo (bar x ¦", [("bar", 1), ("foo", 0)]),
        ("f = foo a (¦", [("foo", 1)]),
        ("f = foo a (bar¦", [("foo", 1)]),
        ("f = foo (x + y * ¦", [("foo", 0)]),
        ("f = foo [a, bar ¦", [("bar", 0), ("foo", 0)]),
        ("f = M.foo \"a (\" 'b' 1.5 ¦", [("M.foo", 3)]),
        ("f = foo {- a b -} c ¦", [("foo", 1)]),
        ("f = (<>) a ¦", [("<>", 1)]),
        ("f = (M.⊕) a ¦", [("M.⊕", 1)]),
        ("f = a ⊕ foo ¦", [("foo", 0)]),
        ("f = foo $ ¦", [("foo", 0)]),
        ("f = foo a $ bar b $ baz ¦", [("baz", 0), ("bar", 1), ("foo", 1)]),
        ("f = a <> foo b $ ¦", []),
        ("f = foo @Int @(Maybe a) x ¦", [("foo", 1)]),
        ("f = foo (\\x -> bar x ¦", [("bar", 1), ("foo", 0)]),
        ("f = map' (foldl' g) ¦", [("map'", 1)]),
        ("f = foo.bar x ¦", [("bar", 1)]),
        ("f = if foo $ bar then baz ¦", [("baz", 0)]),
    ],
)
def test_an_open_application_is_found_with_those_around_it(
    text: str, innermost_first: list[tuple[str, int]]
) -> None:
    assert at(text) == innermost_first


def test_lines_of_a_block_are_statements_of_their_own() -> None:
    block = "f = do\n  foo (a b) c\n  x <- bar\n    a\n    ¦\n  baz"
    assert at(block) == [("bar", 1)]
    assert at("f = do\n  foo a\n  bar ¦") == [("bar", 0)]
    assert at("f = do\n  foo a\n  ¦") == []
    assert at("f = foo\n  a\n  ¦") == [("foo", 1)]
    assert at("f = foo a\n\ng = bar ¦") == [("bar", 0)]
    assert at("f = g a\n  where\n    b = foo\n    c = bar ¦") == [("bar", 0)]
    assert at("f = case foo a of\n  B -> bar ¦\n  C -> baz") == [("bar", 0)]
    assert at("f = foo $ \\case\n  B -> bar a\n  ¦") == []
    assert at("f = foo (do\n    bar a\n    baz b) ¦") == [("foo", 1)]
    assert at("f = let a = foo b in bar a ¦") == [("bar", 1)]


def test_types_and_imports_apply_nothing() -> None:
    assert at("import Foo (¦") == []
    assert at("f :: Maybe ¦") == []
    assert at("data A = A (Maybe ¦") == []
    assert at("class A a where\n  b :: a ¦") == []
    assert at("instance A B where\n  b = foo ¦") == [("foo", 0)]
    assert at("f = g (foo :: Maybe a) ¦") == [("g", 1)]


def test_a_field_that_a_dot_selects_has_its_record_as_first_argument() -> None:
    assert at("f r = r.foo a ¦", selects=True) == [("foo", 2)]
    assert at("f r = bar r.foo ¦", selects=True) == [("bar", 1)]
    assert at("f r = (g r).foo ¦", selects=True) == [("foo", 1)]


@pytest.mark.parametrize("part", ["(", "f (", "a ", "a $ ", "do ", "(a $ ", "a $\n  ", "b)", "[a, "])
def test_a_line_of_much_takes_time_with_its_length_and_no_more(part: str) -> None:
    def seconds(length: int) -> float:
        text = "f = " + (part * length)[:length]
        began = time.process_time()
        assert at(f"{text}\ng = foo a ¦") == [("foo", 1)]
        applications(text, len(text))
        return time.process_time() - began

    assert seconds(16_000) < 0.1 + 8 * seconds(4_000)
    assert seconds(200_000) < 0.1 + 4 * seconds(50_000)


def test_in_a_long_line_what_is_near_counts() -> None:
    assert at("f = " + "(a " * 50_000 + "foo b ¦")[:2] == [("a", 2), ("a", 0)]
