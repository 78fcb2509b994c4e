"""Charts as SVG: values in, markup out. Colours and type come from the page's style sheet.

Every chart stands beside the table of its numbers; to whoever cannot see it, it tells its title only.
"""

from markupsafe import Markup

from kiosk.exports.scale import Scale

WIDE, TALL = 44, 150  # of one column with its gap, and of the highest
_GAP, _WORDS = 10, 24  # between columns; above for the number, below for what it is of


def columns(rows: list[tuple[str, int]], title: str) -> Markup:
    """Return a column for each (words, count), as high as its count; counts below nothing have none.

    The width grows with the rows; the page scales it to where it stands.
    """
    scale = Scale.of(count for _, count in rows)
    wide = WIDE * len(rows)
    parts = [
        Markup('<svg class="columns" viewBox="0 0 {} {}" width="{}" height="{}" role="img" aria-label="{}">').format(
            wide, TALL + 2 * _WORDS, wide, TALL + 2 * _WORDS, title
        )
    ]
    for at, (words, count) in enumerate(rows):
        high = round(TALL * scale.share(count), 1)
        left, middle, top = WIDE * at + _GAP / 2, WIDE * at + WIDE / 2, _WORDS + TALL - high
        parts.append(Markup('<rect x="{:g}" y="{:g}" width="{}" height="{:g}"/>').format(left, top, WIDE - _GAP, high))
        if count:
            parts.append(Markup('<text class="count" x="{:g}" y="{:g}">{}</text>').format(middle, top - 6, count))
        parts.append(Markup('<text x="{:g}" y="{}">{}</text>').format(middle, TALL + 2 * _WORDS - 5, words))
    parts.append(Markup('<path d="M0 {0}H{1}"/></svg>').format(_WORDS + TALL, wide))
    return Markup("").join(parts)
