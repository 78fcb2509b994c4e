"""What a question and a bank may say, and what the quiz of a pack leads to."""

import pytest
from pydantic import ValidationError

from kiosk.domain.errors import Sentence
from kiosk.domain.quiz import Bank, Literacy, Question, QuizPlan, bank_faults, quiz_faults

WORDS = {"zh": "字", "en": "word"}


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def statement(**changes) -> dict:
    return {
        "id": "one",
        "topic": "earth",
        "text": WORDS,
        "key": True,
        "explanation": WORDS,
        "reasoning": WORDS,
    } | changes


def choice(**changes) -> dict:
    options = [words(one) for one in "abc"]
    return statement(kind="single_choice", options=options, key="B") | changes


def test_a_statement_and_a_choice_are_read():
    assert Question.model_validate(statement()).right_option is None
    assert Question.model_validate(choice()).right_option == 1


@pytest.mark.parametrize(
    "change",
    [
        {"reasoning": None},
        {"key": "yes"},
        {"key": 1},
        {"key": "A"},
        {"text": {"zh": "字"}},
        {"explanation": None},
        {"topic": None},
        {"hint": "x"},
        {"options": [words("a"), words("b")]},
        {"level": 4},
        {"level": True},
        {"kind": "essay"},
    ],
    ids=str,
)
def test_refuses_a_statement_that_cannot_be_checked_or_read(change):
    with pytest.raises(ValidationError):
        Question.model_validate(statement(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"key": "D"},
        {"key": "b"},
        {"key": ""},
        {"key": "AB"},
        {"key": True},
        {"options": [words("a")]},
        {"options": [words("a"), words("b"), words("a")]},
        {"options": [words("a"), {"zh": "b", "en": "a"}]},
        {"options": [words("a"), {"zh": "b"}]},
        {"options": [words(one) for one in "abcdefg"]},
    ],
    ids=str,
)
def test_refuses_a_choice_whose_key_leads_nowhere_or_whose_options_are_one(change):
    with pytest.raises(ValidationError):
        Question.model_validate(choice(**change))


def test_one_length_or_several_may_be_offered():
    assert QuizPlan.model_validate({"questions_per_round": 7}).questions_per_round == (7,)
    assert QuizPlan.model_validate({"questions_per_round": [5, 10]}).questions_per_round == (5, 10)
    for wrong in (0, 21, "5", [], [5, 6, 7, 8], [5, 5], True, [2.5]):
        with pytest.raises(ValidationError):
            QuizPlan.model_validate({"questions_per_round": wrong})


def test_the_nations_rise_is_told_in_order_of_years_with_its_sources():
    shares = [{"year": 2010, "percent": 3.27}, {"year": 2024, "percent": 15.37}]
    good = {"text": WORDS, "survey": WORDS, "shares": shares, "sources": [{"title": "s"}]}
    assert Literacy.model_validate(good).shares[1].percent == 15.37
    for change in ({"shares": shares[::-1]}, {"shares": shares[:1]}, {"sources": []}, {"shares": [*shares, shares[1]]}):
        with pytest.raises(ValidationError):
            Literacy.model_validate(good | change)


PLAN = QuizPlan.model_validate(
    {
        "topics": [{"id": "earth", "label": WORDS, "scientists": ["li-bo"]}],
        "audiences": [{"id": "adult", "label": WORDS}],
    }
)


def bank(bank_id: str, *questions: dict) -> Bank:
    return Bank.model_validate({"id": bank_id, "title": WORDS, "questions": questions})


def test_every_name_of_something_else_leads_somewhere():
    good = statement(audiences=["adult"], scientists=["li-bo"])
    assert quiz_faults(PLAN, [bank("a", good)], {"li-bo"}) == []


def test_what_leads_nowhere_is_named_with_its_place():
    wrong = statement(topic="sky", audiences=["adult", "cats"], scientists=["nobody"])
    banks = [bank("a", statement()), bank("b", statement(id="two"), wrong)]
    (twice,) = bank_faults(banks)
    assert (twice.file, twice.key, twice.reason.values["id"]) == ("quiz/b.toml", "questions[1].id", "one")
    faults = quiz_faults(PLAN, banks, set())
    assert [(one.file, one.key, one.reason.values["id"]) for one in faults] == [
        ("event.toml", "quiz.topics[0].scientists", "li-bo"),
        ("quiz/b.toml", "questions[1].topic", "sky"),
        ("quiz/b.toml", "questions[1].audiences", "cats"),
        ("quiz/b.toml", "questions[1].scientists", "nobody"),
    ]
    assert all(isinstance(one.reason, Sentence) for one in faults)
