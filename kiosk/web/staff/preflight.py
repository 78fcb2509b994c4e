"""Before doors open: the last check with its parts, checking again, and setting the clock."""

from flask import Flask, current_app, g, redirect, render_template, request, url_for

from kiosk.actions.preflight import check
from kiosk.actions.set_clock import set_clock, time_from
from kiosk.domain import clock
from kiosk.domain import preflight as rules
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput, NotAllowed
from kiosk.web.access import audience
from kiosk.web.codes_shown import codes_shown
from kiosk.web.current import this_kiosk
from kiosk.web.staff import bp
from kiosk.web.when import local_time, time_said

PATIENCE_SECONDS = 5

VERDICTS = {
    "ready": N_("Ready for visitors."),
    "look": N_("Ready for visitors, but look at this."),
    "not_ready": N_("NOT READY for visitors."),
}
STATES = {
    "ready": N_("Ready"),
    "look": N_("Look at this"),
    "not_ready": N_("Not ready"),
    "absent": N_("Not on this machine"),
}
TOLD = {
    "clock": N_("The clock is set, here and on the machine itself."),
    "clock-here": N_("The clock of the kiosk is set until it is switched off; nothing here may set the machine’s own."),
    "clock-refused": N_("The clock of the kiosk is set until it is switched off. The machine’s own could not be set."),
}


@bp.context_processor
def verdict_words() -> dict:
    return {"verdict_words": VERDICTS}


@bp.get("/preflight")
@audience("staff")
def preflight():
    return _page()


def _page(error: InvalidInput | NotAllowed | None = None) -> tuple[str, int]:
    kiosk = this_kiosk()
    # In this order: one that ends in between has its outcome told.
    is_running, last = kiosk.preflights.is_running, kiosk.preflights.last
    now = kiosk.clock.now()
    page = render_template(
        "staff/preflight.html",
        event=kiosk.event,
        # The clock may have been set since, and how it stands costs nothing to say.
        outcome=last.outcome.with_check(rules.time_trust(now.clock)) if last else None,
        checked_at=time_said(last.stamp) if last else "",
        minutes=(now.boottime_ms - last.stamp.boottime_ms) // 60_000 if last else 0,
        is_running=is_running,
        failure=kiosk.preflights.failure,
        parts=rules.PARTS,
        states=STATES,
        now=local_time(now),
        clock_is_known=clock.is_known(now.clock),
        by_network=now.clock == "ntp",
        told=TOLD.get(request.args.get("told", "")),
        error=error,
    )
    return page, 400 if error else 200


@bp.post("/preflight")
@audience("staff")
def run_preflight():
    """Check; a page that is asked for while it lasts says so."""
    kiosk, app = this_kiosk(), current_app._get_current_object()
    draft = kiosk.draft(mint_id(), "trial", "staff", actor="staff")
    shown = codes_shown(
        kiosk.pack,
        g.locale,
        app.extensions["here"](),
        lambda endpoint, **values: app.url_map.bind("localhost").build(endpoint, values),
        lambda channel: kiosk.pictures.content(channel.picture, "code"),
        kiosk.cards,
    )
    kiosk.preflights.begin(lambda: check(kiosk, draft, shown, lambda path: _answers_within(app, path)))
    kiosk.preflights.wait(PATIENCE_SECONDS)
    return redirect(url_for("staff.preflight"), 303)


def _answers_within(app: Flask, path: str) -> bool:
    """Return whether one of the kiosk's own pages answers, asked without any network."""
    return app.test_client().get(path, base_url="http://localhost").status_code < 400


@bp.post("/preflight/clock")
@audience("staff")
def set_the_clock():
    kiosk = this_kiosk()
    try:
        helped = set_clock(kiosk, time_from(request.form, kiosk.event.zone))
    except (InvalidInput, NotAllowed) as error:
        return _page(error)
    told = "clock" if helped else "clock-here" if helped is None else "clock-refused"
    return redirect(url_for("staff.preflight", told=told), 303)
