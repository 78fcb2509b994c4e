"""Line breaking: nothing is lost or moved, and no line begins or ends as no typesetter would let it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.exports.lines import NOT_FIRST, NOT_LAST, broken, pieces

THEME = "深入学习贯彻习近平新时代中国特色社会主义思想和党的十九大精神，弘扬中国科学家精神"
WHOLE = ("习近平", "社会主义思想", "党的十九大", "精神", "中国科学家精神")


def squares(text: str) -> float:
    """Measure as Chinese type does: Latin letters are half as wide."""
    return sum(0.5 if one.isascii() else 1 for one in text)


character = st.sampled_from("科学家精神中国呼和浩特")
word = st.one_of(
    st.text(character, min_size=1, max_size=4),
    st.sampled_from(
        ["FAST", "1984年", "500米", "“中国天眼”", "《几何》", "（追授）", "“吴公式”“吴示性类”", "Wu’s ", "a "]
    ),
)
sentence = st.lists(st.tuples(word, st.sampled_from(["", "", "，", "。", "、", "：", "！”", "——"])), min_size=1).map(
    lambda parts: "".join(one + mark for one, mark in parts)
)


@given(sentence, st.integers(6, 30))
def test_every_character_stands_once_and_in_order(text, width):
    lines = broken(text, width, squares)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(squares(line) <= width for line in lines)


@given(sentence, st.integers(14, 30))
@example("中中，中中中“中国天眼”中中中中中中中中1984年Wu’s ，“吴公式”“吴示性类”", 14)
def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one(text, width):
    lines = broken(text, width, squares)
    assert not [line for line in lines[1:] if line[0] in NOT_FIRST]
    assert not [line for line in lines[:-1] if line[-1] in NOT_LAST]


@given(sentence, st.integers(14, 30))
def test_there_are_as_few_lines_as_there_can_be(text, width):
    count, line = 0, ""
    for piece in pieces(text):
        if not line or squares((line + piece).rstrip()) > width:
            count, line = count + 1, ""
        line += piece
    assert len(broken(text, width, squares)) == count


@given(st.integers(1, 40))
def test_words_that_must_stay_whole_are_never_cut(width):
    lines = broken(THEME, width, squares, WHOLE)
    assert "".join(lines) == THEME
    for one in WHOLE:
        assert THEME.count(one) == sum(line.count(one) for line in lines), (one, lines)


def test_lines_are_about_equally_long():
    text = "他带着大家造出中国第一颗人造卫星后来又带着大家造北斗导航卫星把探测器送到"
    lengths = [len(line) for line in broken(text, 17, len)]
    assert len(lengths) == 3
    assert max(lengths) - min(lengths) <= 1, "nothing is left over for the last line"


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("呼和浩特市2018年“全国科技工作者日”系列活动", 14, ["呼和浩特市2018年", "“全国科技工作者日”系列活动"]),
        ("他用22年，把一个想法", 6, ["他用22年，", "把一个想法"]),
        ("造出了中国第一代核潜艇", 6, ["造出了中国", "第一代核潜艇"]),
        ("to study how to breed", 5, ["to study", "how to", "breed"]),
        ("Hohhot", 2, ["Hoh", "hot"]),
        ("", 5, []),
        ("一\n二", 5, ["一", "二"]),
    ],
)
def test_lines_end_where_a_reader_would_pause(text, width, lines):
    assert broken(text, width, squares) == lines
