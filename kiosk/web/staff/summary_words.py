"""What the parts of the official summary are called on the staff's pages: hints, numbers, periods, when it is due."""

from dataclasses import dataclass
from datetime import date

from flask import g

from kiosk.actions import periods
from kiosk.domain.document import Block, Chart, Paragraph, Picture
from kiosk.domain.errors import N_, Sentence
from kiosk.domain.event import Event, Pack
from kiosk.domain.note import ABOUT
from kiosk.domain.numbers import FAMILIES, GONE, family_of, unit_of
from kiosk.domain.period import Period
from kiosk.domain.voices import SATISFACTION
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick, say, show_date
from kiosk.web.staff import bp
from kiosk.web.when import local_time

# What belongs into each text, in the words of the organisers' notice.
HINTS = {
    "opening": N_("Who took part in preparing it, which leaders and departments supported it, how it was arranged."),
    "practice": N_("Meetings, visits, tours to the grass roots, practical help, publicity: what was done, and how."),
    "results": N_("What changed for those who work in science and for the public; who was commended, who reported it."),
    "experience": N_("What others can copy: typical people, typical cases, ways that worked."),
    "problems": N_("What was difficult, and why. Left out of the document where it is empty."),
    "advice": N_("What would make the next event better."),
    "plans": N_("What is planned next. Left out of the document where it is empty."),
}
LINES = {
    "title": N_("Title"),
    "recipient": N_("Recipient"),
    "signed_by": N_("Signed by"),
    "day": N_("Date under it"),
}

# The first page of the staff tells of it this long before.
DAYS_AHEAD = 10
_UNIT = "(unit) "  # before the message ids of units, so that no other word is taken for one


@dataclass(frozen=True)
class Due:
    """Until when the summary is handed in. `left`: days from today, None where the date of today is not known."""

    day: date
    left: int | None


def due() -> Due | None:
    """Return when the summary of the event on screen is due, None where the pack does not say."""
    kiosk = this_kiosk()
    day = kiosk.event.dates.summary_due
    if day is None:
        return None
    today = local_time(kiosk.clock.now())
    return Due(day, (day - today.date()).days if today else None)


def due_soon() -> Due | None:
    """Return the same where it is near, so that the first page tells it."""
    found = due()
    return found if found and found.left is not None and 0 <= found.left <= DAYS_AHEAD else None


@bp.context_processor
def words() -> dict:
    """What the staff's pages say the summary with."""
    return {"due_soon": due_soon, "unit_said": unit_said}


def unit_said(unit: str) -> str:
    """Return a unit as it stands behind a number."""
    return unit if unit == "%" else say(Sentence(unit), g.locale).removeprefix(_UNIT)


def number_said(key: str, pack: Pack) -> tuple[str, str, str]:
    """Return what a number is called, what of it, and its unit; also of one that is no more."""
    family = family_of(key)
    if not family:
        return key, "", ""
    of = _of(family, key.removeprefix(family).removeprefix("."), pack)
    return say(Sentence(FAMILIES[family].name), g.locale), of, unit_said(unit_of(key))


def _of(family: str, rest: str, pack: Pack) -> str:
    event = pack.event
    if family == "visits.day":
        return show_date(rest, g.locale) if rest else say(Sentence(N_("date not known")), g.locale)
    if rest.rpartition(".")[2] == GONE:
        return say(Sentence(N_("no longer in the event pack")), g.locale)
    if family in ("answered", "answers"):
        return _answer(event, *rest.split(".", 1))
    own = {"satisfaction": SATISFACTION, "notes": ABOUT}.get(family, {})
    if rest in own:
        return say(Sentence(own[rest]), g.locale)
    texts = {
        "visits.stop": {one.id: one.name for one in event.stops},
        "quiz.topic": {one.id: one.label for one in event.quiz.topics},
        "quiz.question": {one.id: one.text for one in pack.questions},
        "suggestions": {one.id: one.label for one in event.feedback.suggestions},
    }.get(family, {})
    return pick(texts[rest], g.locale) if rest in texts else rest


def _answer(event: Event, question_id: str, option_id: str = "") -> str:
    question = event.check_in.question(question_id)
    if not option_id:
        return pick(question.label, g.locale) if question else question_id
    option = question.option(option_id) if question else None
    return pick(option.label, g.locale) if option else option_id


def period_said(period: Period) -> str:
    """Return in words which event a period is."""
    day = periods.closed_on(this_kiosk().log, this_kiosk().event, period.closed_by)
    return say(periods.period_said(period, show_date(day, g.locale) if day else ""), g.locale)


def block_said(block: Block) -> str:
    """Return a part of the document in a line, as the form shows what the kiosk writes by itself."""
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, Chart | Picture):
        return f"〔图〕{block.caption}"
    return ""
