"""The marks between words that come from several hands: of a quotation within a quotation, and between a name and its
number. Changes no word.
"""

_INNER = {"“": "‘", "”": "’"}


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


def runs_into_number(name: str) -> bool:
    """Return whether a number right behind the name would be read as a part of it: 展台3 and 12 as 312."""
    last = name[-1:]
    return last.isdigit() or (last.isascii() and last.isalpha())


def before_number(name: str) -> str:
    """Return a name as it stands right before its number in Chinese: with a colon where the two would run together."""
    return f"{name}：" if runs_into_number(name) else name
