"""Marks between words of several hands: none inside another of its kind, no name run into its number."""

import pytest

from kiosk.domain.punctuation import before_number, quoted, runs_into_number


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
