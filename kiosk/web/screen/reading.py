"""Help with reading: pinyin over the characters that the pack calls hard, the first time each one comes."""

import re

from markupsafe import Markup, escape

from kiosk.web.screen import bp


@bp.app_template_filter("pinyin")
def with_pinyin(text: str, hard_words: dict[str, str]) -> Markup:
    """Return `text` with the reading over the first of each hard word; everything in it is escaped."""
    if not hard_words:
        return escape(text)
    told: set[str] = set()
    pieces = []
    # Longer words first, so that a word's own reading wins over that of a character in it.
    pattern = "|".join(re.escape(word) for word in sorted(hard_words, key=len, reverse=True))
    for piece in re.split(f"({pattern})", text):
        if piece in hard_words and piece not in told:
            told.add(piece)
            pieces.append(Markup("<ruby>{}<rp>（</rp><rt>{}</rt><rp>）</rp></ruby>").format(piece, hard_words[piece]))
        else:
            pieces.append(escape(piece))
    return Markup("").join(pieces)
