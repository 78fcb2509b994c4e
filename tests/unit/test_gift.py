"""Moodle's GIFT text: what is written is read back; what others wrote is understood or refused with a line."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.quiz import LETTERS, Question
from kiosk.exports.gift import escaped, write_gift
from kiosk.exports.gift_reading import LONGEST_TEXT, MOST_GIFT_QUESTIONS, read_gift

# As the format's documentation shows each kind, and as Moodle and people write them.
BY_HAND = """\
// A bank as a teacher types it.
$CATEGORY: science/Year 5/earth

::Sun and Earth:: The Earth goes round the Sun. {T}

// [id:moonlight] [tag:level-2] [tag:audience-pupil] [tag:local] [tag:homework]
::Moon::[html]<p>The&nbsp;Moon <b>makes</b> its own light.</p>{FALSE#<p>It reflects sunlight.</p>#Well seen.
####<p>It only <i>reflects</i> the light of the Sun\\: half of it is always lit.</p>}

What boils first on a high mountain?{
    ~Nothing \\{at all\\}#No.
    =Water at less than 100 \\= fewer degrees#Yes.
    ~%-50%Oil
}

A puddle dries because its water {~sinks =evaporates ~freezes} in the sun.

::
two
lines:: First line\\nsecond line { =yes ~no }
"""

FROM_MOODLE = """\
// question: 0  name: Switch category to $course$/top/Default for Wetter
$CATEGORY: $course$/top/Default for Wetter


// question: 4711  name: Wolken [id:w-1] [tag:level-3]
::Wolken::[html]<p dir\\="ltr" style\\="text-align\\: left;">Woraus bestehen Wolken?</p>{
\t=<p>Aus Wassertropfen und Eis</p>#<p>Ja\\: winzige.</p>
\t~<p>Aus Wasserdampf</p>
\t~%0%<p>Aus Rauch</p>
\t####<p>Wasserdampf ist unsichtbar.</p><p>Was man sieht, sind Tropfen.</p>
}


// question: 4712  name: Regen
::Regen::[moodle]Regen ist nass.{TRUE}


// question: 4713  name: Aufsatz
::Aufsatz::[html]Beschreibe eine Wolke.{}


// question: 4714  name: Paare
::Paare::Ordne zu.{
\t=Cumulus -> Haufen
\t=Stratus -> Schicht
}


// question: 4715  name: Zahl
::Zahl::Wie viel Grad?{#
\t=%100%20:1#
}


// question: 4716  name: Mehrere
::Mehrere::Was ist nass?{
\t~%50%Regen
\t~%50%Schnee
\t~%-100%Sand
}


// question: 4717  name: Wort
::Wort::Der Stoff heißt{=Wasser =wasser}


::Text::Nur gelesen, nichts gefragt.
"""


def said(file) -> list[tuple[int, str]]:
    return [(one.line, str(one.what)) for one in file]


def test_what_a_teacher_typed_is_understood():
    found = read_gift(BY_HAND.encode())
    assert found.faults == found.left_out == []
    earth, moon, water, puddle, lines = found.questions
    assert (earth.id, earth.category, earth.text, earth.key, earth.options) == (
        "Sun and Earth",
        "earth",
        "The Earth goes round the Sun.",
        True,
        (),
    )
    assert (moon.id, moon.text, moon.key) == ("moonlight", "The Moon makes its own light.", False)
    assert (moon.level, moon.audiences, moon.local) == (2, ("pupil",), True)
    assert moon.explanation == "It only reflects the light of the Sun: half of it is always lit."
    assert (water.text, water.key) == ("What boils first on a high mountain?", 1)
    assert water.options == ("Nothing {at all}", "Water at less than 100 = fewer degrees", "Oil")
    assert water.explanation == "Yes."
    assert (puddle.text, puddle.options, puddle.key) == (
        "A puddle dries because its water ____ in the sun.",
        ("sinks", "evaporates", "freezes"),
        1,
    )
    assert (lines.id, lines.text) == ("two\nlines", "First line\nsecond line")
    assert said(found.lost) == [
        (7, "the feedback to single answers is left out"),
        (10, "the feedback to wrong answers is left out"),
    ]


def test_what_moodle_wrote_is_understood_and_what_cannot_be_asked_here_is_said():
    found = read_gift(b"\xef\xbb\xbf" + FROM_MOODLE.replace("\n", "\r\n").encode())
    assert found.faults == []
    clouds, rain = found.questions
    assert (clouds.id, clouds.text, clouds.level) == ("w-1", "Woraus bestehen Wolken?", 3)
    assert (clouds.options, clouds.key) == (("Aus Wassertropfen und Eis", "Aus Wasserdampf", "Aus Rauch"), 0)
    assert clouds.explanation == "Wasserdampf ist unsichtbar.\nWas man sieht, sind Tropfen."
    assert (rain.id, rain.text, rain.key, rain.category) == ("Regen", "Regen ist nass.", True, "Default for Wetter")
    assert said(found.left_out) == [
        (19, "a question for an essay"),
        (23, "a question for pairs"),
        (30, "a question for a number"),
        (36, "a question with several answers that are right in part"),
        (44, "a question for a word to be typed"),
        (47, "a text that asks nothing"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("What?{=a ~b", 1, "the braces { } do not match"),
        ("ok{T}\n\nWhat?=a ~b}", 3, "the braces { } do not match"),
        ("What?{=a {~b} }", 1, "the braces { } do not match"),
        ("What? }=a ~b{", 1, "the braces { } do not match"),
        ("// x\n\n\nWhat?{nonsense}", 4, "no answer is marked"),
        ("What?{~a ~b}", 1, "no answer is right"),
        ("What?{first =a ~b}", 1, "there is text before the first answer: first"),
        ("What?{=a ~a}", 1, "two options are the same"),
        ("What?{~%100%a}", 1, "a choice needs two options"),
        ("{T}", 1, "the text is empty"),
        ("::only a name::{T}", 1, "the text is empty"),
        ("What?{=[html]<p></p> ~b}", 1, "the text is empty"),
        ("A\u202etxt{T}", 1, "invisible character, U+202E"),
        ("A\ue000{T}", 1, "invisible character, U+E000"),
        ("A\x07{T}", 1, "invisible character, U+0007"),
        ("x" * (LONGEST_TEXT + 1) + "{T}", 1, "the text is too long"),
        ("[html]<p>A <![foo[x]]>{T}", 1, "the HTML cannot be read"),
        ("[html]<p><![ x{T}", 1, "the HTML cannot be read"),
        ("[html]<p>&\\#" + "9" * 5_000 + ";{T}", 1, "the HTML cannot be read"),
        ("x{\x1b]0;owned\x07 here =a ~b}", 1, "�]0;owned� here"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, line, reason):
    (fault,) = read_gift(text.encode()).faults
    assert fault.line == line
    assert reason in str(fault.what)


def test_every_fault_of_a_file_is_told():
    found = read_gift(b"a{\n\nb{T}\n\nc}\n\nd{~x ~y}")
    assert [one.line for one in found.faults] == [1, 5, 7]
    assert [one.text for one in found.questions] == ["b"]


@pytest.mark.parametrize(
    "text",
    [
        "[html]See <img src='x.png'>{T}",
        "[html]<script>alert(1)</script>Hi{T}",
        "What?{=[html]<svg></svg>a ~b}",
        "a <img>{T}",
    ],
)
def test_more_than_words_is_left_out(text):
    found = read_gift(text.encode())
    assert (found.questions, found.faults) == ([], [])
    assert said(found.left_out) == [(1, "a question with a picture, sound or formula")]


def test_several_right_answers_and_too_many_are_left_out():
    found = read_gift(b"a{=x =y ~z}\n\nb{=1 ~2 ~3 ~4 ~5 ~6 ~7}")
    assert [str(one.what) for one in found.left_out] == [
        "a question with several right answers",
        "a question with more than 6 answers",
    ]


def test_a_file_that_is_no_text_or_too_much_is_refused():
    (fault,) = read_gift(b"ok{T}\n\n\xff\xfe{T}").faults
    assert (fault.line, str(fault.what)) == (3, "is not UTF-8 text")
    (fault,) = read_gift(b"a{T}\n\n" * (MOST_GIFT_QUESTIONS + 1)).faults
    assert "more than 5000 questions" in str(fault.what)


# Whatever the pack's models let in.
texts = (
    st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), min_size=1, max_size=40)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
lines = st.lists(texts, min_size=1, max_size=3).map("\n".join)
ids = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?", fullmatch=True)


@st.composite
def questions(draw) -> Question:
    values = {
        "id": draw(ids),
        "topic": draw(st.sampled_from(["earth", "health"])),
        "audiences": draw(st.lists(st.sampled_from(["pupil", "adult"]), unique=True)),
        "level": draw(st.integers(1, 3)),
        "local": draw(st.booleans()),
        "text": {"zh": draw(lines), "en": "x"},
        "explanation": {"zh": draw(lines), "en": "x"},
        "reasoning": {"zh": "x", "en": "x"},
        "key": draw(st.booleans()),
    }
    if draw(st.booleans()):
        options = draw(st.lists(texts, min_size=2, max_size=6, unique=True))
        values |= {
            "kind": "single_choice",
            "options": [{"zh": one, "en": str(at)} for at, one in enumerate(options)],
            "key": LETTERS[draw(st.integers(0, len(options) - 1))],
        }
    return Question.model_validate(values)


@pytest.mark.parametrize("piece", ["[id:", "[tag:x", "<p ", "<!--", "<x/", '<a b="', "::", "~=", "%1", "####"])
def test_a_hostile_file_takes_no_longer_than_its_length(piece):
    """What took minutes for a hundred kilobytes: the test would not end."""
    for text in ("// " + piece * 100_000, "::a::[html]<p>" + piece * 100_000 + "{T}", "a{~" + piece * 100_000 + "=b}"):
        read_gift(text.encode())


def test_a_title_on_two_lines_stays_a_comment():
    asked = Question.model_validate(
        {"id": "q", "topic": "t", "text": {"zh": "甲", "en": "a"}, "key": True, "explanation": {"zh": "乙", "en": "b"}}
        | {"reasoning": {"zh": "丙", "en": "c"}}
    )
    (found,) = read_gift(write_gift("One\nTwo {T}", [asked], "zh", str)[0].encode()).questions
    assert found.id == "q"


@given(st.lists(questions(), min_size=1, max_size=6, unique_by=lambda one: one.id))
def test_what_is_written_is_read_back(asked):
    text, lost = write_gift("标题", asked, "zh", lambda topic: topic.upper())
    found = read_gift(text.encode())
    assert (found.faults, found.left_out, found.lost) == ([], [], [])
    # By topic, in the order in which those come up.
    topics = list(dict.fromkeys(one.topic for one in asked))
    expected = sorted(asked, key=lambda one: topics.index(one.topic))
    assert [one.id for one in found.questions] == [one.id for one in expected]
    for ours, theirs in zip(expected, found.questions, strict=True):
        assert (theirs.category, theirs.level, theirs.audiences, theirs.local) == (
            ours.topic,
            ours.level,
            ours.audiences,
            ours.local,
        )
        assert theirs.text == ours.text["zh"]
        assert theirs.options == tuple(option["zh"] for option in ours.options)
        assert theirs.explanation == ours.explanation["zh"]
        assert theirs.key == (ours.key if ours.right_option is None else ours.right_option)
    assert lost == {"translations": len(asked), "reasoning": len(asked)}


@given(st.text(max_size=300) | st.text("{}=~#:%\\[]->nT\n/$ ", max_size=120))
def test_whatever_comes_is_answered_with_lines(text):
    content = text.encode("utf-8", "replace")
    found = read_gift(content)
    most = content.count(b"\n") + content.count(b"\r") + 1
    for remark in (*found.faults, *found.left_out, *found.lost):
        assert 1 <= remark.line <= most
        assert str(remark.what)
    for question in found.questions:
        assert question.text
        assert all(question.options) and len(set(question.options)) == len(question.options)
        assert isinstance(question.key, bool) or 0 <= question.key < len(question.options)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_break_nothing(content):
    read_gift(content)


@pytest.mark.parametrize("words", ["<b>bold</b>", "[html]x", "%50%", "=1+1", "// no comment", "$CATEGORY: x", "\\n"])
def test_what_looks_like_the_format_is_read_back_as_words(words):
    option, other = {"zh": words, "en": "a"}, {"zh": "乙", "en": "b"}
    values = {"id": "q", "topic": "earth", "text": option, "explanation": option, "reasoning": option}
    asked = Question.model_validate({**values, "kind": "single_choice", "options": [option, other], "key": "A"})
    (found,) = read_gift(write_gift("t", [asked], "zh", str)[0].encode()).questions
    assert (found.text, found.options, found.key, found.explanation) == (words, (words, "乙"), 0, words)


@given(lines)
def test_an_escaped_text_has_no_control_of_its_own(text):
    made = escaped(text)
    for before, one in pairwise("x" + made):
        if one in "~=#{}:":
            assert before == "\\"
