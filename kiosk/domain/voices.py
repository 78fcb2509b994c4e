"""What visitors say beside checking in: feedback on the day, with how satisfied they are and what they suggest.

Owns the five steps in words and the rules of the form: fields in, answers and details of the entry out.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.domain.entry import Answers, entry_id
from kiosk.domain.errors import N_, InvalidInput
from kiosk.domain.event import SATISFACTION_QUESTION, FeedbackPlan

# From the best to the worst, as everybody in China knows them from forms.
SATISFACTION = {
    "very_satisfied": N_("Very satisfied"),
    "satisfied": N_("Satisfied"),
    "fairly_satisfied": N_("Fairly satisfied"),
    "dissatisfied": N_("Dissatisfied"),
    "very_dissatisfied": N_("Very dissatisfied"),
}

MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class Feedback:
    """One visitor's feedback; `suggestions` are ids in the pack's order, whatever the order of tapping."""

    satisfaction: str
    suggestions: tuple[str, ...] = ()

    @property
    def answers(self) -> Answers:
        return {SATISFACTION_QUESTION: {self.satisfaction: 1}}

    @property
    def details(self) -> dict[str, list[str]]:
        return {"suggestions": list(self.suggestions)}


def read_tribute(fields: Iterable[tuple[str, str]]) -> str:
    """Return the visit that a tribute's form is of. Raises `InvalidInput`."""
    said = list(fields)
    if [name for name, _ in said] != ["visit"]:
        raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
    return entry_id(said[0][1])


def read_feedback(fields: Iterable[tuple[str, str]], plan: FeedbackPlan) -> tuple[str, Feedback]:
    """Return the visit and the feedback that a form's fields say. Raises `InvalidInput`.

    Fields: `visit`; `satisfaction`; `suggestion` once for each one chosen.
    """
    once: dict[str, str] = {}
    chosen: list[str] = []
    for name, value in fields:
        if name == "suggestion":
            chosen.append(value)
        elif name not in ("visit", "satisfaction"):
            raise InvalidInput(N_("This form asks something this kiosk does not know. Please start again."))
        elif name in once:
            raise InvalidInput(N_("This form says the same thing twice. Please start again."))
        else:
            once[name] = value
    visit, satisfaction = entry_id(once.get("visit", "")), once.get("satisfaction", "")
    offered = [one.id for one in plan.suggestions]
    if satisfaction not in SATISFACTION:
        raise InvalidInput(N_("One of the choices is not on offer here. Please start again."))
    if not set(chosen) <= set(offered):
        raise InvalidInput(N_("One of the suggestions is no longer offered. Please choose again."))
    if len(set(chosen)) > MOST_SUGGESTIONS:
        raise InvalidInput(N_("Please choose at most %(most)s suggestions."), most=MOST_SUGGESTIONS)
    return visit, Feedback(satisfaction, tuple(one for one in offered if one in chosen))
