"""The official summary held against figures that somebody else added up: every number it has, and every one it says."""

import re
from collections import Counter

from kiosk.actions.summary import SummaryNow, summary_now
from kiosk.domain.document import Chart, Paragraph, Table
from kiosk.domain.numbers import percent
from kiosk.domain.tables import Speech
from kiosk.web.locale import translations
from tests.told import lines

SPEECH = Speech("zh", translations("zh").gettext)
_COUNTED = re.compile(r"(\d+(?:\.\d+)?)(人次|轮|次|份|天|个|%)")
_NOUGHT = re.compile(r"(?<![\d.])0(?:人次|轮|次|份|天|个|场|块|人|家|件|篇|条)")


def hold_summary(kiosk, whole: dict, days: dict) -> None:
    """Assert that the summary of a kiosk tells these figures and no others; `whole` and `days` from `added_up`."""
    found = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    assert numbers_told(found) == numbers_of(whole, days)
    hold_sentences(found)
    again = summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH)
    assert again.document == found.document


def numbers_told(found: SummaryNow) -> dict[str, int | float]:
    # Of the quiz and its topics the rows of the log say nothing that one would add up by hand.
    apart = ("quiz.topic.", "quiz.question.", "quiz.players", "satisfied", "notes.")
    return {key: number.value for key, number in found.numbers.items() if not key.startswith(apart)}


def numbers_of(whole: dict, days: dict) -> dict[str, int]:
    """Return the same of what was added up."""
    dated = {day: one for day, one in days.items() if day}
    told = {
        "visits": whole["visits"],
        "by_hand": whole["by_hand"],
        "check_ins": whole["check_ins"],
        "days": sum(1 for one in dated.values() if any(value for name, value in one.items() if name != "souvenirs")),
        **{f"visits.day.{day}": one["visits"] for day, one in dated.items()},
        "visits.day.": whole["unknown"],
        "stops": sum(1 for stop in whole["stop"] if stop),
        **{f"visits.stop.{stop}": count for stop, count in whole["stop"].items()},
        **{f"answered.{question}": sum(counts.values()) for question, counts in whole["answers"].items()},
        **{f"answers.{q}.{option}": n for q, counts in whole["answers"].items() for option, n in counts.items()},
        "stations": len({*whole["stamps"], *(booth for booth, n in whole["by_hand_booth"].items() if n > 0)} - {""}),
        "stamps": whole["stamps_all"],
        "souvenirs": whole["souvenirs"],
        "quiz.rounds": whole["rounds"],
        "tributes": whole["tributes"],
        "feedback": whole["feedback"],
        **{f"satisfaction.{level}": count for level, count in whole["satisfaction"].items()},
        **{f"suggestions.{one}": count for one, count in whole["suggestions"].items()},
    }
    return {key: value for key, value in told.items() if value > 0}


def hold_sentences(found: SummaryNow) -> None:
    """Assert that every number said is one of those that its paragraph, table or picture is of, and none is nought."""
    for block in found.document.all_blocks():
        if not isinstance(block, Paragraph | Table | Chart):
            continue
        own = [found.numbers[key] for key in block.numbers if key in found.numbers]
        values = {number.value for number in own}
        if isinstance(block, Paragraph) and "条" not in block.text:
            answered = [number.value for number in own if number.family == "answered"]
            values |= {percent(one.value, whole) for one in own if one.family == "answers" for whole in answered}
            said = Counter(float(number) for number, _ in _COUNTED.findall(block.text))
            assert set(said) <= {float(value) for value in values}, block.text
            assert not said or own, block.text
        elif isinstance(block, Chart):
            assert {value for _, value in block.rows} <= values, block
        elif isinstance(block, Table) and block.numbers and not block.caption:
            filled = found.version.summary.quantities.values() if found.version else ()
            assert {row[2] for row in block.rows} <= {*values, *filled}, block
        elif isinstance(block, Table) and block.numbers:
            assert [sum(row[at] for row in block.rows[:-1] if row[at] != "—") for at in range(1, len(block.head))] == [
                cell if cell != "—" else 0 for cell in block.rows[-1][1:]
            ], block
    for line in lines(found.document):
        assert not _NOUGHT.search(line), line
