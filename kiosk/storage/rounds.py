"""Quiz rounds that are being played: in memory only, and only so many. A restart forgets them.

Finished ones are entries.

The first answer to a question stays: going back or reloading gives no second try.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

from kiosk.domain.quiz_round import Place, Round

MOST_OPEN_ROUNDS = 2000


@dataclass(frozen=True)
class OpenRound:
    """A round and the answers given so far, in order; times since boot, of the first answer and of the last."""

    played: Round
    begun_ms: int
    last_ms: int
    answers: tuple[str, ...] = ()

    @property
    def is_finished(self) -> bool:
        return len(self.answers) == len(self.played.questions)

    @property
    def seconds(self) -> int:
        """Return how long it took, in whole seconds."""
        return round((self.last_ms - self.begun_ms) / 1000)


class OpenRounds:
    """The rounds under way. Any thread may call any method."""

    def __init__(self, most: int = MOST_OPEN_ROUNDS):
        self._rounds: OrderedDict[Place, OpenRound] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def get(self, place: Place) -> OpenRound | None:
        """Return the round at that place, None if nobody began it since the start."""
        with self._lock:
            return self._rounds.get(place)

    def begin(self, played: Round, now_ms: int) -> OpenRound:
        """Return the round as it is under way; one that was not is from now on."""
        with self._lock:
            return self._put(self._rounds.pop(played.place, None) or OpenRound(played, now_ms, now_ms))

    def answer(self, place: Place, number: int, choice: str, now_ms: int) -> OpenRound | None:
        """Keep the answer to question `number` (from 0) if it is the next one; return the round, None for none."""
        with self._lock:
            there = self._rounds.pop(place, None)
            if there is None:
                return None
            if number == len(there.answers) and not there.is_finished:
                begun_ms = there.begun_ms if there.answers else now_ms
                there = replace(there, answers=(*there.answers, choice), begun_ms=begun_ms, last_ms=now_ms)
            return self._put(there)

    def _put(self, one: OpenRound) -> OpenRound:
        self._rounds[one.played.place] = one
        while len(self._rounds) > self._most:
            self._rounds.popitem(last=False)
        return one
