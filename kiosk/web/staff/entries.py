"""The entries as staff read them: the newest first, one by itself; and voiding one."""

from dataclasses import dataclass
from datetime import date, datetime

from flask import g, redirect, render_template, request, url_for

from kiosk.actions.correct import LONGEST_REASON, is_outdated, kept_by_closing, void
from kiosk.domain import clock
from kiosk.domain.day import read_day
from kiosk.domain.entry import Entry
from kiosk.domain.errors import N_, InvalidInput, NotAllowed, Sentence, UnknownEntry
from kiosk.domain.event import SATISFACTION_QUESTION, Event
from kiosk.domain.kinds import KINDS
from kiosk.domain.quiz import AUDIENCE_QUESTION
from kiosk.domain.statistics import VOIDABLE
from kiosk.domain.tables import NO_LONGER
from kiosk.domain.voices import SATISFACTION
from kiosk.storage import lookup
from kiosk.storage.lookup import NOWHERE, Wanted
from kiosk.web.access import audience
from kiosk.web.address import default_locale
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick, say, show_date
from kiosk.web.staff import bp
from kiosk.web.when import local_time

PAGE = 50
NOWHERE_SAID = "elsewhere"  # as the address says that an entry has no stop
LATEST = 1 << 62  # past every position, and not past what SQLite takes for a number

SOURCES = {
    "touch": N_("Touchscreen"),
    "phone": N_("Another device"),
    "scanner": N_("Scanner"),
    "camera": N_("Camera"),
    "staff": N_("Staff"),
}


@dataclass(frozen=True)
class Line:
    """An entry in words. `when`: local time, None where the clock was not known; `subject`: whom a tribute is to."""

    position: int
    entry: Entry
    voided: bool
    when: datetime | None
    answers: list[str]
    subject: str
    can_be_voided: bool


@bp.context_processor
def words() -> dict:
    """What the staff's pages say entries with."""
    return {
        "kinds": KINDS,
        "sources": SOURCES,
        "booths": {station.id: pick(station.name, g.locale) for station in this_kiosk().event.stations},
        "local_time": local_time,
        "is_recording": this_kiosk().log.can_record,
        "stops": {place.id: pick(place.name, g.locale) for place in this_kiosk().event.stops},
    }


def in_words(found: list[lookup.Line]) -> list[Line]:
    """Return entries in words."""
    return [_line(one.position, one.entry, one.voided) for one in found]


def _line(position: int, entry: Entry, voided: bool) -> Line:
    event = this_kiosk().event
    can_be_voided = (
        not voided and entry.kind in VOIDABLE and _may_void(entry) and not is_outdated(this_kiosk().log, entry)
    )
    when, answers, subject = local_time(entry.stamp), answers_said(entry, event), _subject(entry, event)
    return Line(position, entry, voided, when, answers, subject, can_be_voided)


def answers_said(entry: Entry, event: Event) -> list[str]:
    """Return what was answered, in the pack's words where it has them; numbers where the party was more than one."""
    if entry.kind == "feedback":
        return _feedback(entry, event)
    if entry.kind in ("quiz", "quiz_begun"):
        known = event.quiz.audiences if entry.event == event.id else ()
        labels = {one.id: pick(one.label, g.locale) for one in known}
        return [labels.get(one, one) for one in entry.answers.get(AUDIENCE_QUESTION, {})]
    said = []
    for question_id, counts in entry.answers.items():
        question = event.check_in.question(question_id) if entry.event == event.id else None
        for option_id, count in counts.items():
            option = question.option(option_id) if question else None
            word = pick(option.label, g.locale) if option else option_id
            said.append(f"{word} ×{count}" if entry.party_size > 1 else word)
    return said


def _feedback(entry: Entry, event: Event) -> list[str]:
    """Return how satisfied someone was and what they suggested, in words where there are any."""
    offered = event.feedback.suggestions if entry.event == event.id else ()
    known = {one.id: pick(one.label, g.locale) for one in offered}
    said = [satisfaction_words(level) for level in entry.answers.get(SATISFACTION_QUESTION, {})]
    return said + [known.get(one, one) for one in entry.details.get("suggestions", ())]


def satisfaction_words(level: str) -> str:
    """Return the words of a step of satisfaction, its id if it is none of ours."""
    return say(Sentence(SATISFACTION[level]), g.locale) if level in SATISFACTION else level


def _subject(entry: Entry, event: Event) -> str:
    """Return whom a tribute is to, by name if the pack has one."""
    if entry.kind != "tribute":
        return ""
    person = this_kiosk().pack.scientist(entry.subject) if entry.event == event.id else None
    return pick(person.names, g.locale) if person else entry.subject or ""


def asked_before() -> int | None:
    """Return the position that the address says a page ends before, None for the newest."""
    before = request.args.get("before", type=int)
    return before if before is not None and 0 < before < LATEST else None


@bp.get("/entries")
@audience("staff")
def entries():
    """The entries, all of them or those that are as the address says; what it says wrongly counts as not said."""
    before, stations = asked_before(), this_kiosk().event.stations
    counted_stops, counted_booths = this_kiosk().tally.places()
    stops_said = _stops_said(counted_stops)
    booths_said = _with_gone({one.id: pick(one.name, g.locale) for one in stations}, counted_booths)
    chosen = _chosen({one for one, _ in stops_said}, {one for one, _ in booths_said})
    found = this_kiosk().log.lookup.newest(PAGE, before, _wanted(chosen))
    return render_template(
        "staff/entries.html",
        lines=in_words(found.lines),
        older=found.older,
        is_first=before is None,
        chosen=chosen,
        days_said=[(day.isoformat(), show_date(day, g.locale)) for day in this_kiosk().tally.days()],
        kinds_said=[(kind, say(Sentence(words), g.locale)) for kind, words in KINDS.items()],
        stops_said=stops_said,
        booths_said=booths_said,
        sources_said=[(source, say(Sentence(words), g.locale)) for source, words in SOURCES.items()],
        default_locale=default_locale,
    )


def _stops_said(counted: set[str]) -> list[tuple[str, str]]:
    stops = _with_gone({place.id: pick(place.name, g.locale) for place in this_kiosk().event.stops}, counted)
    return [*stops, (NOWHERE_SAID, say(Sentence(N_("no stop chosen, or elsewhere")), g.locale))] if stops else []


def _with_gone(known: dict[str, str], counted: set[str]) -> list[tuple[str, str]]:
    gone = sorted(counted - known.keys())
    return [*known.items(), *((one, say(Sentence(NO_LONGER, {"id": one}), g.locale)) for one in gone)]


def _chosen(stops: set[str], stations: set[str]) -> dict[str, str]:
    """Return what the address says the entries are to be, by the name of the field."""
    known = {"kind": KINDS, "stop": stops, "station": stations, "source": SOURCES}
    chosen = {name: request.args[name] for name, words in known.items() if request.args.get(name) in words}
    if day := read_day(request.args.get("day", "")):
        chosen["day"] = day.isoformat()
    return chosen


def _wanted(chosen: dict[str, str]) -> Wanted:
    said = dict(chosen)
    day = said.pop("day", None)
    if said.get("stop") == NOWHERE_SAID:
        said["stop"] = NOWHERE
    bounds = clock.day_bounds_ms(date.fromisoformat(day), this_kiosk().event.zone) if day else None
    return Wanted(**said, wall_ms=bounds)


@bp.get("/entries/<uuid:entry_id>")
@audience("staff")
def entry(entry_id):
    return _entry_page(str(entry_id))


def _entry_page(entry_id: str, error: InvalidInput | None = None) -> tuple[str, int]:
    log = this_kiosk().log
    found = log.entry(entry_id)
    if found is None:
        raise UnknownEntry(N_("There is no entry %(id)s in the log."), id=entry_id)
    correction = log.void_of(entry_id)
    page = render_template(
        "staff/entry.html",
        line=_line(0, found, correction is not None),
        correction=_line(0, correction, False) if correction else None,
        kept_by=kept_by_closing(log, found, correction),
        error=error,
        own=request.form.get("own", ""),
        longest=LONGEST_REASON,
    )
    return page, 400 if error else 200


def _may_void(entry: Entry) -> bool:
    """Return whether who asks may: an event is closed with the password, so it is opened again with the password."""
    return entry.kind != "event_closed" or g.staff.kind == "password"


@bp.post("/entries/<uuid:entry_id>/void")
@audience("staff")
def void_entry(entry_id):
    found = this_kiosk().log.entry(str(entry_id))
    if found and not _may_void(found):
        raise NotAllowed(N_("This needs the password: please sign in with it from a laptop or a phone."))
    try:
        reason = request.form.get("reason", "") or request.form.get("own", "")
        void(this_kiosk().log, str(entry_id), reason=reason, actor="staff", source="staff")
    except InvalidInput as error:
        return _entry_page(str(entry_id), error)
    return redirect(url_for("staff.entry", entry_id=entry_id), 303)
