"""What a pack brings with it to the screens, replaced as one: nobody sees a half of it beside a half of another."""

import threading
from dataclasses import dataclass, field
from functools import cached_property

from kiosk.actions.pictures import Pictures
from kiosk.actions.tally import Tally
from kiosk.domain.event import Pack
from kiosk.domain.quiz_round import Pool
from kiosk.storage.rounds import OpenRounds


@dataclass(frozen=True)
class OnScreen:
    """A pack, its pictures, the figures of its event, and the rounds that are played with its questions.

    `digest` is the pack's where staff put it on screen, None for the pack of `KIOSK_EVENT`.
    """

    pack: Pack
    pictures: Pictures
    tally: Tally
    digest: str | None = None
    rounds: OpenRounds = field(default_factory=OpenRounds)

    @cached_property
    def pool(self) -> Pool:
        """The questions that rounds are drawn from."""
        return Pool(self.pack.questions, [audience.id for audience in self.pack.event.quiz.audiences])


class Held:
    """What is on screen now; for a request the same from its first look to its last. Any thread may call any method."""

    def __init__(self, now: OnScreen):
        self._now, self._own = now, threading.local()

    def get(self) -> OnScreen:
        """Return what is on screen: as it was when this thread began to hold it, else now."""
        return getattr(self._own, "held", None) or self._now

    def put(self, fresh: OnScreen) -> None:
        """Put something else on screen, for this thread at once and for others as soon as they hold nothing."""
        self._now = fresh
        if getattr(self._own, "held", None):
            self._own.held = fresh

    def refresh(self) -> None:
        """Go on with what is on screen now, in this thread, if it holds anything."""
        if getattr(self._own, "held", None):
            self.hold()

    def hold(self) -> None:
        """Begin to hold what is on screen now, in this thread."""
        self._own.held = self._now

    def let_go(self) -> None:
        """Hold nothing any more, in this thread."""
        self._own.held = None
