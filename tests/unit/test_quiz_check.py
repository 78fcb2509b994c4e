"""What is weak in a bank: doubles, keys that can be guessed, texts too long; and that a good one is left alone."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.quiz_check import Worded, findings

ALPHABET = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"


def text(number: int, length: int = 20) -> str:
    chance = Random(number)
    return "".join(chance.choice(ALPHABET) for _ in range(length))


def question(number: int, **changes) -> Worded:
    values = {
        "id": f"q{number}",
        "text": {"zh": text(number), "en": text(number + 10_000)},
        "options": tuple({"zh": text(number * 7 + at, 6), "en": text(number * 9 + at, 6)} for at in range(4)),
        "right": number % 4,
        "explanation": {"zh": text(number + 500), "en": text(number + 600)},
    }
    return Worded(**(values | changes))


def statement(number: int, right: bool) -> Worded:
    return question(number, options=(), right=right)


def said(questions, locales=("zh", "en")) -> list[tuple[str | None, str]]:
    return [(one.question, str(one.what)) for one in findings(questions, locales)]


def test_a_good_bank_is_left_alone():
    assert said([question(number) for number in range(40)] + [statement(100 + n, n % 2 == 0) for n in range(40)]) == []


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_same_question_twice_is_noticed_whatever_its_marks_and_order(locale):
    one = question(1)
    again = question(2)
    words = {**again.text, locale: "“" + one.text[locale][:9] + "，" + one.text[locale][9:] + "”？"}
    options = tuple(
        {**theirs, locale: mine[locale]} for mine, theirs in zip(one.options[::-1], again.options, strict=True)
    )
    again = question(2, text=words, options=options)
    assert said([one, again]) == [("q2", f"is worded like q1 ({locale})")]


def test_questions_that_share_a_beginning_are_two():
    start = text(1, 8)
    ours = [question(number, text={"zh": start + text(number, 14), "en": text(number + 99)}) for number in range(6)]
    assert said(ours) == []


def test_a_bank_that_is_mostly_true_is_noticed():
    assert said([statement(number, number > 1) for number in range(20)]) == [(None, "18 of 20 statements are true")]
    assert said([statement(number, number < 2) for number in range(20)]) == [(None, "18 of 20 statements are false")]
    assert said([statement(number, True) for number in range(5)]) == [], "too few to say"


def test_an_answer_that_is_always_b_is_noticed():
    assert said([question(number, right=1) for number in range(12)]) == [(None, "B is right in 12 of 12 choices")]


def test_a_right_option_that_is_always_the_longest_is_noticed():
    asked = []
    for number in range(16):
        one = question(number)
        options = [dict(option) for option in one.options]
        options[one.right]["en"] += "more"
        asked.append(question(number, options=tuple(options)))
    assert said(asked) == [(None, "the right option is the longest (en) in 16 of 16 choices")]


def test_of_thousands_no_number_is_too_large():
    found = said([statement(number, number % 3 > 0) for number in range(5_000)], ["zh"])
    assert [what for who, what in found if who is None] == ["3333 of 5000 statements are true"]


@given(st.integers(0, 2**32))
def test_chance_alone_is_rarely_taken_for_design(seed):
    chance = Random(seed)
    asked = [question(number, right=chance.randrange(4)) for number in range(30)]
    # Four letters, each surprising once in a hundred banks: far from every bank.
    assert len([who for who, _ in said(asked) if who is None]) <= 2


def test_texts_too_long_to_be_read_standing_are_named():
    long = question(
        1,
        text={"zh": text(1, 71), "en": "x"},
        options=({"zh": text(2, 27), "en": "a"}, {"zh": "乙", "en": "b" * 76}),
        right=0,
        explanation={"zh": "丙", "en": "c" * 381},
    )
    assert said([long]) == [
        ("q1", "the text (zh) has 71 characters; up to 70 can be read standing"),
        ("q1", "an option (zh) has 27 characters; up to 26 can be read standing"),
        ("q1", "an option (en) has 76 characters; up to 75 can be read standing"),
        ("q1", "the explanation (en) has 381 characters; up to 380 can be read standing"),
    ]
