"""Pinyin over hard characters: once each, longest word first, nothing left unescaped."""

import pytest

from kiosk.web.screen.reading import with_pinyin


def ruby(word: str, reading: str) -> str:
    return f"<ruby>{word}<rp>（</rp><rt>{reading}</rt><rp>）</rp></ruby>"


@pytest.mark.parametrize(
    ("text", "hard", "expected"),
    [
        ("铀核", {}, "铀核"),
        ("铀核与铀", {"铀": "yóu"}, ruby("铀", "yóu") + "核与铀"),
        ("地壳里的壳", {"壳": "ké", "地壳": "dìqiào"}, ruby("地壳", "dìqiào") + "里的" + ruby("壳", "ké")),
        ("<b>鄂", {"鄂": "<è>"}, "&lt;b&gt;" + ruby("鄂", "&lt;è&gt;")),
        ("a.b", {".": "x"}, "a" + ruby(".", "x") + "b"),
    ],
)
def test_the_reading_stands_over_the_first_of_each_hard_word(text, hard, expected):
    assert str(with_pinyin(text, hard)) == expected
