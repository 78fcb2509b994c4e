"""The numbering of headings as official documents have it: 一、 （一） 1. （1）, and the Chinese numerals of it.

Knows nothing of what the headings say.
"""

from kiosk.domain.document import LEVELS


class Numbering:
    """Counts the headings of a document or of an attachment."""

    def __init__(self):
        self._at = [0] * LEVELS

    def next(self, level: int) -> str:
        """Return the number of the next heading of a level (GB/T 9704-2012, 7.3.3); deeper levels begin anew."""
        self._at[level - 1] += 1
        self._at[level:] = [0] * (LEVELS - level)
        number = self._at[level - 1]
        return (f"{in_chinese(number)}、", f"（{in_chinese(number)}）", f"{number}.", f"（{number}）")[level - 1]


_DIGITS = "零一二三四五六七八九"


def in_chinese(number: int) -> str:
    """Return a number from 1 to 9999 as it is counted in Chinese: 十, 二十一, 一百零五."""
    if not 1 <= number <= 9999:
        raise ValueError(f"{number} is not between 1 and 9999")
    words, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + name
        gap = False
    return words.removeprefix("一") if 10 <= number < 20 else words
