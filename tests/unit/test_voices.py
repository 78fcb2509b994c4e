"""Feedback and tributes by themselves: what a form may say, and ids that let a visit say it only once."""

import re
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.domain.entry import Draft, derived_id, mint_id
from kiosk.domain.errors import InvalidInput
from kiosk.domain.event import FeedbackPlan
from kiosk.domain.voices import MOST_SUGGESTIONS, SATISFACTION, read_feedback, read_tribute

VISIT = "00000000-1111-4222-8333-444444444444"
OFFERED = [f"s{number}" for number in range(8)]
PLAN = FeedbackPlan.model_validate(
    {"suggestions": [{"id": one, "label": {"zh": "建议", "en": "a suggestion"}} for one in OFFERED]}
)


def fields(*suggestions: str, **changes: str) -> list[tuple[str, str]]:
    said = {"visit": VISIT, "satisfaction": "satisfied"} | changes
    return [*said.items(), *(("suggestion", one) for one in suggestions)]


@given(st.permutations(OFFERED), st.integers(0, MOST_SUGGESTIONS), st.sampled_from(sorted(SATISFACTION)))
def test_whatever_the_order_of_tapping_the_entry_says_the_same(order, count, level):
    visit, said = read_feedback(fields(*order[:count], satisfaction=level), PLAN)
    assert visit == VISIT
    assert said.answers == {"satisfaction": {level: 1}}
    assert said.details == {"suggestions": sorted(order[:count])}


def test_a_suggestion_ticked_twice_is_one():
    assert read_feedback(fields("s1", "s1", "s1", "s1"), PLAN)[1].suggestions == ("s1",)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (fields("s0", "s1", "s2", "s3"), "at most 3"),
        (fields("s9"), "no longer offered"),
        (fields(""), "no longer offered"),
        (fields(satisfaction="delighted"), "not on offer"),
        (fields(satisfaction=""), "not on offer"),
        (fields()[:1], "not on offer"),
        (fields()[1:], "lost its number"),
        (fields(visit=VISIT.upper().replace("0", "A")), "lost its number"),
        ([*fields(), ("satisfaction", "satisfied")], "twice"),
        ([*fields(), ("visit", VISIT)], "twice"),
        ([*fields(), ("name", "Li Lei")], "does not know"),
    ],
)
def test_a_form_that_does_not_fit_is_refused_with_a_sentence(said, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        read_feedback(said, PLAN)


@pytest.mark.parametrize(
    "said", [[], [("visit", "x")], [("visit", VISIT)] * 2, [("visit", VISIT), ("scientist", "x")], [("id", VISIT)]]
)
def test_a_tribute_says_its_visit_and_nothing_else(said):
    assert read_tribute([("visit", VISIT)]) == VISIT
    with pytest.raises(InvalidInput):
        read_tribute(said)


@given(st.uuids(version=4).map(str), st.lists(st.text(), min_size=1, max_size=3))
def test_an_id_follows_from_the_visit_and_says_nothing_of_it(visit, what):
    found = derived_id(visit, *what)
    assert found == derived_id(visit, *what)
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", found)
    assert UUID(found).version == 8


def test_another_visit_or_another_thing_is_another_id():
    one, other = str(uuid4()), str(uuid4())
    ids = [derived_id(visit, *what) for visit in (one, other) for what in (("a",), ("b",), ("a", "b"), ("ab",))]
    assert len(set(ids)) == 8


def test_the_same_visit_and_thing_gave_this_id_in_every_version():
    """Changed, a visit could say it again after an update."""
    assert derived_id(VISIT, "feedback") == "4e05b2b1-cebe-8508-a859-0f40594a2dd8"


def test_what_is_suggested_is_part_of_what_was_said():
    def draft(*suggestions):
        said = read_feedback(fields(*suggestions), PLAN)[1]
        return Draft(mint_id(), "feedback", "e", "touch", "p", answers=said.answers, details=said.details)

    assert draft("s1", "s2").digest() == draft("s2", "s1").digest() != draft("s1").digest()


def test_a_pack_offers_twelve_suggestions_at_most():
    one = {"label": {"zh": "建议", "en": "a suggestion"}}
    FeedbackPlan.model_validate({"suggestions": [one | {"id": f"s{number}"} for number in range(12)]})
    with pytest.raises(ValidationError):
        FeedbackPlan.model_validate({"suggestions": [one | {"id": f"s{number}"} for number in range(13)]})


def test_a_pack_that_says_nothing_asks_for_both():
    assert (FeedbackPlan().ask, FeedbackPlan().tribute, FeedbackPlan().suggestions) == (True, True, ())
