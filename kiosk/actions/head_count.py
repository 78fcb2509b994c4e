"""Counting by hand, where people have no cards: so many more, or so many less with a reason, by kind of visitor.

Entries of kinds of their own, so that what a person counted is never mixed with what the kiosk recorded.
"""

import re
from collections.abc import Iterable

from kiosk.actions.correct import LONGEST_REASON
from kiosk.actions.kiosk import Kiosk
from kiosk.domain.entry import entry_id
from kiosk.domain.errors import N_, InvalidInput
from kiosk.domain.event import CheckInQuestion, Event
from kiosk.domain.text import clean_line
from kiosk.storage.log import Recorded

MOST = 200  # at once

_NUMBER = re.compile(r"[+-]?[0-9]{1,4}", re.ASCII)


def kinds_of_visitor(event: Event) -> CheckInQuestion | None:
    """Return the question by whose options people are counted: the pack's first one, None where it asks none."""
    return next(iter(event.check_in.questions), None)


def count_heads(
    kiosk: Kiosk,
    fields: Iterable[tuple[str, str]],
    *,
    actor: str,
    source: str,
    station: str | None = None,
    shift: str | None = None,
) -> Recorded:
    """Return the count that a form's fields say, durable: `id`, `people` from −200 to 200 or `less` from 1 to 200,
    `who` an option or nothing, and for taking people off a `reason`.

    Raises `InvalidInput`, `EntryConflict`, `NotRecorded`.
    """
    given = dict(fields)
    new_id = entry_id(given.get("id", ""))
    people = -abs(_number(given["less"])) if "less" in given else _number(given.get("people", ""))
    who, reason = given.get("who", ""), clean_line(given.get("reason", ""))
    question = kinds_of_visitor(kiosk.event)
    if who and (question is None or question.option(who) is None):
        raise InvalidInput(N_("There is no such choice. Please choose again."))
    if people < 0 and not reason:
        raise InvalidInput(N_("Taking people off again needs a reason."))
    if len(reason) > LONGEST_REASON:
        raise InvalidInput(N_("A correction needs a reason of at most %(most)s characters."), most=LONGEST_REASON)
    draft = kiosk.draft(
        new_id,
        "tally" if people > 0 else "tally_less",
        source,
        station=station,
        party_size=abs(people),
        answers={question.id: {who: abs(people)}} if who else {},
        details={"shift": shift} if shift else {},
        actor=actor,
        reason=reason if people < 0 else None,
    )
    return kiosk.log.append(draft)


def _number(text: str) -> int:
    found = _NUMBER.fullmatch(text.strip().replace("−", "-"))
    if not found or not 1 <= abs(int(found[0])) <= MOST:
        raise InvalidInput(N_("How many people? Please give a number from 1 to %(most)s."), most=MOST)
    return int(found[0])
