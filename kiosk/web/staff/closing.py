"""The evening: closing the day with its figures and a copy of everything, switching off; and closing the event."""

from flask import Response, abort, current_app, g, redirect, render_template, request, send_file, url_for

from kiosk.actions import close_day as days
from kiosk.actions import close_event as events
from kiosk.actions.exports_asked import CLOSE_DAY, FINAL_COPY, TO_STICK, Asked
from kiosk.actions.switch_off import can_switch_off
from kiosk.actions.switch_off import switch_off as switch_machine_off
from kiosk.domain.closing import STEPS, TYPED_DIGITS
from kiosk.domain.day import read_day
from kiosk.domain.entry import entry_id as entry_id_of
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, FileUnusable, InvalidInput, NotAllowed, NotRecorded, Sentence
from kiosk.storage.lookup import Line
from kiosk.storage.sticks import sticks
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import say, show_date, show_day
from kiosk.web.staff import bp
from kiosk.web.staff.brief import brief_shown, briefed_day, picture_asked
from kiosk.web.staff.files import progress_of
from kiosk.web.when import local_time, time_said

STEP_WORDS = {
    "copy": N_("A copy of the log, every entry checked"),
    "csv": N_("The table as CSV, read back"),
    "xlsx": N_("The table for Excel, read back"),
    "sums": N_("The checksums"),
    "zip": N_("All of it in one file, compared"),
}
HOW_WORDS = {
    "browser": N_("a downloaded copy, read by the browser"),
    "typed": N_("a downloaded copy, its checksum typed"),
    "stick": N_("a copy on a memory stick, read back"),
}


# The day


@bp.get("/closing")
@audience("staff")
def closing():
    return _day_page()


@bp.post("/closing")
@audience("staff")
def close_day():
    """Close today, or the earlier day that the form names."""
    kiosk, said = this_kiosk(), request.form.get("day")
    day = read_day(said) if said is not None else None
    if said is not None and day is None:
        abort(400)
    try:
        entry = days.close_day(kiosk, day)
    except NotRecorded as error:
        return _day_page(_not_recorded(error)), 503
    except NotAllowed as error:
        return _day_page(error.sentence), 400
    kiosk.exports.ask_closing(CLOSE_DAY, ("close-day", "--entry", entry.id), g.locale)
    return redirect(url_for("staff.closing"), 303)


@bp.get("/closing/progress")
@audience("staff", by_itself=True)
def closing_progress():
    return progress_of(this_kiosk().exports.asked(CLOSE_DAY))


def _day_page(error: Sentence | None = None) -> str:
    kiosk = this_kiosk()
    now = kiosk.clock.now()
    report = kiosk.tally.report(now)
    asked = kiosk.exports.asked(CLOSE_DAY)
    closed = days.day_closed(kiosk, report)
    late_day, open_day = days.day_closed_late(kiosk, report.day), days.day_left_open(kiosk, report.day)
    late = days.day_closed(kiosk, kiosk.tally.report(now, late_day)) if late_day else None
    briefed = briefed_day()
    on_duty = sum(ended is None for _, ended in kiosk.log.stamps.shifts(kiosk.event.id)) if kiosk.event.stations else 0
    return render_template(
        "staff/closing.html",
        event=kiosk.event,
        report=report,
        closed=closed,
        late=late,
        late_said=show_day(late_day, g.locale) if late_day else "",
        left_open=kiosk.tally.report(now, open_day) if open_day else None,
        left_open_said=show_day(open_day, g.locale) if open_day else "",
        event_closed=events.closed_today(kiosk),
        display=kiosk.display,
        asked=asked,
        is_working=_is_working(asked),
        briefed=briefed,
        brief=brief_shown(briefed),
        picture=picture_asked(),
        on_duty=on_duty,
        can_switch_off=can_switch_off(current_app.extensions["switch_off"]),
        error=error,
    )


def _steps(copy, kind: str) -> list[tuple[str, bool]]:
    """Return (words, done) of what a copy takes."""
    done = copy.steps if copy else {}
    return [(say(Sentence(STEP_WORDS[step]), g.locale), step in done) for step in STEPS[kind]]


def _is_working(asked: Asked | None) -> bool:
    return bool(asked and not asked.is_ready and not asked.failure)


def _not_recorded(error: NotRecorded) -> Sentence:
    return Sentence(N_("Nothing was closed, because it cannot be recorded: %(cause)s"), {"cause": error.cause})


# Switching off


@bp.get("/closing/switch-off")
@audience("staff")
def switch_off_page():
    return _switch_off_page()


@bp.post("/closing/switch-off")
@audience("staff")
def switch_off():
    if this_kiosk().exports.is_closing():
        return _switch_off_page(), 409
    try:
        switch_machine_off(current_app.extensions["switch_off"])
    except FileUnusable as error:
        return _switch_off_page(error.sentence), 503
    return render_template("staff/switching_off.html")


def _switch_off_page(error: Sentence | None = None) -> str:
    kiosk = this_kiosk()
    closed = days.day_closed(kiosk, kiosk.tally.report(kiosk.clock.now()))
    return render_template(
        "staff/switch_off.html",
        can_switch_off=can_switch_off(current_app.extensions["switch_off"]),
        is_working=kiosk.exports.is_closing(),
        is_closed=bool(closed and not closed.missing),
        error=error,
    )


# The event


@bp.get("/closing/event")
@audience("staff_password")
def closing_event():
    return _event_page()


@bp.post("/closing/event/copy")
@audience("staff_password")
def make_final_copy():
    this_kiosk().exports.ask_closing(FINAL_COPY, ("final-copy",), g.locale)
    return redirect(url_for("staff.closing_event"), 303)


@bp.get("/closing/event/copy/progress")
@audience("staff_password", by_itself=True)
def final_copy_progress():
    return progress_of(this_kiosk().exports.asked(FINAL_COPY))


@bp.get("/closing/event/stick/progress")
@audience("staff_password", by_itself=True)
def to_stick_progress():
    return progress_of(this_kiosk().exports.asked(TO_STICK))


@bp.get("/closing/event/<name>.zip")
@audience("staff_password")
def final_copy_file(name: str) -> Response:
    kiosk = this_kiosk()
    found = events.final_copy(kiosk)
    if found is None or found.copy.name != name or not found.is_whole:
        abort(404)
    # No checksum goes with it, in no header either: whoever tells it is to have read the file.
    path = events.zip_of(kiosk.data, found.copy)
    if not path.is_file():
        abort(404)
    return send_file(
        path,
        mimetype="application/zip",
        as_attachment=True,
        download_name=path.name,
        conditional=False,
        etag=False,
        last_modified=None,
    )


@bp.post("/closing/event/check")
@audience("staff_password")
def check_final_copy():
    kiosk, form = this_kiosk(), request.form
    said = {name: form.get(name, "")[:200] for name in ("whole", "first", "last")}
    try:
        events.prove_by_checksum(kiosk.data, kiosk.event.id, form.get("name", "")[:60], **said)
    except (InvalidInput, NotAllowed) as error:
        return _event_page(error.sentence), 400
    return redirect(url_for("staff.closing_event"), 303)


@bp.post("/closing/event/stick")
@audience("staff_password")
def to_stick():
    kiosk, form = this_kiosk(), request.form
    chosen = [one for one in sticks() if str(one.path) == form.get("stick") and one.is_writable]
    found = events.final_copy(kiosk)
    if not chosen or found is None or not found.is_whole:
        return _event_page(Sentence(N_("That stick is not there any more. Plug it in and look again."))), 400
    arguments = ("final-copy", "--name", found.copy.name, "--to", str(chosen[0].path))
    kiosk.exports.ask_closing(TO_STICK, arguments, g.locale)
    return redirect(url_for("staff.closing_event"), 303)


@bp.post("/closing/event")
@audience("staff_password")
def close_event():
    kiosk, form = this_kiosk(), request.form
    try:
        events.close_event(kiosk, form.get("name", "")[:60], entry_id_of(form.get("id", "")))
    except NotRecorded as error:
        return _event_page(_not_recorded(error)), 503
    except (InvalidInput, NotAllowed) as error:
        return _event_page(error.sentence), 400
    return redirect(url_for("staff.closing_event", told="closed"), 303)


def _event_page(error: Sentence | None = None) -> str:
    kiosk = this_kiosk()
    final = events.final_copy(kiosk)
    asked = {name: kiosk.exports.asked(name) for name in (FINAL_COPY, TO_STICK)}
    return render_template(
        "staff/closing_event.html",
        event=kiosk.event,
        report=kiosk.tally.report(kiosk.clock.now()),
        final=final,
        steps=_steps(final.copy if final else None, "event"),
        asked=asked,
        working=next((name for name, one in asked.items() if _is_working(one)), None),
        proof=_how(final.copy.proof or {}) if final else "",
        size_mb=f"{max(final.copy.steps['zip']['bytes'] / 1e6, 0.1):.1f}" if final and final.is_whole else "",
        sticks=sticks(),
        digits=TYPED_DIGITS,
        fresh_id=mint_id(),
        closings=closings(),
        told=request.args.get("told") == "closed",
        error=error,
    )


def closings() -> list[dict]:
    """Return the closed events of this pack in words, the newest first."""
    return [_closing(line) for line in events.closed_events(this_kiosk())]


def _closing(line: Line) -> dict:
    details = line.entry.details
    sha256 = str(details.get("sha256", ""))
    return {
        "entry": line.entry,
        "voided": line.voided,
        "when": local_time(line.entry.stamp),
        "figures": details.get("figures") or {},
        "entries": details.get("entries"),
        "how": _how(details),
        "checksum": f"{sha256[:TYPED_DIGITS]} … {sha256[-TYPED_DIGITS:]}" if sha256 else "",
    }


def _how(said: dict) -> str:
    """Return in words how a copy was proven, nothing where it was not."""
    return say(Sentence(HOW_WORDS[said["how"]]), g.locale) if said.get("how") in HOW_WORDS else ""


@bp.context_processor
def closing_words() -> dict:
    """What the staff's pages say of closed days and events with."""
    return {
        "closed_said": closed_said,
        "closed_day_words": lambda entry: _day(entry.details["day"]),
        "closings": closings,
        "day_steps": lambda copy: _steps(copy, "day"),
        "time_said": time_said,
    }


def closed_said(entry) -> str:
    """Return of which day an entry froze the figures, and how many visits."""
    figures = entry.details.get("figures")
    visits = figures.get("visits", 0) if isinstance(figures, dict) else 0
    if entry.kind == "day_closed" and entry.details.get("day"):
        sentence = Sentence(N_("%(day)s: %(count)s visits"), {"day": _day(entry.details["day"]), "count": visits})
    else:
        sentence = Sentence(N_("%(count)s visits"), {"count": visits})
    return say(sentence, g.locale)


def _day(text: object) -> str:
    try:
        return show_date(str(text), g.locale)
    except ValueError:
        return str(text)
