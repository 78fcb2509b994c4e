"""The check-in form both ways: what a party may say, what its fields mean, and what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.entry import mint_id
from kiosk.domain.errors import InvalidInput
from kiosk.domain.event import CheckIn
from kiosk.domain.party import Party, read_party

CHECK_IN = CheckIn.model_validate(
    {
        "max_party": 60,
        "questions": [
            {
                "id": "who",
                "label": {"zh": "您是？", "en": "You are"},
                "options": [
                    {"id": "pupil", "label": {"zh": "小学生", "en": "Pupil"}, "implies": {"age": "child"}},
                    {"id": "teacher", "label": {"zh": "教师", "en": "Teacher"}},
                    {"id": "other", "label": {"zh": "其他", "en": "Other"}},
                ],
            },
            {
                "id": "age",
                "label": {"zh": "年龄段", "en": "Age"},
                "options": [
                    {"id": "child", "label": {"zh": "儿童", "en": "Child"}},
                    {"id": "adult", "label": {"zh": "成人", "en": "Adult"}},
                ],
            },
        ],
    }
)
WHO, AGE = CHECK_IN.questions
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def read(*fields: tuple[str, str]) -> Party:
    return read_party([("id", ID), *fields], CHECK_IN)[1]


@st.composite
def parties(draw) -> Party:
    party = Party(draw(st.integers(1, CHECK_IN.max_party)))
    for question in CHECK_IN.questions:
        for option in question.options:
            party = party.with_count(question.id, option.id, draw(st.integers(0, 60)))
    return party


@given(parties())
def test_fields_say_the_same_party_again(party):
    assert read_party([("id", ID), *party.fields()], CHECK_IN) == (ID, party)


@given(parties(), st.sampled_from(["who", "age"]), st.integers(-5, 300))
def test_counts_never_exceed_the_party(party, question_id, count):
    option = CHECK_IN.question(question_id).options[0].id
    changed = party.with_count(question_id, option, count)
    assert changed.declined(question_id) >= 0
    assert all(number > 0 for counts in changed.answers.values() for number in counts.values())


def test_one_answer_is_for_the_whole_party():
    assert read(("party_size", "46"), ("who", "pupil")).answers == {"who": {"pupil": 46}}


def test_counts_are_per_option_and_the_rest_declined():
    party = read(("party_size", "3"), ("who.pupil", "2"))
    assert party.answers == {"who": {"pupil": 2}}
    assert party.declined("who") == 1


def test_one_person_said_either_way_is_the_same():
    assert read(("party_size", "1"), ("who", "pupil")) == read(("party_size", "1"), ("who.pupil", "1"))


def test_zero_counts_say_nothing():
    assert read(("party_size", "2"), ("who.pupil", "0")).answers == {}


def test_a_pupil_implies_the_age_unless_it_was_said():
    assert Party(1).with_count("who", "pupil", 1).implied(WHO).answers["age"] == {"child": 1}
    said = Party(1).with_count("age", "adult", 1).with_count("who", "pupil", 1)
    assert said.implied(WHO).answers["age"] == {"adult": 1}


def test_a_class_implies_the_ages_of_its_pupils_only():
    party = Party(46).with_count("who", "pupil", 45).with_count("who", "teacher", 1).implied(WHO)
    assert party.answers["age"] == {"child": 45}
    assert party.declined("age") == 1


@pytest.mark.parametrize("size", ["", "0", "61", "-1", "+1", "1 ", " 1", "01", "1e1", "１", "一", "999", "1.0", "1\n"])
def test_refuses_a_party_size_that_is_no_plain_number_in_range(size):
    with pytest.raises(InvalidInput):
        read(("party_size", size))


@pytest.mark.parametrize(
    "fields",
    [
        [("who", "nobody")],
        [("who", "")],
        [("who.nobody", "1")],
        [("who.pupil", "x")],
        [("who.pupil", "-1")],
        [("who.pupil", "１")],
        [("who.pupil", "3")],
        [("who.pupil", "1"), ("who.teacher", "2")],
        [("who", "pupil"), ("who.teacher", "1")],
        [("who.teacher", "1"), ("who", "pupil")],
        [("who", "pupil"), ("who.teacher", "0")],
        [("who.teacher", "0"), ("who", "pupil")],
        [("who", "pupil"), ("who", "pupil")],
        [("nickname", "x")],
        [("id.x", "1")],
        [("source", "staff")],
        [("party_size", "1")],
    ],
)
def test_refuses_fields_that_are_no_answer(fields):
    with pytest.raises(InvalidInput):
        read(("party_size", "2"), *fields)


@pytest.mark.parametrize(
    "id_",
    ["", ID.upper(), "{" + ID + "}", "urn:uuid:" + ID, ID + "0", ID[:-1], ID.replace("-", ""), ID + "\n", "g" + ID[1:]],
)
def test_refuses_an_id_that_is_no_lower_case_uuid(id_):
    with pytest.raises(InvalidInput):
        read_party([("id", id_), ("party_size", "1")], CHECK_IN)


@given(st.lists(st.tuples(st.text(max_size=12), st.text(max_size=12)), max_size=6))
def test_anything_else_is_refused_with_a_sentence(fields):
    try:
        read_party([("id", mint_id()), ("party_size", "1"), *fields], CHECK_IN)
    except InvalidInput as error:
        assert str(error)
    else:
        assert not fields or all(name.partition(".")[0] in ("who", "age") for name, _ in fields)
