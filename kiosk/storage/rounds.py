"""Quiz rounds that are being played: in memory only, and only so many. A restart forgets them.

Finished ones are entries.

The first answer to a question stays: going back or reloading gives no second try.
"""

import threading
from collections import OrderedDict

MOST_OPEN_ROUNDS = 2000


class OpenRounds:
    """Answers given so far, by round id. Any thread may call any method."""

    def __init__(self, most: int = MOST_OPEN_ROUNDS):
        self._answers: OrderedDict[str, tuple[bool, ...]] = OrderedDict()
        self._most, self._lock = most, threading.Lock()

    def answers(self, round_id: str) -> tuple[bool, ...]:
        """Return the answers given so far, in the order of the questions."""
        with self._lock:
            return self._answers.get(round_id, ())

    def answer(self, round_id: str, number: int, answer: bool) -> tuple[bool, ...]:
        """Keep the answer to question `number` (from 0) if it is the next one; return all answers so far."""
        with self._lock:
            given = self._answers.pop(round_id, ())
            if number == len(given):
                given += (answer,)
            if given:
                self._answers[round_id] = given
            while len(self._answers) > self._most:
                self._answers.popitem(last=False)
            return given
