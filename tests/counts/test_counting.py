"""Counts of distinct respondents, against a slow and obvious recount."""

from hypothesis import given
from hypothesis import strategies as st

from app.coding.actions import record_decision
from app.coding.deciding import decide_none
from app.counts.counting import tally
from app.counts.queries import count_unread, list_contributed, list_mentions
from app.statements.models import Statement
from tests.factories import open_weekly, send, suggest, sweep, this_week

said = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("abcd"), st.integers(1, 4)), max_size=40)


@given(said)
def test_tally_is_an_obvious_recount(rows):
    found = tally(rows)
    for cell in "xyz":
        who = {respondent for c, respondent, _ in rows if c == cell}
        if not who:
            assert cell not in found
            continue
        each = {w: sum(n for c, r, n in rows if (c, r) == (cell, w)) for w in who}
        assert found[cell].respondents == len(who)
        assert found[cell].statements == sum(each.values())
        assert found[cell].largest == max(each.values()) / sum(each.values())


def mentions():
    week = this_week()
    return {(m.theme, m.statements) for m in list_mentions("response", week, week)}


def test_facts_follow_the_decisions(app):
    from sqlalchemy import select

    from app.core.database import db

    current = open_weekly()
    send(current, saying="There is damp in every flat here. The landlord evicts families this week.")
    send(current, saying="Racist abuse was shouted at the bus stop.")
    sweep()
    for statement in db.session.scalars(select(Statement)):
        theme = "racism-discrimination" if "Racist" in statement.text else "housing"
        suggest(statement.id, {theme: [statement.text.split()[0]]})
    week = this_week()
    assert len(list_contributed("response", week, week)) == 2
    assert list_contributed("note", week, week) == []
    # A suggestion counts, but never for a theme that a person always reads first.
    assert mentions() == {("housing", 2)}
    assert count_unread("response", week, week) == (3, 3)
    racism = db.session.scalars(select(Statement).where(Statement.text.contains("Racist"))).one()
    from app.coding.deciding import decide

    record_decision(racism.id, "a", 0, lambda before: decide(before, dict.fromkeys(before, "confirm"), []))
    assert ("racism-discrimination", 1) in mentions()
    damp = db.session.scalars(select(Statement).where(Statement.text.contains("damp"))).one()
    record_decision(damp.id, "a", 0, decide_none)
    assert ("housing", 1) in mentions()
    assert count_unread("response", week, week) == (1, 3)
