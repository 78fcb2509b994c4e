"""What the parts and the fields of a pack are called on the staff's pages and on the review sheet."""

from datetime import date

from flask import g

from kiosk.domain.errors import N_, Sentence
from kiosk.domain.passages import Part, Passage
from kiosk.domain.quiz import LETTERS
from kiosk.web.locale import say, show_date
from kiosk.web.staff import bp

# Where each table of the pack is shown.
SECTIONS = {
    "event": N_("Title and introduction"),
    "theme": N_("Theme"),
    "dates": N_("Dates"),
    "organisers": N_("Organisers"),
    "sources": N_("Sources"),
    "recipients": N_("To whom the summary goes"),
    "programme": N_("Activities"),
    "channels": N_("Channels"),
    "check_in": N_("Check-in"),
    "check_in.questions": N_("Check-in questions"),
    "stops": N_("Stops"),
    "stations": N_("Booths"),
    "cards": N_("Stamp cards"),
    "quiz": N_("Quiz"),
    "feedback": N_("Feedback"),
    "scientists": N_("Scientists"),
    "questions": N_("Quiz questions"),
}

# By the name in the pack's files; what visitors never see keeps that name.
FIELDS = {
    "about": N_("About"),
    "address": N_("Address"),
    "approved": N_("Approved translation"),
    "audiences": N_("For whom"),
    "area": N_("Field of science"),
    "author": N_("Author"),
    "born": N_("Born"),
    "classic": N_("Adapted from a survey"),
    "day": N_("Day"),
    "description": N_("Description"),
    "did": N_("In one sentence"),
    "died": N_("Died"),
    "explanation": N_("Explanation"),
    "fact": N_("What it says"),
    "field": N_("Speciality"),
    "hard_words": N_("Pinyin of hard words"),
    "honours": N_("Honours"),
    "key": N_("Right answer"),
    "label": N_("Wording"),
    "language": N_("Language"),
    "licence": N_("Licence"),
    "link": N_("To read on"),
    "literacy": N_("Science literacy"),
    "name": N_("Name"),
    "names": N_("Name"),
    "note": N_("Note"),
    "official": N_("Official contest"),
    "options": N_("Choice"),
    "owner": N_("Whose it is"),
    "percent": N_("Percent"),
    "pinyin": N_("Pinyin"),
    "place": N_("Place"),
    "portrait": N_("Portrait"),
    "pronoun": N_("Pronoun"),
    "quotation": N_("Own words"),
    "reasoning": N_("Reason"),
    "role": N_("Role"),
    "shares": N_("Survey"),
    "short_title": N_("Short title"),
    "souvenir": N_("Souvenir"),
    "source": N_("Source"),
    "sources": N_("Source"),
    "suggestions": N_("Suggestions"),
    "survey": N_("Which survey"),
    "text": N_("Text"),
    "tie": N_("Tie to the region"),
    "title": N_("Title"),
    "topics": N_("Topic"),
    "translation": N_("Translation"),
    "units": N_("Who sends it there"),
    "when": N_("Time"),
    "year": N_("Year"),
}

# Facts as people write them, by the field and what the file says.
_VALUES = {
    "role": {
        "host": N_("Host"),
        "undertaker": N_("Organised by"),
        "co_organiser": N_("Co-organised by"),
        "supporter": N_("Supported by"),
    },
    "pronoun": {"he": N_("he"), "she": N_("she")},
    "key": {"True": N_("True"), "False": N_("False")},
    "language": {"zh": N_("Chinese"), "en": N_("English")},
    "area": {
        "space": N_("Space"),
        "physics": N_("Physics"),
        "mathematics": N_("Mathematics"),
        "life": N_("Life"),
        "medicine": N_("Medicine"),
        "earth": N_("Earth"),
        "engineering": N_("Engineering"),
    },
}


@bp.app_template_filter("section_words")
def section_words(section: str) -> str:
    """Return what a table of the pack is called; one that has no words here keeps its own name."""
    return _said(SECTIONS.get(section), section)


@bp.app_template_filter("field_words")
def field_words(name: str) -> str:
    """Return what a field is called, its own name where only the pack's files know it."""
    return _said(FIELDS.get(name), name)


@bp.app_template_filter("place_words")
def place_words(passage: Passage) -> str:
    """Return where a passage stands in its part: “Source 3 · Title”."""
    words: list[str] = []
    for before, step in zip((None, *passage.path), passage.path, strict=False):
        if isinstance(step, int):
            if words and before == "options" and len(passage.path) == 2:
                words[-1] += f" {LETTERS[step]}"  # as the key names them
            elif words:
                words[-1] += f" {step + 1}"
            else:
                words.append(str(step + 1))
        else:
            words.append(field_words(step))
    return " · ".join(words)


@bp.app_template_filter("fact_words")
def fact_words(passage: Passage) -> str:
    """Return what a passage says that is the same in every language, as people write it."""
    name, text = passage.fields[-1], passage.text or ""
    if name in ("born", "died"):
        return show_date(text, g.locale)
    if name == "day":
        return show_date(date.fromisoformat(text), g.locale)
    return _said(_VALUES.get(name, {}).get(text), text)


@bp.app_template_filter("part_words")
def part_words(part: Part) -> str:
    """Return what a part is called: its own name, or that of its table."""
    if part.name:
        return part.name.get(g.locale) or next(iter(part.name.values()))
    return section_words(part.section)


def _said(text: str | None, otherwise: str) -> str:
    return say(Sentence(text), g.locale) if text else otherwise
