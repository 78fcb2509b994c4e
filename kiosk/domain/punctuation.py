"""The marks between words that come from several hands: of a quotation within a quotation, between the names of a list,
and between a name and its number. Changes no word.
"""

from collections.abc import Iterable, Sequence

_INNER = {"“": "‘", "”": "’"}
# What stands between the words of a list, and what does where one of them has it itself.
_WIDER = {"、": "，", ", ": "; "}


def quoted(text: str) -> str:
    """Return `text` in the marks of a Chinese quotation; those within it alternate, “ ” with ‘ ’."""
    return f"“{within_quotation(text)}”"


def within_quotation(text: str) -> str:
    """Return `text` as it stands between “ and ”: its own “ ” are ‘ ’, and ‘ ’ within those are “ ” again.

    An apostrophe, ’ without a ‘ before it, stays one.
    """
    said, is_open = "", False
    for mark in text:
        if mark == "‘":
            said, is_open = said + "“", True
        elif mark == "’" and is_open:
            said, is_open = said + "”", False
        else:
            said += _INNER.get(mark, mark)
    return said


def as_quoted_in(text: str, name: str) -> str:
    """Return a name with the marks of quotation that `text` sets within or around it; as it is where it is not there,
    or has marks of its own.
    """
    plain = [(at, mark) for at, mark in enumerate(text) if mark not in _INNER and mark not in _INNER.values()]
    found = "".join(mark for _, mark in plain).find(name) if name else -1
    if found < 0:
        return name
    first, last = plain[found][0], plain[found + len(name) - 1][0]
    while first and text[first - 1] in "“‘":
        first -= 1
    while text[last + 1 : last + 2] in ("”", "’"):
        last += 1
    said = text[first : last + 1]
    is_whole = all(said.count(opening) == said.count(closing) for opening, closing in ("“”", "‘’"))
    return said if is_whole else name


def gap(names: Iterable[str], mark: str = "、") -> str:
    """Return what stands between the names of a list: `mark`, unless one of them has it itself."""
    return _WIDER[mark] if any(mark in name for name in names) else mark


def enumerated(names: Sequence[str], mark: str = "、") -> str:
    """Return names one after the other. What has marks of quotation in Chinese needs none between."""
    is_quoted = mark == "、" and all(name.startswith("“") for name in names)
    return ("" if is_quoted else gap(names, mark)).join(names)


def runs_into_number(name: str) -> bool:
    """Return whether a number right behind the name would be read as a part of it: 展台3 and 12 as 312."""
    last = name[-1:]
    return last.isdigit() or (last.isascii() and last.isalpha())


def before_number(name: str) -> str:
    """Return a name as it stands right before its number in Chinese: with a colon where the two would run together."""
    return f"{name}：" if runs_into_number(name) else name
