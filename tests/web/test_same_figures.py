"""Whatever happened, the page, the CSV, the workbook, the command and the summary tell the same: all read back
and compared with what a careful person adds up from the rows of the CSV.
"""

import csv
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kiosk.cli import main
from kiosk.domain.clock import KNOWN_TRUSTS
from kiosk.domain.voices import SATISFACTION
from kiosk.web.locale import translations
from tests.living import A_BIT_OF_ALL, STEPS, Life
from tests.summarised import hold_summary
from tests.web import figures
from tests.web.conftest import PASSWORD, set_up
from tests.web.page import Page, Staff


def lives(at_most: int) -> settings:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    # Shrinking would live through hundreds of them: only where there is time.
    phases = [Phase.generate, *([Phase.shrink] if at_most > 10 else [])]
    return settings(max_examples=at_most, phases=phases, suppress_health_check=checks)


@pytest.fixture
def run(monkeypatch, booths_pack: Path):
    """Return a function that runs a command on a data folder."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def command(data: Path, *arguments: object) -> str:
        environment = {"KIOSK_DATA": str(data), "KIOSK_EVENT": str(booths_pack)}
        result = CliRunner().invoke(main, [*map(str, arguments)], env=environment)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout

    return command


@pytest.fixture
def hold_all_to_the_rows(tmp_path_factory, open_at, clock, booths_pack, run):
    def hold(steps) -> None:
        data = tmp_path_factory.mktemp("life")
        clock.trust = "ntp"
        kiosk = open_at(data, booths_pack)
        Life(kiosk, clock).live(steps)
        for format in ("csv", "xlsx"):
            run(data, "export", "--format", format, "--labels", "--output", data / f"log.{format}")
        with (data / "log.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        whole, days = added_up(rows, kiosk.event.zone)
        told = json.loads(run(data, "stats", "--json"))
        assert as_the_command_says(told["whole"]) == whole
        kiosk.accounts.put_secret("password", PASSWORD, made=True)
        staff = Staff(set_up(kiosk), "10.0.0.20")
        staff.sign_in(PASSWORD)
        assert as_the_page_says(staff.get("/staff/figures"), kiosk) == in_words(whole, kiosk)
        for day, of_day in days.items():
            if day and any(of_day.values()):
                assert as_the_page_says(staff.get(f"/staff/figures?day={day}"), kiosk) == in_words(of_day, kiosk)
        # The command reads the pack each time: of the days one.
        for day in [day for day in days if day][-1:]:
            told = json.loads(run(data, "stats", "--json", "--day", day))
            assert as_the_command_says(told["on_day"]) == days[day]
        hold_workbook(data / "log.xlsx", rows, whole, days, kiosk)
        hold_summary(kiosk, whole, days)

    return hold


def empty() -> dict:
    tables = ("hour", "stop", "stamps", "by_hand_booth", "audience", "players", "satisfaction", "suggestions")
    numbers = ("visits", "check_ins", "unknown", "stamps_all", "souvenirs", "by_hand", "rounds", "tributes", "feedback")
    return {**dict.fromkeys(numbers, 0), **{name: Counter() for name in tables}, "answers": defaultdict(Counter)}


def plain(found: dict) -> dict:
    """Return figures without what is nought, so that they can be compared."""
    answers = {question: dict(+counts) for question, counts in found["answers"].items() if +counts}
    tables = {
        name: {key: n for key, n in value.items() if n}
        for name, value in found.items()
        if name != "answers" and isinstance(value, dict)
    }
    return {**{name: value for name, value in found.items() if isinstance(value, int)}, **tables, "answers": answers}


def added_up(rows: list[dict[str, str]], zone) -> tuple[dict, dict[str | None, dict]]:
    """Return the figures of all rows and of each day, with nothing but what the README tells about the columns."""
    voided = {row["voids"] for row in rows}
    whole, days = empty(), defaultdict(empty)
    for row in rows:
        if row["id"] in voided:
            continue
        when = datetime.fromtimestamp(int(row["wall_ms"]) / 1000, UTC).astimezone(zone)
        known = row["clock"] in KNOWN_TRUSTS
        for total in (whole, days[when.date().isoformat() if known else None]):
            add(total, row, when.hour if known else None)
    return plain(whole), {day: plain(found) for day, found in days.items()}


def add(total: dict, row: dict[str, str], hour: int | None) -> None:
    kind, people = row["kind"], int(row["party_size"])
    answers = {
        name.removeprefix("answers."): {part.split(":")[0]: int(part.split(":")[1]) for part in cell.split(";")}
        for name, cell in row.items()
        if name.startswith("answers.") and not name.endswith(".label") and cell
    }
    audience = next(iter(answers.get("quiz_audience", {})), "")
    details = json.loads(row["details"])
    if kind == "check_in":
        total["visits"] += people
        total["check_ins"] += 1
        total["unknown"] += people if hour is None else 0
        total["hour"][str(hour)] += 0 if hour is None else people
        total["stop"][row["stop"]] += people
        for question, counts in answers.items():
            total["answers"][question].update(counts)
    elif kind == "scan":
        total["stamps_all"] += 1
        total["stamps"][row["station"]] += 1
    elif kind == "souvenir":
        total["souvenirs"] += 1
    elif kind in ("tally", "tally_less"):
        sign = 1 if kind == "tally" else -1
        total["by_hand"] += sign * people
        total["by_hand_booth"][row["station"]] += sign * people
    elif kind == "quiz":
        total["rounds"] += 1
        total["audience"][audience] += 1
        total["players"][audience] += 0 if details["again"] else 1
    elif kind == "tribute":
        total["tributes"] += 1
    elif kind == "feedback":
        total["feedback"] += 1
        total["satisfaction"].update(answers["satisfaction"])
        total["suggestions"].update(details["suggestions"])


def as_the_command_says(told: dict) -> dict:
    return {
        "visits": told["visits"],
        "check_ins": told["check_ins"],
        "unknown": told["time_not_known"],
        "stamps_all": told["stamps"],
        "souvenirs": told["souvenirs"],
        "by_hand": told["by_hand"],
        "rounds": told["quiz_rounds"],
        "tributes": told["tributes"],
        "feedback": told["feedback"],
        "hour": told["by_hour"],
        "stop": told["by_stop"],
        "stamps": told["stamps_by_station"],
        "by_hand_booth": told["by_hand_by_station"],
        "audience": told["quiz_rounds_by_audience"],
        "players": told["quiz_players_by_audience"],
        "satisfaction": told["satisfaction"],
        "suggestions": told["suggestions"],
        "answers": {question: counts for question, counts in told["by_answer"].items() if counts},
    }


def chinese(text: str) -> str:
    return translations("zh").gettext(text)


def in_words(found: dict, kiosk) -> dict:
    """Return figures with the words that staff read for every id."""
    event = kiosk.event
    stops = {place.id: place.name["zh"] for place in event.stops} | {"": chinese("no stop chosen, or elsewhere")}
    booths = {place.id: place.name["zh"] for place in event.stations} | {"": chinese("no booth")}
    audiences = {one.id: one.label["zh"] for one in event.quiz.audiences} | {"": chinese("A bit of everything")}
    suggestions = {one.id: one.label["zh"] for one in event.feedback.suggestions}
    said = {level: chinese(text) for level, text in SATISFACTION.items()}
    unknown = {chinese("time not known"): found["unknown"]} if found["unknown"] else {}
    answers = {}
    for question in event.check_in.questions:
        labels, counts = {one.id: one.label["zh"] for one in question.options}, found["answers"].get(question.id, {})
        declined = found["visits"] - sum(counts.values())
        answers[question.id] = {labels[one]: n for one, n in counts.items()}
        answers[question.id] |= {chinese("not answered"): declined} if declined else {}
    return {
        **{name: found[name] for name in ("visits", "check_ins", "stamps_all", "souvenirs", "by_hand", "rounds")},
        **{name: found[name] for name in ("tributes", "feedback")},
        "hour": {f"{int(hour):02d}:00": n for hour, n in found["hour"].items()} | unknown,
        "stop": {stops[one]: n for one, n in found["stop"].items()},
        "stamps": {booths[one]: n for one, n in found["stamps"].items()},
        # Without anybody there is no table of it, even where what was counted and taken off makes nought.
        "by_hand_booth": {booths[one]: n for one, n in found["by_hand_booth"].items()},
        "audience": {audiences[one]: n for one, n in found["audience"].items()},
        "players": {audiences[one]: n for one, n in found["players"].items()},
        "satisfaction": {said[one]: n for one, n in found["satisfaction"].items()},
        "suggestions": {suggestions[one]: n for one, n in found["suggestions"].items()},
        "answers": answers,
    }


def as_the_page_says(page: Page, kiosk) -> dict:
    def figure(name: str) -> int:
        return figures.figure(page, name, default=0)

    def table(name: str) -> dict[str, int]:
        return {row: count for row, count in figures.table(page, name, may_be_missing=True).items() if count}

    return {
        "visits": figure("visits"),
        "check_ins": figure("check-ins"),
        "stamps_all": figure("stamps"),
        "souvenirs": figure("souvenirs"),
        "by_hand": figure("by-hand"),
        "rounds": figure("quiz-rounds"),
        "tributes": figure("tributes"),
        "feedback": figure("feedback"),
        "hour": table("hour"),
        "stop": table("stop"),
        "stamps": table("stamps"),
        "by_hand_booth": table("by-hand"),
        "audience": table("quiz-audience"),
        "players": table("quiz-players"),
        "satisfaction": table("satisfaction"),
        "suggestions": table("suggestions"),
        "answers": {question.id: table(question.id) for question in kiosk.event.check_in.questions},
    }


def hold_workbook(path: Path, rows: list[dict[str, str]], whole: dict, days: dict, kiosk) -> None:
    book = openpyxl.load_workbook(path)
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    assert {cell.data_type for sheet in book.worksheets for line in sheet.iter_rows() for cell in line} <= {
        "n",
        "s",
        "d",
    }
    names = list(sheets)
    assert (names[0], names[-1]) == ("汇总", "原始记录")
    said = in_words(whole, kiosk)

    summary = {line[0]: line[1] for line in sheets["汇总"][1:] if line[0] and line[1] is not None}
    for label, name in SUMMARY.items():
        assert summary.get(chinese(label), 0) == whole[name], label
    assert summary["记录"] == len(rows)

    def table(name: str, column: int = 1) -> dict[str, int]:
        lines = sheets.get(name, [(None,)] * 3)[3:]
        return {line[0]: line[column] for line in lines if line[column] and line[0] != "合计"}

    assert table("分时段") == said["hour"]
    assert table("按站点") == said["stop"]
    for question in kiosk.event.check_in.questions:
        assert table(question.label["zh"]) == said["answers"][question.id]
    assert table("盖章次数，按活动点") == said["stamps"]
    assert table("工作人员登记，按活动点") == said["by_hand_booth"]
    assert table("答题·按题组") == said["audience"]
    assert table("答题·按题组", 2) == said["players"]
    assert table("满意度") == said["satisfaction"]
    assert table("建议") == said["suggestions"]

    by_day = {
        line[0].date().isoformat() if isinstance(line[0], datetime) else line[0]: line[1:]
        for line in sheets["按日期"][3:]
    }
    for day, found in days.items():
        shown = dict(zip(OF_A_DAY, by_day.get(day or "时间不详", [0] * len(OF_A_DAY)), strict=True))
        assert shown == {name: found[name] for name in OF_A_DAY}
    assert dict(zip(OF_A_DAY, by_day["合计"], strict=True)) == {name: whole[name] for name in OF_A_DAY}

    head, *lines = sheets["原始记录"]
    entries = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(entry[chinese("Entry id")], entry[chinese("Number on the device")]) for entry in entries] == [
        (row["id"], int(row["seq"])) for row in rows
    ]
    assert sum(entry["计入人次"] or 0 for entry in entries) == whole["visits"]
    assert sum(entry["计入工作人员登记"] or 0 for entry in entries) == whole["by_hand"]
    voided = {row["voids"] for row in rows}
    for entry, row in zip(entries, rows, strict=True):
        assert (entry["是否作废"] == "已作废") == (row["id"] in voided)
        assert (entry["计入人次"] is not None) == (row["kind"] == "check_in" and row["id"] not in voided)
        when = datetime.fromtimestamp(int(row["wall_ms"]) // 1000, UTC).astimezone(kiosk.event.zone)
        known = row["clock"] in KNOWN_TRUSTS
        assert entry["当地时间"] == (when.replace(tzinfo=None) if known else None)
    # What an office would do: filter by the day, add up the column.
    for day, found in days.items():
        if day:
            of_day = [one for one in entries if one["当地时间"] and one["当地时间"].date() == date.fromisoformat(day)]
            assert sum(one["计入人次"] or 0 for one in of_day) == found["visits"]


SUMMARY = {
    "Visits": "visits",
    "Check-ins": "check_ins",
    "Visits, time not known": "unknown",
    "Quiz rounds": "rounds",
    "Tributes": "tributes",
    "Feedback received": "feedback",
    "Stamps": "stamps_all",
    "Souvenirs": "souvenirs",
    "Counted by hand": "by_hand",
}
OF_A_DAY = ("visits", "check_ins", "stamps_all", "souvenirs", "rounds", "tributes", "feedback", "by_hand")


def test_a_day_with_everything_is_told_the_same_everywhere(hold_all_to_the_rows):
    hold_all_to_the_rows(A_BIT_OF_ALL)


@lives(3)
@given(st.lists(STEPS, max_size=30))
def test_any_event_is_told_the_same_everywhere(hold_all_to_the_rows, steps):
    hold_all_to_the_rows(steps)


@pytest.mark.long
@lives(150)
@given(st.lists(STEPS, max_size=30))
def test_many_events_are_told_the_same_everywhere(hold_all_to_the_rows, steps):
    hold_all_to_the_rows(steps)
