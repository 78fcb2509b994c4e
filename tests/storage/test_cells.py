"""The additive cells: whatever the log holds and wherever it is cut, the parts add up to a plain recount of the rows.

Rows are put in directly, so that corrections may come before what they correct, twice, or for nothing, as merged logs
may hold them.
"""

from collections import Counter
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kiosk.domain import clock, statistics
from kiosk.domain.clock import KNOWN_TRUSTS, TRUSTS
from kiosk.domain.entry import canonical_json
from kiosk.domain.statistics import Figures, QuizFigures
from kiosk.storage.cells import EVERYTHING, Stretch
from kiosk.storage.log import Log
from tests.storage.logbook import OpenLog, draft, raw, void_of

ZONE = ZoneInfo("Asia/Shanghai")
FROM, TO = 1_811_606_400_000, 1_811_692_800_000
_SQL = (
    "INSERT INTO entries (id, device, seq, event, stop, station, kind, party_size, answers, details, voids, pack,"
    " source, wall_ms, boot, boottime_ms, clock, digest) VALUES (?, 'd', ?, ?, ?, ?, ?, ?, ?, ?, ?, 'p', 'touch',"
    " ?, ?, 1, ?, ?)"
)


KINDS = [*["check_in"] * 3, "scan", "quiz", "quiz", "quiz_begun", "tribute", "feedback", "feedback", "void", "void"]


QUESTIONS = [("warm", "earth"), ("blue", "earth"), ("salt", "health")]


@st.composite
def rows(draw):
    """Draw the rows of a log.

    Each is (number, event, stop, station, kind, size, answers, voids, wall, boot, clock, details).
    """
    count = draw(st.integers(1, 14))
    drawn = []
    for number in range(count):
        kind = draw(st.sampled_from(KINDS))
        size = draw(st.integers(1, 5)) if kind in ("check_in", "scan") else 1
        answers, details = {}, {}
        if kind == "feedback":
            answers = {"satisfaction": {draw(st.sampled_from(["satisfied", "dissatisfied"])): 1}}
            chosen = draw(st.sets(st.sampled_from(["more", "slower", "outside"])))
            details = draw(st.sampled_from([{"suggestions": sorted(chosen)}, {"suggestions": sorted(chosen)}, {}]))
        if kind in ("quiz", "quiz_begun"):
            answers = draw(st.sampled_from([{}, {"quiz_audience": {"pupil": 1}}, {"quiz_audience": {"adult": 1}}]))
        if kind == "quiz":
            asked = draw(st.lists(st.sampled_from(QUESTIONS), max_size=3, unique=True))
            marks = [{"question": one, "topic": topic, "right": draw(st.booleans())} for one, topic in asked]
            details = {"questions": marks, "again": draw(st.booleans())}
            if draw(st.booleans()):  # as they were before there were topics and series
                details = {"questions": [{"question": one["question"], "right": one["right"]} for one in marks]}
        if kind == "check_in":
            for question in draw(st.sets(st.sampled_from(["age", "from"]))):
                first = draw(st.integers(0, size))
                second = draw(st.integers(0, size - first))
                counts = {"a": first, "b": second}
                answers[question] = {option: one for option, one in counts.items() if one}
            answers = {question: counts for question, counts in answers.items() if counts}
        drawn.append(
            (
                number,
                draw(st.sampled_from(["fair", "fair", "fair", "other"])),
                draw(st.sampled_from([None, "square"])),
                draw(st.sampled_from([None, "desk"])),
                kind,
                size,
                answers,
                draw(st.integers(0, count + 1)) if kind == "void" else None,
                draw(st.integers(FROM - 7_200_000, TO + 7_200_000)),
                draw(st.sampled_from(["boot-1", "boot-2"])),
                draw(st.sampled_from(TRUSTS)),
                details,
            )
        )
    return drawn


def _id(number: int) -> str:
    return str(UUID(int=number + 1, version=4))


@pytest.fixture(scope="module")
def empty_log(tmp_path_factory):
    """A log whose device stays; each example's rows are rolled away by starting from a saved image of it."""
    folder = tmp_path_factory.mktemp("cells") / "data"
    OpenLog(folder).close()
    connection = raw(folder)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    image = connection.serialize("main")
    connection.close()
    return image


class _InMemory:
    """As much of a database as reading the log needs, in memory."""

    def __init__(self, image: bytes):
        import apsw

        self.connection = apsw.Connection(":memory:")
        # A journal in a file of its own is of no use in memory.
        self.connection.deserialize("main", image[:18] + b"\x01\x01" + image[20:])

    def read(self):
        return self.connection


def _filled(image: bytes, drawn) -> Log:
    database = _InMemory(image)
    with database.connection:
        for number, event, stop, station, kind, size, answers, voids, wall, boot, trust, details in drawn:
            said = canonical_json(answers), canonical_json(details)
            values = (_id(number), number + 1, event, stop, station, kind, size, *said)
            target = None if voids is None else _id(voids)
            database.connection.execute(_SQL, (*values, target, wall, boot, trust, "0" * 64))
    return Log(database, now=None)


def _recount(drawn, through: int | None = None, keep=lambda row: True) -> Figures:
    """Count row by row, as a person would with pencil and paper."""
    drawn = drawn if through is None else drawn[:through]
    voided = {row[7] for row in drawn if row[4] == "void"}
    total = Figures()
    for row in drawn:
        number, event, stop, _, kind, size, answers, _, wall, _, trust, details = row
        if event != "fair" or number in voided or not keep(row):
            continue
        if kind in ("quiz", "quiz_begun"):
            _recount_quiz(total.quiz, kind, answers, details)
        if kind == "tribute":
            total.tributes += 1
        if kind == "feedback":
            total.feedback += 1
            total.satisfaction.update(answers["satisfaction"])
            total.suggestions.update(details.get("suggestions", ()))
        if kind != "check_in":
            continue
        total.visits += size
        total.check_ins += 1
        total.visits_by_stop[stop] += size
        if trust in KNOWN_TRUSTS:
            total.visits_by_hour[clock.local(wall, ZONE).hour] += size
        else:
            total.visits_time_unknown += size
        for question, counts in answers.items():
            total.visits_by_answer[question].update(counts)
    return total


def _recount_quiz(quiz: QuizFigures, kind: str, answers: dict, details: dict) -> None:
    if kind == "quiz_begun":
        quiz.begun += 1
        return
    audience = next(iter(answers.get("quiz_audience", {})), None)
    quiz.rounds += 1
    quiz.rounds_by_audience[audience] += 1
    if not details.get("again"):
        quiz.players += 1
        quiz.players_by_audience[audience] += 1
    for mark in details["questions"]:
        for marks in (quiz.by_question[mark["question"]], quiz.by_topic[mark.get("topic")]):
            marks.asked += 1
            marks.right += mark["right"]


def _counted(log: Log, *stretches: Stretch) -> Figures:
    """Return what the cells of some stretches add up to."""
    total = Figures()
    for stretch in stretches or (EVERYTHING,):
        statistics.add(total, log.cells("fair", stretch), ZONE)
        statistics.add_marks(total, log.marks("fair", stretch))
    return total


def _plain(total: Figures) -> tuple:
    quiz = total.quiz

    def asked(marks: dict) -> dict:
        return {key: (one.asked, one.right) for key, one in marks.items() if one.asked}

    def without_zeros(counter: Counter) -> dict:
        return {key: value for key, value in counter.items() if value}

    answers = {question: without_zeros(counts) for question, counts in total.visits_by_answer.items()}
    return (
        total.visits,
        total.check_ins,
        without_zeros(total.visits_by_hour),
        without_zeros(total.visits_by_stop),
        {question: counts for question, counts in answers.items() if counts},
        total.visits_time_unknown,
        # A void of a round takes its beginning back too, whether or not that is in the log: not for pencil and paper.
        (quiz.rounds, quiz.players, without_zeros(quiz.rounds_by_audience), without_zeros(quiz.players_by_audience)),
        (asked(quiz.by_question), asked(quiz.by_topic)),
        total.tributes,
        total.feedback,
        without_zeros(total.satisfaction),
        without_zeros(total.suggestions),
    )


EXAMPLES = settings(
    max_examples=150,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # the logs are small enough to read as they are
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@EXAMPLES
@given(drawn=rows(), cuts=st.lists(st.integers(0, 14), max_size=3))
def test_the_cells_of_parts_add_up_to_those_of_the_whole_and_to_a_recount(empty_log, drawn, cuts):
    log = _filled(empty_log, drawn)
    bounds = sorted({0, len(drawn), *(cut for cut in cuts if cut < len(drawn))})
    parts = []
    for after, through in pairwise(bounds):
        parts.append(Stretch(after, through))
        assert _plain(_counted(log, *parts)) == _plain(_recount(drawn, through))
    assert _plain(_counted(log)) == _plain(_recount(drawn))


@EXAMPLES
@given(drawn=rows())
def test_the_cells_of_a_stretch_of_time_are_those_of_its_rows(empty_log, drawn):
    log = _filled(empty_log, drawn)
    expected = _recount(drawn, keep=lambda row: row[10] in KNOWN_TRUSTS and FROM <= row[8] < TO)
    assert _plain(_counted(log, Stretch(wall_ms=(FROM, TO)))) == _plain(expected)


@EXAMPLES
@given(drawn=rows())
def test_the_cells_of_a_boot_are_those_of_its_rows(empty_log, drawn):
    log = _filled(empty_log, drawn)
    expected = _recount(drawn, keep=lambda row: row[9] == "boot-2")
    assert _plain(_counted(log, Stretch(boot="boot-2"))) == _plain(expected)


def test_counts_what_was_appended_and_takes_back_what_was_voided(log, clock):
    kept = log.append(draft(party_size=3, answers={"age": {"child": 2}})).entry
    taken = log.append(draft(party_size=5, answers={"age": {"child": 4}})).entry
    middle = log.position(taken.id)
    log.append(void_of(taken.id))
    log.append(draft(kind="quiz", details={"questions": []}))
    whole = _counted(log)
    assert (whole.visits, whole.check_ins, whole.quiz.rounds) == (3, 1, 1)
    assert whole.visits_by_answer["age"]["child"] == 2
    assert whole.declined("age") == 1
    assert whole.visits_by_hour[8] == 3
    before = _counted(log, Stretch(through=middle))
    since = _counted(log, Stretch(middle))
    assert (before.visits, since.visits) == (8, -5)
    assert log.position(kept.id) == 1
    assert log.question_ids("fair") == ["age"]
    assert log.question_ids("other") == []
