"""What is on the screens, for staff to change: all of it by taps, because the touchscreen has no keyboard.

On a phone or a laptop, words of one's own can be typed as well.
"""

from flask import Response, g, redirect, render_template, request, url_for

from kiosk.actions.display import change_display
from kiosk.domain import clock
from kiosk.domain.display import (
    LONGEST_CHANGE,
    LONGEST_NOTICE,
    MODES,
    PARTS,
    STATES,
    THEMES,
    Change,
    Display,
    Texts,
    display_from,
    is_time,
)
from kiosk.domain.entry import Entry
from kiosk.domain.errors import N_, InvalidInput, NotRecorded, Sentence
from kiosk.domain.event import Event
from kiosk.web.access import audience
from kiosk.web.current import this_kiosk
from kiosk.web.locale import pick, say
from kiosk.web.staff import bp

STATE_WORDS = {
    "before": N_("Not yet begun"),
    "running": N_("Running"),
    "closed": N_("Over for today"),
    "over": N_("Event over"),
}
MODE_WORDS = {
    "all": N_("Everything"),
    "queue": N_("Busy time"),
    "photo": N_("Group photo backdrop"),
    "dark": N_("Screen off"),
}
THEME_WORDS = {"light": N_("Indoors"), "outdoor": N_("In sunlight")}

# Notices that need no typing, by the name the form sends; the first ones with a time.
AT_A_TIME = {
    "talk": N_("The talk has been moved to %(time)s"),
    "next": N_("The next activity begins at %(time)s"),
    "back": N_("Staff will be back at %(time)s"),
}
AT_ONCE = {
    "soon": N_("The activity is about to begin"),
    "queue": N_("Please line up: everyone gets a turn"),
    "pause": N_("Check-in is paused. Please wait a moment"),
    "weather": N_("Because of the weather, outdoor events move indoors"),
    "lost": N_("Lost something or someone? Please ask the staff"),
}
# What can be said of an activity instead of another time.
INSTEAD = {
    "cancelled": N_("Cancelled"),
    "postponed": N_("Postponed; new time to be announced"),
    "full": N_("Fully booked"),
}

TOLD = {
    "done": N_("Done. The screens show it within a few seconds."),
    "same": N_("It was like that already; nothing was changed."),
}

HOURS = [f"{hour:02d}" for hour in range(24)]
MINUTES = [f"{minute:02d}" for minute in range(0, 60, 5)]


@bp.get("/display")
@audience("staff")
def display():
    told = TOLD.get(request.args.get("told", ""))
    return _page(told=Sentence(told) if told else None)


@bp.post("/display/state")
@audience("staff")
def display_state():
    return _put(state=request.form.get("state"))


@bp.post("/display/mode")
@audience("staff")
def display_mode():
    return _put(mode=request.form.get("mode"))


@bp.post("/display/theme")
@audience("staff")
def display_theme():
    return _put(theme=request.form.get("theme"))


@bp.post("/display/notice")
@audience("staff")
def display_notice():
    """Put a notice up: a ready one, or the words that were typed; with `take_down`, none."""
    form = request.form
    if "take_down" in form:
        return _put(notice={})
    if form.get("ready") in AT_ONCE:
        return _put(notice=_in_every_language(AT_ONCE[form["ready"]]))
    if form.get("ready") in AT_A_TIME:
        return _put(notice=_in_every_language(AT_A_TIME[form["ready"]], time=_time()))
    typed = _typed("text")
    return _put(notice=typed) if typed else _refused(Sentence(N_("Please choose a notice or write one.")), 400)


@bp.post("/display/activity")
@audience("staff")
def display_activity():
    """Put up another time or place of an activity; with `take_back`, let it stand as announced."""
    form, event = request.form, this_kiosk().event
    if "take_back" in form:
        return _put(changes={form["take_back"]: Change()})
    if form.get("instead") in INSTEAD:
        when = _in_every_language(INSTEAD[form["instead"]])
    else:
        when = dict.fromkeys(event.locales, _time()) if form.get("hour") else {}
    change = Change(_typed("when") or when, _typed("place") or places(event).get(form.get("place", ""), {}))
    if not change:
        return _refused(Sentence(N_("Please choose another time or another place.")), 400)
    return _put(changes={form.get("activity", ""): change})


@bp.post("/display/hours")
@audience("staff")
def display_hours():
    return _put(hours=None if "off" in request.form else (_time("from_"), _time("to_")))


def _put(**changes: object) -> Response | tuple[str, int]:
    try:
        differs = change_display(this_kiosk(), **changes)
    except InvalidInput as error:
        return _refused(error.sentence, 400)
    except NotRecorded as error:
        sentence = Sentence(N_("Nothing was changed, because it cannot be recorded: %(cause)s"), {"cause": error.cause})
        return _refused(sentence, 503)
    return redirect(url_for("staff.display", told="done" if differs else "same"), 303)


def _refused(why: Sentence, status: int) -> tuple[str, int]:
    return _page(refused=why), status


def _page(told: Sentence | None = None, refused: Sentence | None = None) -> str:
    kiosk = this_kiosk()
    now = kiosk.clock.now()
    is_known = clock.is_known(now.clock)
    local = clock.local(now.wall_ms, kiosk.event.zone) if is_known else None
    return render_template(
        "staff/display.html",
        # Not `this_display`: what this very request changed is to be seen.
        display=kiosk.display,
        event=kiosk.event,
        now=local,
        told=told,
        refused=refused,
        typed=request.form,
        states={name: STATE_WORDS[name] for name in STATES},
        modes={name: MODE_WORDS[name] for name in MODES},
        themes={name: THEME_WORDS[name] for name in THEMES},
        at_a_time=AT_A_TIME,
        at_once=AT_ONCE,
        instead=INSTEAD,
        places={name: pick(words, g.locale) for name, words in places(kiosk.event).items()},
        hours=HOURS,
        minutes=MINUTES,
        # Half past or the full hour that comes next: where it is not known, the middle of a day.
        soon=_next_half_hour(local.hour, local.minute) if local else ("12", "00"),
        longest_notice=LONGEST_NOTICE,
        longest_change=LONGEST_CHANGE,
        titles={activity.id: pick(activity.title, g.locale) for activity in kiosk.event.programme},
    )


def _next_half_hour(hour: int, minute: int) -> tuple[str, str]:
    return (f"{hour:02d}", "30") if minute < 30 else (f"{(hour + 1) % 24:02d}", "00")


def places(event: Event) -> dict[str, Texts]:
    """Return the places that can be chosen without typing, by the name the form sends: those the pack knows."""
    found = {f"stop.{place.id}": place.name for place in event.stops}
    found |= {f"station.{place.id}": place.name for place in event.stations}
    for activity in event.programme:
        if activity.place and activity.place not in found.values():
            found[f"activity.{activity.id}"] = activity.place
    # Longer ones would be refused.
    return {name: place for name, place in found.items() if max(map(len, place.values())) <= LONGEST_CHANGE}


def _time(prefix: str = "") -> str:
    """Return the time that two selects say. Raises `InvalidInput` for what they do not offer."""
    said = f"{request.form.get(prefix + 'hour', '')}:{request.form.get(prefix + 'minute', '')}"
    if not is_time(said):
        raise InvalidInput(N_("There is no such choice. Please choose again."))
    return said


def _typed(name: str) -> Texts:
    """Return what was typed in each language, nothing for nothing."""
    said = {locale: request.form.get(f"{name}.{locale}", "").strip() for locale in this_kiosk().event.locales}
    return {locale: text for locale, text in said.items() if text}


def _in_every_language(sentence: str, **values: str) -> Texts:
    return {locale: say(Sentence(sentence, values), locale) for locale in this_kiosk().event.locales}


# In words


@bp.context_processor
def display_words() -> dict:
    """What the staff's pages say of the display with."""
    return {"on_screen_now": on_screen_now, "display_said": display_said}


def on_screen_now() -> list[str]:
    """Return what is on the screens in few words: the state, and whatever is not as it usually is."""
    shown, usual = this_kiosk().display, Display()
    parts = [name for name in PARTS if name == "state" or getattr(shown, name) != getattr(usual, name)]
    return [_part_said(name, shown) for name in parts]


def display_said(entry: Entry) -> list[str]:
    """Return what an entry changed on the screens."""
    shown = display_from(entry.details, this_kiosk().event)
    named = entry.details.get("changed")
    parts = [name for name in PARTS if name in named] if isinstance(named, list) else PARTS
    return [_part_said(name, shown) for name in parts]


def _part_said(name: str, shown: Display) -> str:
    match name:
        case "state":
            sentence = Sentence(STATE_WORDS[shown.state])
        case "mode":
            sentence = Sentence(MODE_WORDS[shown.mode])
        case "theme":
            sentence = Sentence(THEME_WORDS[shown.theme])
        case "notice" if shown.notice:
            sentence = Sentence(N_("Notice: %(text)s"), {"text": _shown(shown.notice)})
        case "notice":
            sentence = Sentence(N_("No notice"))
        case "changes" if shown.changes:
            sentence = Sentence(N_("Changes: %(changes)s"), {"changes": _changes_said(shown)})
        case "changes":
            sentence = Sentence(N_("Programme as announced"))
        case "souvenirs_gone":
            sentence = Sentence(N_("No souvenirs left") if shown.souvenirs_gone else N_("Souvenirs to be had"))
        case "hours" if shown.hours:
            sentence = Sentence(
                N_("On from %(begin)s to %(end)s"), dict(zip(("begin", "end"), shown.hours, strict=True))
            )
        case _:
            sentence = Sentence(N_("On at any hour"))
    return say(sentence, g.locale)


def _changes_said(shown: Display) -> str:
    titles = {activity.id: pick(activity.title, g.locale) for activity in this_kiosk().event.programme}
    said = []
    for activity, change in shown.changes.items():
        texts = [_shown(words) for words in (change.when, change.place) if words]
        said.append(" ".join([titles.get(activity, activity), *texts]))
    return say(Sentence(N_("; ")), g.locale).join(said)


def _shown(texts: Texts) -> str:
    return texts.get(g.locale) or next(iter(texts.values()), "")
