"""An event lived through, step by step, with everything that makes an entry: for tests that compare figures."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

from kiosk.actions import shifts
from kiosk.actions.check_in import check_in
from kiosk.actions.correct import void
from kiosk.actions.head_count import count_heads
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.stamp import Read, card_of, give_souvenir, stamp
from kiosk.actions.voices import give_feedback, pay_tribute
from kiosk.domain.entry import derived_id, mint_id
from kiosk.domain.statistics import COUNTED
from tests.playing import play

HOUR = 3_600_000

# A step is a word and what it takes; whatever a pack does not have is left out by who lives through it.
STEPS = st.one_of(
    st.tuples(st.just("come"), st.integers(1, 46), st.integers(0, 99)),
    st.tuples(st.just("scan"), st.integers(0, 9), st.integers(0, 5)),
    st.tuples(st.just("tally"), st.integers(-9, 200).filter(bool), st.integers(0, 5)),
    st.tuples(st.just("play"), st.integers(0, 9), st.booleans()),
    st.tuples(st.just("tribute"), st.integers(0, 9), st.none()),
    st.tuples(st.just("say"), st.integers(0, 4), st.integers(0, 9)),
    st.tuples(st.just("void"), st.integers(0, 99), st.none()),
    st.tuples(st.just("wait"), st.integers(1, 30 * HOUR), st.none()),
    st.tuples(st.just("trust"), st.sampled_from(["ntp", "unknown", "rtc", "staff", "restored"]), st.none()),
    st.tuples(st.just("stop"), st.integers(0, 3), st.none()),
)


# One of everything, on three days, with a clock that is lost and found, a correction of each, and one late at night.
A_BIT_OF_ALL = [
    *[
        ("come", 46, 3),
        ("come", 1, 6),
        ("stop", 2, None),
        ("come", 9, 5),
        ("scan", 0, 0),
        ("scan", 0, 1),
        ("scan", 0, 2),
    ],
    *[("tally", 40, 1), ("tally", -3, 1), ("play", 0, True), ("play", 2, False), ("tribute", 1, None), ("say", 0, 3)],
    *[("wait", 15 * HOUR + 3_599_000, None), ("come", 2, 7), ("say", 3, 1), ("void", 0, None), ("play", 3, True)],
    *[("trust", "unknown", None), ("come", 12, 1), ("say", 4, 5), ("tally", 7, 2), ("scan", 1, 3), ("play", 1, False)],
    *[("trust", "rtc", None), ("wait", 26 * HOUR, None), ("come", 3, 2), ("come", 5, 4), ("tribute", 3, None)],
    *[("void", 8, None), ("void", 5, None), ("void", 14, None), ("void", 10, None), ("scan", 2, 1), ("tally", 9, 3)],
]


@dataclass
class Life:
    """Somebody's event. `clock` is the test's; `made` are the ids of entries that may be voided."""

    kiosk: Kiosk
    clock: object
    made: list[str] = field(default_factory=list)
    cards: dict[int, str] = field(default_factory=dict)

    def live(self, steps) -> None:
        for what, first, second in steps:
            self.clock.forward(1_234)
            getattr(self, what)(first, second)

    def come(self, size: int, chance: int) -> None:
        fields = [("id", mint_id()), ("party_size", str(size))]
        for number, question in enumerate(self.kiosk.event.check_in.questions):
            option = question.options[(chance + number) % len(question.options)]
            if number == 0 and size > 1:
                fields.append((f"{question.id}.{option.id}", str(size // 2)))
            elif (chance >> number) % 2:
                fields.append((question.id, option.id))
        self.made.append(check_in(self.kiosk, fields, "touch").entry.id)

    def scan(self, card: int, booth: int) -> None:
        stations = self.kiosk.event.stations
        if not stations or self.kiosk.cards is None:
            return
        shift = shifts.shift_of(
            self.kiosk,
            shifts.join(self.kiosk, shifts.invite(self.kiosk, stations[booth % len(stations)].id), mint_id()),
        )
        token = self.cards.setdefault(card, self.kiosk.cards.new())
        answer = stamp(self.kiosk, shift, Read(mint_id(), f"HTTP://192.168.4.1:8000/P/{token}", "camera", 0))
        self.made.append(answer.entry.id)
        if answer.state.is_souvenir_due(self.kiosk.event.cards):
            given = give_souvenir(self.kiosk, shift, card_of(self.kiosk, token))
            self.made.append(given.entry.id)

    def tally(self, people: int, who: int) -> None:
        questions, stations = self.kiosk.event.check_in.questions, self.kiosk.event.stations
        options = [option.id for question in questions[:1] for option in question.options]
        fields = [("id", mint_id()), ("people", str(people)), ("who", options[who % len(options)] if who % 2 else "")]
        fields += [("reason", "多数了")] if people < 0 else []
        station = stations[who % len(stations)].id if stations and who else None
        self.made.append(count_heads(self.kiosk, fields, actor="staff", source="staff", station=station).entry.id)

    def play(self, audience: int, is_right: bool) -> None:
        audiences = [None, *(one.id for one in self.kiosk.event.quiz.audiences)]
        self.made.append(play(self.kiosk, audiences[audience % len(audiences)], is_right, turn=audience % 2).entry_id)

    def tribute(self, person: int, _) -> None:
        people = self.kiosk.pack.scientists
        who, visit = people[person % len(people)].id, mint_id()
        pay_tribute(self.kiosk, who, [("visit", visit)], "touch")
        self.made.append(derived_id(visit, "tribute", who))

    def say(self, level: int, suggestion: int) -> None:
        levels = ("very_satisfied", "satisfied", "fairly_satisfied", "dissatisfied", "very_dissatisfied")
        offered, visit = [one.id for one in self.kiosk.event.feedback.suggestions], mint_id()
        fields = [("visit", visit), ("satisfaction", levels[level])]
        fields += [("suggestion", one) for one in offered[suggestion % 3 : suggestion % 3 + suggestion % 2 + 1]]
        give_feedback(self.kiosk, fields, "touch")
        self.made.append(derived_id(visit, "feedback"))

    def void(self, which: int, _) -> None:
        if self.made:
            entry = self.kiosk.log.entry(self.made[which % len(self.made)])
            if entry and entry.kind in COUNTED:
                void(self.kiosk.log, entry.id, reason="=1+1", actor="staff", source="staff")

    def wait(self, milliseconds: int, _) -> None:
        self.clock.forward(milliseconds)

    def trust(self, trust: str, _) -> None:
        self.clock.trust = trust

    def stop(self, which: int, _) -> None:
        stops = [None, *(place.id for place in self.kiosk.event.stops)]
        self.kiosk.stop = stops[which % len(stops)]
