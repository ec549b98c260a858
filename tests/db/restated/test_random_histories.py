"""The closure of a random history says who holds each node's land on each day, as a slow walk through it does."""

from collections import defaultdict
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.closure import closure_rows, tree_faults
from db.enums import Level, Tree

WHOLE = 10_000


def rows_on(rows, day):
    """By tree and node."""
    found = defaultdict(list)
    for row in rows:
        if row.valid_from <= day and (row.valid_to is None or day < row.valid_to):
            found[row.tree, row.descendant_id].append(row)
    return found


def check_slices(rows):
    """Holders' slices lie end to end and are the whole; a division's slice is those of the holders under it."""
    assert len({row.ancestor_id for row in rows}) == len(rows)
    held = sorted((row.share_from_bp, row.share_to_bp) for row in rows if row.depth == 0)
    assert (held[0][0], held[-1][1]) == (0, WHOLE)
    assert all(one[1] == other[0] for one, other in pairwise(held))
    for level in Level:
        of_level = sorted((row.share_from_bp, row.share_to_bp) for row in rows if row.ancestor_level is level)
        assert all(start < end for start, end in of_level)
        assert all(one[1] <= other[0] for one, other in pairwise(of_level))
    cuts = {0, *(end for _, end in held)}
    assert all({row.share_from_bp, row.share_to_bp} <= cuts for row in rows)


def check_shares(history, tree, node, day, rows):
    """Within the basis point that whole numbers cost; holders of less than one may be left out."""
    holders = history.holders(tree, node, day)
    found = {row.ancestor_id for row in rows if row.depth == 0}
    assert {holder for holder, (part, _) in holders.items() if part * WHOLE >= 1} <= found <= holders.keys()
    expected, guessed = defaultdict(int), set()
    for holder, (part, guess) in holders.items():
        for above in history.chain(tree, holder, day):
            expected[above] += part
            if guess and holder in found:
                guessed.add(above)
    for row in rows:
        width = row.share_to_bp - row.share_from_bp
        assert abs(width - expected[row.ancestor_id] * WHOLE) < 1
        assert row.estimated == (row.ancestor_id in guessed and width < WHOLE)
    assert {row.ancestor_id for row in rows} == {
        above for holder in found for above in history.chain(tree, holder, day)
    }


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_every_nodes_land_is_held_by_somebody_on_every_day(restated, data):
    history = data.draw(restated.histories)
    spans = history.spans()
    assert tree_faults(spans) == []
    rows = closure_rows(spans, history.crossings())
    for day in history.days():
        of_day = rows_on(rows, day)
        for tree in Tree:
            for node in history.versions:
                check_slices(of_day[tree, node])
                check_shares(history, tree, node, day, of_day[tree, node])
                if history.version(node, day):
                    assert {row.ancestor_id for row in of_day[tree, node]} == set(history.chain(tree, node, day))
