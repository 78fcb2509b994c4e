"""Marks between words of several hands: none inside another of its kind, no name run into its number."""

import pytest

from kiosk.domain.punctuation import as_quoted_in, before_number, quoted, runs_into_number


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("创新", "“创新”"),
        ("庆祝“科技工作者日”", "“庆祝‘科技工作者日’”"),
        ("“甲‘乙’丙”丁", "“‘甲“乙”丙’丁”"),
        ("Workers’ Day", "“Workers’ Day”"),
        ("", "“”"),
    ],
)
def test_marks_of_quotations_alternate(text, said):
    assert quoted(text) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("展台3", "展台3："),
        ("A座", "A座"),
        ("展台B", "展台B："),
        ("展台３", "展台３："),
        ("展台三", "展台三"),
        ("", ""),
    ],
)
def test_a_name_keeps_apart_from_its_number(name, said):
    assert before_number(name) == said and runs_into_number(name) == (said != name)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("呼市2018年“全国科技工作者日”系列活动", "2018年全国科技工作者日", "2018年“全国科技工作者日”"),
        ("呼市“科技活动周”活动", "科技活动周", "“科技活动周”"),
        ("呼市科技活动周", "科技活动周", "科技活动周"),
        ("呼市“科技活动周”", "科技周", "科技周"),
        ("庆祝“科技活动周启动”仪式", "科技活动周", "科技活动周"),
        ("“甲‘乙’丙”", "乙", "‘乙’"),
        ("“甲”", "“甲”", "“甲”"),
        ("", "甲", "甲"),
        ("甲", "", ""),
    ],
)
def test_a_name_is_quoted_as_the_text_that_has_it_quotes_it(text, name, said):
    assert as_quoted_in(text, name) == said
