"""Check-in on the screen: one tap a question for one person, numbers for a group, and the page that says it is done.

Every step on the way is a link that carries the whole party, so a double tap, a reload and Back are harmless and
nothing is kept between requests. Only the last tap posts.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, g, render_template, request, url_for

from kiosk.actions import check_in as action
from kiosk.domain.entry import entry_id as entry_id_of
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import N_, InvalidInput
from kiosk.domain.event import CheckInQuestion
from kiosk.domain.party import Party, read_party
from kiosk.web.access import audience, source
from kiosk.web.address import CARRIED, carried_query
from kiosk.web.current import this_display, this_kiosk
from kiosk.web.screen import bp
from kiosk.web.screen.card import card_after

HOME_AFTER_SECONDS = 8
NEXT_AFTER_SECONDS = 4  # while others wait

# What the addresses of the steps carry beside the party itself.
_STEERING = {*CARRIED, "typed", "pad"}


@dataclass(frozen=True)
class Choice:
    """One button: an option (None: not answering), and where it leads: a link, or the finished form's fields."""

    option: object | None
    href: str | None
    fields: list[tuple[str, str]] | None


@bp.get("/check-in")
@audience("check_in")
def check_in():
    return _one(mint_id(), Party(), 0)


@bp.get("/check-in/one/<int:at>")
@audience("check_in")
def check_in_one(at: int):
    new_id, party = _party_in_address()
    if at > len(_questions()) or party.size != 1:
        abort(404)
    return _one(new_id, party, at)


def _one(new_id: str, party: Party, at: int):
    """Show the question, each option leading to the next open question or to the end."""
    questions = _questions()
    question = questions[at] if at < len(questions) else None
    choices = []
    for option in (*(question.options if question else ()), None):
        chosen = party.without(question.id) if question else party
        if option is not None:
            chosen = chosen.with_count(question.id, option.id, 1).implied(question)
        following = next((n for n in range(at + 1, len(questions)) if questions[n].id not in chosen.answers), None)
        if following is None:
            choices.append(Choice(option, None, _fields(new_id, chosen)))
        else:
            choices.append(Choice(option, _step("screen.check_in_one", new_id, chosen, at=following), None))
    return render_template(
        "screen/check_in_one.html",
        question=question,
        choices=choices,
        number=at + 1,
        count=max(len(questions), 1),
        group_href=url_for("screen.group_size", id=new_id) if at == 0 else None,
    )


@bp.get("/check-in/group")
@audience("check_in")
def group_size():
    """Ask how many came, on a number pad of links."""
    most = this_kiosk().event.check_in.max_party
    new_id = entry_id_of(request.args["id"]) if "id" in request.args else mint_id()
    typed = _digits(request.args.get("typed", ""), most)

    def put(number: int) -> str | None:
        return url_for("screen.group_size", id=new_id, typed=number or None) if 0 <= number <= most else None

    return render_template(
        "screen/group_size.html",
        typed=typed,
        most=most,
        digits=_keys(typed, put),
        less=put(typed - 1) if typed > 1 else None,
        more=put(typed + 1),
        erase=put(typed // 10) if typed else None,
        onward=_onward(new_id, Party(typed), -1) if typed else None,
    )


@bp.get("/check-in/group/<int:at>")
@audience("check_in")
def group_question(at: int):
    """Ask how many of the party chose each option; `pad` names the option whose number is being typed."""
    new_id, party = _party_in_address()
    questions = _questions()
    if at >= len(questions):
        abort(404)
    question = questions[at]

    def here(changed: Party, **steering: object) -> str:
        return _step("screen.group_question", new_id, changed, at=at, **steering)

    rows = []
    for option in question.options:
        count, left = party.count(question.id, option.id), party.declined(question.id)
        rows.append(
            {
                "option": option,
                "count": count,
                "less": here(party.with_count(question.id, option.id, count - 1)) if count else None,
                "more": here(party.with_count(question.id, option.id, count + 1)) if left else None,
                "rest": here(party.with_count(question.id, option.id, count + left)) if left else None,
                "pad": here(party, pad=option.id),
            }
        )
    return render_template(
        "screen/group_question.html",
        question=question,
        rows=rows,
        party=party,
        left=party.declined(question.id),
        pad=_pad(question, party, here),
        onward=_onward(new_id, party.implied(question), at),
        back=_step("screen.group_question", new_id, party, at=at - 1)
        if at
        else url_for("screen.group_size", id=new_id, typed=party.size),
        number=at + 1,
        count=len(questions),
    )


def _pad(question: CheckInQuestion, party: Party, here) -> dict | None:
    """Return the number pad for the option that the address names, None when it names none."""
    option = question.option(request.args.get("pad", ""))
    if option is None:
        return None
    count = party.count(question.id, option.id)
    most = count + party.declined(question.id)
    # The first digit replaces what stood there, the next ones follow it.
    typed = _digits(request.args.get("typed", ""), most)

    def put(number: int) -> str | None:
        changed = party.with_count(question.id, option.id, number)
        return here(changed, pad=option.id, typed=number) if number <= most else None

    return {
        "option": option,
        "count": count,
        "digits": _keys(typed, put),
        "erase": put(count // 10) if count else None,
        "done": here(party),
    }


def _keys(typed: int, put) -> dict[int, str | None]:
    """Return where each digit leads when it is added to what was typed; None where it can't be added."""
    return {digit: put(typed * 10 + digit) if typed or digit else None for digit in (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)}


def _onward(new_id: str, party: Party, at: int) -> Choice:
    """Return the way on from question `at` of a group: the next question, or the end."""
    if at + 1 < len(_questions()):
        return Choice(None, _step("screen.group_question", new_id, party, at=at + 1), None)
    return Choice(None, None, _fields(new_id, party))


@bp.post("/check-in")
@audience("check_in")
def record_check_in():
    if request.files:
        raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
    recorded = action.check_in(this_kiosk(), request.form.items(multi=True), source())
    return _see(recorded.entry.id)


@bp.get("/check-in/<uuid:entry_id>")
@audience("check_in")
def checked_in(entry_id):
    found = action.checked_in(this_kiosk(), str(entry_id))
    return render_template(
        "screen/checked_in.html",
        found=found,
        home_after=_home_after() if g.at_kiosk and "stay" not in request.args else None,
        undo_seconds=found.undo_ms // 1000,
        card=None if found.voided else card_after(found.entry),
    )


def _home_after() -> int:
    return NEXT_AFTER_SECONDS if this_display().is_queue else HOME_AFTER_SECONDS


@bp.post("/check-in/<uuid:entry_id>/undo")
@audience("check_in")
def undo_check_in(entry_id):
    action.undo(this_kiosk(), str(entry_id), source())
    return _see(str(entry_id))


def _see(entry_id: str):
    # Spelled out: this answer is on the way of every check-in, and url_for and redirect cost more than the commit.
    return Response(status=303, headers={"Location": f"/check-in/{entry_id}{carried_query()}"})


def _questions() -> tuple[CheckInQuestion, ...]:
    return this_kiosk().event.check_in.questions


def _fields(new_id: str, party: Party) -> list[tuple[str, str]]:
    return [("id", new_id), *party.fields()]


def _step(endpoint: str, new_id: str, party: Party, *, at: int, **steering: object) -> str:
    address = url_for(endpoint, at=at)
    return address + ("&" if "?" in address else "?") + urlencode([*_fields(new_id, party), *steering.items()])


def _party_in_address() -> tuple[str, Party]:
    said = [(name, value) for name, value in request.args.items(multi=True) if name not in _STEERING]
    return read_party(said, this_kiosk().event.check_in)


def _digits(text: str, most: int) -> int:
    if not text:
        return 0
    if not text.isascii() or not text.isdigit() or len(text) > 3 or int(text) > most:
        raise InvalidInput(N_("One of the numbers cannot be read. Please check the numbers."))
    return int(text)
