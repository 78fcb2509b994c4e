"""Where a line of text may end, in Chinese and in English. Knows no fonts: whoever asks measures.

A Chinese line ends after any character, but closing marks never begin one and opening marks never end one; a number
stays with its unit, an English word whole. Lines come out about equally long, so that no single character is left over.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import accumulate, pairwise

NOT_FIRST = frozenset("，。、；：？！”’）》」』〉】〕…—～·％%‰℃,.;:?!)]}")
NOT_LAST = frozenset("“‘（《「『〈【〔([{")
_PHRASE_ENDS = frozenset("，。、；：？！”）》」』】—…,.;:?!)")
_BONUS = 0.12  # what a line that ends with a phrase may fall short in evenness; a third of its width, squared
ORDINAL = "第"
UNITS = frozenset("年月日时分秒岁届号位个名次")

_MOST_EVENED = 12  # lines; in a longer text nobody sees it, and the work grows with their square

Measure = Callable[[str], float]


def ems(text: str) -> float:
    """Return about how many characters wide a text is: letters and digits are half as wide as Chinese ones."""
    return sum(1 if unicodedata.east_asian_width(one) in "WFA" else 0.5 for one in text)


def broken(text: str, width: float, measure: Measure, whole: Iterable[str] = (), even: bool = True) -> list[str]:
    """Return `text` as lines no wider than `width`, as few as possible.

    Words of `whole` are never cut, even if one alone is wider; any other piece that is wider ends where it must. Who
    only wants to know how many lines there are need not have them `even`.
    """
    return [line for part in text.split("\n") for line in _paragraph(part, width, measure, tuple(whole), even)]


def pieces(text: str, whole: Iterable[str] = ()) -> list[str]:
    """Return what no line may cut, in order; joined they are `text`. A space belongs to the piece before it."""
    # Of two whole words at the same place the longer one.
    kept = "|".join(re.escape(word) for word in sorted(whole, key=len, reverse=True))
    found: list[str] = []
    for run in re.findall(rf"{kept + '|' if kept else ''}\s+|\S", text):
        if found and (run.isspace() or _belong_together(found[-1], run)):
            found[-1] += run
        else:
            found.append(run)
    return found


def _belong_together(before: str, after: str) -> bool:
    last, first = before[-1], after[0]
    if first in NOT_FIRST:
        return True
    if last.isspace():
        return False
    if last in NOT_LAST or last == ORDINAL:
        return True
    if last.isdigit() and first in UNITS:
        return True
    # What closes one quotation in front of what opens the next may end a line; letters of one word may not.
    return not (_is_wide(last) or _is_wide(first) or (last in NOT_FIRST and first in NOT_LAST))


def _is_wide(character: str) -> bool:
    # The quotation marks that Chinese and English share stand between Chinese characters like wide ones.
    return character in "“”‘—…" or unicodedata.east_asian_width(character) in "WF"


def _paragraph(text: str, width: float, measure: Measure, whole: tuple[str, ...], even: bool) -> list[str]:
    parts = [part for one in pieces(text.strip(), whole) for part in _cut(one, width, measure, whole)]
    lines = _greedy(parts, width, measure)
    if not even or not 1 < len(lines) <= _MOST_EVENED:
        return lines
    evened = _evened(parts, width, measure, len(lines))
    return evened if all(measure(line) <= width for line in evened) else lines


def _evened(parts: list[str], width: float, measure: Measure, count: int) -> list[str]:
    """Return the parts as `count` lines of about the same length that end, where they can, between phrases."""
    full = [0.0, *accumulate(measure(part) for part in parts)]
    trailing = [measure(part) - measure(part.rstrip()) for part in parts]
    # For each place a line may end: what it costs to get there in so many lines, and where those end.
    ways: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for _ in range(count):
        further: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, ends) in ways.items():
            for end in range(start + 1, len(parts) + 1):
                long = full[end] - full[start] - trailing[end - 1]
                if long > width and end > start + 1:
                    break
                new = cost + (1 - min(1, long / width)) ** 2
                if end < len(parts) and _is_between_phrases(parts[end - 1], parts[end]):
                    new -= _BONUS
                if end not in further or new < further[end][0]:
                    further[end] = (new, (*ends, end))
        ways = further
    if len(parts) not in ways:
        return _greedy(parts, width, measure)
    ends = ways[len(parts)][1]
    return ["".join(parts[start:end]).rstrip() for start, end in pairwise((0, *ends))]


def _is_between_phrases(before: str, after: str) -> bool:
    return before.rstrip()[-1] in _PHRASE_ENDS or after[0] in NOT_LAST


def _cut(piece: str, width: float, measure: Measure, whole: tuple[str, ...]) -> list[str]:
    """Return a piece as it is if it fits or must stay whole, else as characters, those kept together that may be."""
    if measure(piece.rstrip()) <= width or any(word in piece for word in whole):
        return [piece]
    found = [piece[0]]
    for before, after in pairwise(piece):
        pair = before in NOT_LAST or after in NOT_FIRST or after.isspace()
        if pair and measure(found[-1] + after) <= width:
            found[-1] += after
        else:
            found.append(after)
    return found


def _greedy(parts: list[str], width: float, measure: Measure) -> list[str]:
    lines: list[str] = []
    for part in parts:
        if lines and measure((lines[-1] + part).rstrip()) <= width:
            lines[-1] += part
        else:
            lines.append(part)
    return [line.rstrip() for line in lines]
