"""To whom a unit hands in its summary of the event, by kind of unit: `[summary]` of `event.toml`.

Must not say until when (that is `summary_due` among the event's dates) nor what stands in the summary.
"""

from typing import Annotated

from pydantic import Field

from kiosk.domain.text import Id, Model, Words


class Unit(Model):
    """A kind of unit that hands in a summary, as the organisers' notice names it, and who gets it.

    `recipient`: in full, as it stands at the head of the document. `place`: the room or counter it is brought to.
    Persons and telephones change every year and are in no pack.
    """

    id: Id
    name: Words
    recipient: Words
    place: Words | None = None


class SummaryPlan(Model):
    """Who hands in a summary, in the order in which they are offered. Without any, nobody is said to get it."""

    units: Annotated[tuple[Unit, ...], Field(max_length=20)] = ()

    def unit(self, unit_id: str | None) -> Unit | None:
        """Return the kind of unit with that id, or None."""
        return next((unit for unit in self.units if unit.id == unit_id), None)
