"""The official summary on the staff's pages: what it still lacks, what changed since it was saved, the form that it is
written in, and its versions. Its files and its sheet for paper are `summary_files`'s.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from flask import abort, g, jsonify, redirect, render_template, request, url_for

from kiosk.actions.counting import Counting
from kiosk.actions.summary import SummaryNow, counting_of, summary_now, write_summary
from kiosk.domain.day import EARLIEST, LATEST
from kiosk.domain.entry import is_entry_id, mint_id
from kiosk.domain.errors import (
    N_,
    EntryConflict,
    FormRefused,
    InvalidInput,
    KioskError,
    LogUnreadable,
    NotAllowed,
    NotRecorded,
    Sentence,
    StillCounting,
)
from kiosk.domain.summary import (
    LONGEST_LINE,
    LONGEST_TEXT,
    LONGEST_TOGETHER,
    MOST_CHOSEN,
    QUANTITIES,
    TEXTS,
    Summary,
)
from kiosk.domain.summary_text import title_of
from kiosk.domain.tables import NO_LONGER, Speech
from kiosk.domain.text import clean, clean_line
from kiosk.storage.summaries import Version
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.failures import status_of
from kiosk.web.locale import pick, say, translations
from kiosk.web.staff import bp
from kiosk.web.staff.summary_words import HINTS, LINES, block_said, due, number_said, period_said
from kiosk.web.when import local_time

VERSIONS_SHOWN = 20
WAIT_SECONDS = 1.5  # most events are counted within that; whoever asks for a large one is shown how far it is
LONGEST_NUMBER = 7  # digits

_SAVED_BEFORE = N_("This was saved before with other words. Save once more to put these in their place.")
_OTHER_PACK = N_("Another event pack is on screen now. Your words are still here: copy them before you leave.")


def in_chinese() -> Speech:
    """Return the words that the document is in, whatever the page's language."""
    return Speech("zh", translations("zh").gettext)


def counting_now(begun_by: str | None) -> Counting | None:
    """Return how far the figures of a period are counted, None once they are there. Raises as `now_of` does."""
    kiosk = this_kiosk()
    screen = kiosk.screen.get()
    return counting_of(kiosk.log, screen.pack, screen.tally, begun_by)


def _wait_for_figures(begun_by: str | None) -> None:
    """Wait a moment for the figures of a period to be counted. Raises `StillCounting`, and what `now_of` does."""
    counting = counting_now(begun_by)
    if counting and not counting.wait(WAIT_SECONDS):
        raise StillCounting(counting)
    if counting:
        counting.check()


def now_of(begun_by: str | None) -> SummaryNow:
    """Return the summary of a period as it stands. Raises `NotAllowed` for one that is none, `LogUnreadable`, and
    `StillCounting` where that is going to take a while.
    """
    _wait_for_figures(begun_by)
    kiosk = this_kiosk()
    screen = kiosk.screen.get()
    return summary_now(kiosk.log, screen.pack, screen.tally, in_chinese(), begun_by)


@bp.get("/summary")
@audience("staff_password")
def summary():
    try:
        now = now_of(request.args.get("of"))
    except NotAllowed:
        return redirect(url_for("staff.summary"), 303)
    return _page(now, typed_from(now.version.summary if now.version else Summary()), now.version)


@bp.errorhandler(StillCounting)
def still_counting(error: StillCounting):
    """Show how far it is; once that is done, the page that was asked for takes its place."""
    return render_template(
        "staff/summary_counting.html",
        counting=error.counting,
        begun_by=request.args.get("of"),
        look=request.full_path.rstrip("?"),
    )


@bp.get("/summary/counted")
@audience("staff_password", by_itself=True)
def summary_counted():
    """Tell the page that waits for figures how far they are counted."""
    try:
        counting = counting_now(request.args.get("of"))
    except NotAllowed:
        counting = None  # the page knows what to do
    return jsonify(percent=counting.percent if counting else 100, over=counting is None or counting.is_over)


@bp.post("/summary")
@audience("staff_password")
def save_summary():
    kiosk, typed = this_kiosk(), request.form.to_dict()
    try:
        if typed.get("event", kiosk.event.id) != kiosk.event.id:
            # Nothing can be saved in its place, so it is not set beside what another one saved.
            return _again(typed, {"": Sentence(_OTHER_PACK)}, NotAllowed(_OTHER_PACK)), 409
        _wait_for_figures(typed.get("begun_by", ""))
        write_summary(kiosk, typed, source="staff")
    except FormRefused as refused:
        return _again(typed, refused.faults), 400
    except (NotAllowed, EntryConflict) as error:
        return _on_top(typed, error), 409
    except InvalidInput as error:
        # A form without its number gets one: what was typed is there, and can be saved.
        replaces = typed.get("replaces", "")
        typed = {**typed, "id": mint_id(), "replaces": replaces if is_entry_id(replaces) else ""}
        return _again(typed, {"": error.sentence}), 400
    except (NotRecorded, LogUnreadable, StillCounting) as error:
        return _again(typed, {"": error.sentence}, error), status_of(error)
    return redirect(url_for("staff.summary", of=typed.get("begun_by", ""), told="saved"), 303)


def typed_from(summary: Summary) -> dict[str, str]:
    """Return the fields of a form that says what a summary says."""
    typed = {name: getattr(summary, name) for name in ("title", "recipient", "signed_by")}
    typed["day"] = summary.day.isoformat() if summary.day else ""
    typed |= {f"text.{one}": text for one, text in summary.texts.items()}
    typed |= {f"quantity.{one}": str(count) for one, count in summary.quantities.items()}
    return (
        typed | {f"activity.{one}": "1" for one in summary.activities} | {f"photo.{one}": "1" for one in summary.photos}
    )


def _again(
    typed: Mapping[str, str], faults: Mapping[str, Sentence], error: KioskError | None = None, on_top: bool = False
) -> str:
    """Return the form as it was filled in; nothing typed is lost on a fault, be it that the log cannot be read or that
    it is still counted.
    """
    now = None
    with suppress(LogUnreadable, StillCounting):
        try:
            now = now_of(typed.get("begun_by"))
        except NotAllowed:
            now = now_of(None)
    if not (on_top and now):
        return _page(now, typed, None, faults, error)
    newest = now.version
    typed = {**typed, "replaces": newest.id if newest else "", "begun_by": now.period.begun_by}
    return _page(now, typed, None, faults, error, differing(typed, newest.summary) if newest else {})


def _on_top(typed: Mapping[str, str], error: NotAllowed | EntryConflict) -> str:
    """Return the form after somebody else saved meanwhile: what was typed, beside it what that one says, and a button
    that saves on top of it.
    """
    sentence = error.sentence
    if isinstance(error, EntryConflict):
        # Its answer was lost, and it was changed since: what stands here is the newer one.
        typed, sentence = {**typed, "id": mint_id()}, Sentence(_SAVED_BEFORE) if error.kind == "summary" else sentence
    return _again(typed, {"": sentence}, error, on_top=True)


def differing(typed: Mapping[str, str], other: Summary) -> dict[str, str]:
    """Return what another version says, by field, wherever the form says something else; what is empty there too."""
    there, found = typed_from(other), {}
    for name in (*LINES, *(f"text.{one}" for one in TEXTS), *(f"quantity.{one}" for one in QUANTITIES)):
        tidy = clean if name.startswith("text.") else clean_line
        if tidy(typed.get(name, "")) != there.get(name, ""):
            found[name] = there.get(name, "")
    ticks = [name for name in {**typed, **there} if name.startswith(("activity.", "photo."))]
    return found | {name: there.get(name, "") for name in ticks if (name in typed) != (name in there)}


def _page(
    now: SummaryNow | None,
    typed: Mapping[str, str],
    version: Version | None,
    faults: Mapping[str, Sentence] | None = None,
    error: KioskError | None = None,
    other: Mapping[str, str] | None = None,
) -> str:
    kiosk = this_kiosk()
    pack = kiosk.pack
    versions, are_more = _versions(now, everyone="all" in request.args) if now and not faults else ([], False)
    hidden = {"id": typed.get("id") or mint_id(), "event": typed.get("event", pack.event.id)}
    hidden["begun_by"] = typed.get("begun_by", now.period.begun_by if now else "")
    hidden["replaces"] = typed.get("replaces", version.id if version else "")
    return render_template(
        "staff/summary.html",
        now=now,
        event=pack.event,
        typed=typed,
        hidden=hidden,
        faults=faults or {},
        cause=getattr(error, "cause", None),
        other=other or {},
        other_version=now.version if now and other is not None else None,
        due=due(),
        recipients=_recipients(),
        texts=TEXTS,
        hints=HINTS,
        lines=LINES,
        quantities=QUANTITIES,
        own_title=title_of(pack.event, in_chinese(), typed.get("signed_by", "")),
        beside=_beside(now),
        changes=[(*number_said(one.key, pack), one.then, one.now) for one in now.changes] if now else [],
        other_names=[(name, *_field_said(name, now)) for name in other or ()],
        photos=_photos(now),
        chosen={name for name, value in typed.items() if name.startswith(("activity.", "photo."))},
        versions=versions,
        are_more=are_more,
        period_said=period_said,
        local_time=local_time,
        limits={"text": LONGEST_TEXT, "together": LONGEST_TOGETHER, "line": LONGEST_LINE, "photos": MOST_CHOSEN},
        longest_number=LONGEST_NUMBER,
        earliest=EARLIEST,
        latest=LATEST,
        told=request.args.get("told") == "saved" and not faults,
    )


def _field_said(name: str, now: SummaryNow | None) -> tuple[str, bool]:
    """Return what a field of the form is called, and whether it is there: what a pack or the notes lost is not."""
    kind, _, which = name.partition(".")
    if kind == "activity":
        titles = {one.id: pick(one.title, g.locale) for one in this_kiosk().event.programme}
        return titles.get(which) or say(Sentence(NO_LONGER, {"id": which}), g.locale), which in titles
    if kind == "photo":
        words = {digest: said for digest, said, _ in _photos(now)}
        return words.get(which) or say(Sentence(N_("A photo")), g.locale), which in words
    text = LINES[name] if name in LINES else TEXTS[which] if kind == "text" else QUANTITIES[which].name
    return say(Sentence(text), g.locale), True


def _recipients() -> list[tuple[str, list, list]]:
    """Return (recipient in Chinese, the kinds of unit that hand in there, the places), each recipient once."""
    found: dict[str, tuple[list, list]] = {}
    speech = in_chinese()
    for unit in this_kiosk().event.summary.units:
        names, places = found.setdefault(speech.pick(unit.recipient), ([], []))
        names.append(unit.name)
        if unit.place and unit.place not in places:
            places.append(unit.place)
    return [(recipient, names, places) for recipient, (names, places) in found.items()]


def _beside(now: SummaryNow | None) -> dict[str, list[str]]:
    """Return the lines that the document says by itself, by the text that they stand beside."""
    of_itself = now.of_itself if now else {}
    return {text: lines for text, blocks in of_itself.items() if (lines := [*filter(None, map(block_said, blocks))])}


def _photos(now: SummaryNow | None) -> list[tuple[str, str, date]]:
    """Return (digest, words, day) of every photo of the notes, each once."""
    found = {}
    for kept in now.notes if now else ():
        for photo in kept.note.photos:
            found.setdefault(photo.digest, (photo.digest, photo.caption or kept.note.title, kept.note.day))
    return list(found.values())


def _versions(now: SummaryNow, everyone: bool) -> tuple[list[Version], bool]:
    """Return the versions, the newest first, and whether there are more than are shown."""
    found = this_kiosk().log.summaries.each(this_kiosk().event.id, now.period.same)
    return (found, False) if everyone else (found[:VERSIONS_SHOWN], len(found) > VERSIONS_SHOWN)


@bp.get("/summary/<uuid:version_id>")
@audience("staff_password")
def summary_version(version_id):
    version = this_kiosk().log.summaries.one(str(version_id))
    event = this_kiosk().event
    if version is None or version.entry.event != event.id:
        abort(404)
    said = version.summary
    return render_template(
        "staff/summary_version.html",
        version=version,
        said=said,
        written=local_time(version.entry.stamp),
        texts=TEXTS,
        quantities=QUANTITIES,
        lines=LINES,
        activities=[one.title for one in event.programme if one.id in said.activities],
    )
