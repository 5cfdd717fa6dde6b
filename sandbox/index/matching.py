"""How far a function's type is from the one that is looked for. Pure.

A match is a pairing of arguments and a unifier; its cost is what the reader of the result has to bridge.
"""

from collections.abc import Iterator

from sandbox.index.signature import Signature, Term

WIDER = 1.0  # where something is asked for, it takes anything
NARROWER = 3.0  # where anything is asked for, it takes one thing
CONFUSED = 2.0  # two variables of the query must be one
MERGED = 0.6  # two of its variables may be one
MOVED = 0.3  # arguments in another order
EXTRA = 2.5  # an argument that was not asked for
MISSING = 3.5  # an argument that it does not take
TRIES = 400

Bound = tuple[dict[str, Term], dict[str, Term], float]


def distance(query: Signature, one: Signature, most: float = 12.0) -> float | None:
    """The lowest cost of a match, at most `most`; None without one."""
    lengths = len(one.arguments) - len(query.arguments)
    base = EXTRA * lengths if lengths > 0 else -MISSING * lengths
    if base > most:
        return None
    result = _unified(query.result, one.result, ({}, {}, base))
    if result is None:
        return None
    best, tries = most, 0
    found = False
    waiting = [(result, 0, frozenset[int]())]
    while waiting and tries < TRIES:
        bound, place, used = waiting.pop()
        tries += 1
        if bound[2] > best:
            continue
        if place == len(query.arguments):
            best, found = bound[2], True
            continue
        waiting.extend(_pairings(query, one, bound, place, used))
    return best if found else None


def _pairings(
    query: Signature, one: Signature, bound: Bound, place: int, used: frozenset[int]
) -> Iterator[tuple[Bound, int, frozenset[int]]]:
    """The next argument of the query with each that is left; the likeliest comes last."""
    left = len(query.arguments) - place > len(one.arguments) - len(used)
    if left:
        yield bound, place + 1, used
    free = [other for other in range(len(one.arguments)) if other not in used]
    for other in sorted(free, key=lambda number: -abs(number - place)):
        further = _unified(query.arguments[place], one.arguments[other], bound)
        if further is not None:
            moved = MOVED * sum(1 for before in used if before > other)
            yield (further[0], further[1], further[2] + moved), place + 1, used | {other}


def _unified(asked: Term, given: Term, bound: Bound) -> Bound | None:
    """More is bound and the cost is higher; None where they cannot be the same."""
    asked_for, given_for, cost = bound
    if given.is_variable and not given.parts:
        before = given_for.get(given.head)
        if before is None:
            merged = asked.is_variable and asked in given_for.values()
            more = MERGED if merged else 0.0 if asked.is_variable else WIDER
            return asked_for, {**given_for, given.head: asked}, cost + more
        if before == asked:
            return bound
        if before.is_variable or asked.is_variable:
            return asked_for, given_for, cost + CONFUSED
        return None
    if asked.is_variable and not asked.parts:
        before = asked_for.get(asked.head)
        if before is None:
            return {**asked_for, asked.head: given}, given_for, cost + NARROWER
        return bound if before == given else None
    return _applied(asked, given, bound)


def _applied(asked: Term, given: Term, bound: Bound) -> Bound | None:
    """Of two with parts the last ones are the same, as many as both have, and what is before them."""
    if not asked.is_variable and not given.is_variable:
        if asked.head != given.head or len(asked.parts) != len(given.parts):
            return None
        common = len(asked.parts)
    else:
        common = min(len(asked.parts), len(given.parts))
        heads = [Term(term.head, term.parts[: len(term.parts) - common]) for term in (asked, given)]
        if not all(head.is_variable and not head.parts for head in heads if head.is_variable):
            return None
        unified = _unified(heads[0], heads[1], bound)
        if unified is None:
            return None
        bound = unified
    for left, right in zip(_last(asked, common), _last(given, common), strict=True):
        further = _unified(left, right, bound)
        if further is None:
            return None
        bound = further
    return bound


def _last(term: Term, number: int) -> tuple[Term, ...]:
    return term.parts[len(term.parts) - number :]
