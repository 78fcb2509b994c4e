"""Rounds: drawn the same everywhere, without repeats; what the log keeps of them."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.domain.entry import mint_id
from kiosk.domain.quiz import Question, draw, outcome

WORDS = {"zh": "字", "en": "word"}


def question(number: int, **changes) -> dict:
    return {
        "id": f"q{number}",
        "topic": "earth",
        "text": WORDS,
        "key": number % 2 == 0,
        "explanation": WORDS,
        "reasoning": WORDS,
    } | changes


POOL = tuple(Question.model_validate(question(number)) for number in range(11))


@given(st.uuids().map(str), st.integers(1, 20))
def test_a_round_has_no_question_twice_and_is_drawn_again_the_same(round_id, length):
    played = draw(round_id, POOL, length)
    assert len({one.id for one in played.questions}) == min(length, len(POOL))
    assert draw(round_id, tuple(reversed(POOL)), length) == played


def test_every_question_comes_up_about_as_often():
    seen = Counter(one.id for _ in range(2200) for one in draw(mint_id(), POOL, 5).questions)
    assert set(seen) == {one.id for one in POOL}
    assert max(seen.values()) < 1.3 * min(seen.values())


def test_the_log_keeps_right_and_wrong_by_question():
    played = draw("x", POOL, 2)
    answers = (played.questions[0].key, not played.questions[1].key)
    assert outcome(played, answers) == {
        "questions": [
            {"question": played.questions[0].id, "right": True},
            {"question": played.questions[1].id, "right": False},
        ],
        "right": 1,
        "asked": 2,
    }


def test_an_unfinished_round_has_no_outcome():
    with pytest.raises(ValueError):
        outcome(draw("x", POOL, 2), (True,))


@pytest.mark.parametrize(
    "change", [{"reasoning": None}, {"key": "yes"}, {"key": 1}, {"text": {"zh": "字"}}, {"hint": "x"}]
)
def test_refuses_a_question_that_cannot_be_checked_or_read(change):
    with pytest.raises(ValidationError):
        Question.model_validate(question(1, **change))
