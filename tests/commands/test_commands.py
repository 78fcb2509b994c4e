"""The operator's commands: what they print, what they write, and their exit status; beside a running kiosk."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from kiosk.actions.check_in import check_in
from kiosk.actions.head_count import count_heads
from kiosk.actions.kiosk import Kiosk
from kiosk.actions.voices import give_feedback, pay_tribute
from kiosk.cli import main
from kiosk.domain.entry import mint_id
from kiosk.domain.statistics import FEWEST_TELLING
from kiosk.storage.packs import read_pack
from kiosk.storage.packs_in_use import keep, write_choice
from tests.conftest import SHIPPED
from tests.playing import play
from tests.storage.evening import close_event
from tests.zipped import zip_of


@pytest.fixture
def run(shell, kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch):
    """Return a function that runs a command on the data folder of an open kiosk."""
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.data))
    return shell


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def come(kiosk: Kiosk, size: int = 1, **answers: str) -> str:
    fields = [("id", mint_id()), ("party_size", str(size)), *answers.items()]
    return check_in(kiosk, fields, "touch").entry.id


def test_export_writes_every_entry_in_order(kiosk, run, tmp_path):
    ids = [come(kiosk, visitor_type="teacher"), come(kiosk, 46), come(kiosk, district="saihan")]
    result = run("export", "--format", "csv", "--output", str(tmp_path / "log.csv"))
    assert "3 entries" in result.stdout
    lines = lines_of(tmp_path / "log.csv")
    assert [line["id"] for line in lines] == ids
    assert [line["seq"] for line in lines] == ["1", "2", "3"]
    assert [line["answers.visitor_type"] for line in lines] == ["teacher:1", "", ""]
    assert list(tmp_path.glob(".log*")) == []


def test_export_adds_the_packs_words(kiosk, run, tmp_path):
    come(kiosk, 2, visitor_type="teacher")
    run("export", "--format", "csv", "--labels", "--output", str(tmp_path / "log.csv"))
    (line,) = lines_of(tmp_path / "log.csv")
    assert line["answers.visitor_type.label"] == "教师:2"


def test_export_of_another_event_is_empty(kiosk, run, tmp_path):
    come(kiosk)
    run("export", "--format", "ndjson", "--event", "other", "--output", str(tmp_path / "log.ndjson"))
    assert (tmp_path / "log.ndjson").read_bytes() == b""


def test_export_replaces_a_file_only_when_it_is_whole(kiosk, run, tmp_path):
    target = tmp_path / "log.csv"
    target.write_text("old")
    come(kiosk)
    result = run("export", "--format", "csv", "--output", str(tmp_path / "nowhere" / "log.csv"), status=2)
    assert result.stderr.count("\n") == 1
    assert target.read_text() == "old"


def test_export_works_while_the_event_pack_is_broken(kiosk, run, tmp_path, pack_folder):
    come(kiosk, visitor_type="teacher")
    (pack_folder / "event.toml").write_text("= nonsense")
    result = run("export", "--format", "csv", "--output", str(tmp_path / "log.csv"), KIOSK_EVENT=str(pack_folder))
    assert "event.toml" in result.stderr
    assert "answers.visitor_type" in (tmp_path / "log.csv").read_text(encoding="utf-8-sig")


def test_stats_count_today_and_the_whole_event(kiosk, run, clock):
    come(kiosk, 46, visitor_type="primary_pupil")
    clock.forward(86_400_000)
    come(kiosk, visitor_type="teacher")
    found = json.loads(run("stats", "--day", "2027-05-31", "--json").stdout)
    assert found["on_day"]["visits"] == 1
    assert found["whole"]["visits"] == 47
    assert found["whole"]["by_answer"] == {"visitor_type": {"primary_pupil": 46, "teacher": 1}}
    assert found["whole"]["by_hour"] == {"8": 47}


def test_stats_and_files_tell_tributes_and_feedback(kiosk, run, tmp_path):
    for level, suggested in (("satisfied", ("slower", "closer")), ("satisfied", ("closer",)), ("dissatisfied", ())):
        fields = [("visit", mint_id()), ("satisfaction", level), *(("suggestion", one) for one in suggested)]
        give_feedback(kiosk, fields, "touch")
    pay_tribute(kiosk, "tu-youyou", [("visit", mint_id())], "touch")
    whole = json.loads(run("stats", "--json").stdout)["whole"]
    assert (whole["tributes"], whole["feedback"]) == (1, 3)
    assert whole["satisfaction"] == {"dissatisfied": 1, "satisfied": 2}
    assert whole["suggestions"] == {"closer": 2, "slower": 1}
    told = [line.strip() for line in run("stats", LANG="zh_CN.UTF-8").stdout.splitlines()]
    assert told[told.index("收到反馈（份）: 3") :] == [
        *("收到反馈（份）: 3", "满意  2", "不满意  1", "建议", "讲解再慢一点  1", "办到学校和社区去  2")
    ]
    run("export", "--format", "csv", "--labels", "--output", str(tmp_path / "log.csv"))
    lines = lines_of(tmp_path / "log.csv")
    assert [line["answers.satisfaction.label"] for line in lines] == ["满意:1", "满意:1", "不满意:1", ""]
    assert lines[0]["suggestions.label"] == "讲解再慢一点;办到学校和社区去"


def test_stats_and_files_tell_of_the_quiz(kiosk, run, tmp_path):
    for _ in range(FEWEST_TELLING):
        play(kiosk, "adult", is_right=False)
    play(kiosk, "adult", turn=1)
    play(kiosk, upto=1)
    whole = json.loads(run("stats", "--json").stdout)["whole"]
    assert (whole["quiz_rounds"], whole["quiz_begun"], whole["quiz_players"]) == (6, 7, 5)
    assert (whole["quiz_rounds_by_audience"], whole["quiz_players_by_audience"]) == ({"adult": 6}, {"adult": 5})
    assert sum(one["asked"] for one in whole["quiz_by_question"].values()) == 30
    assert sum(one["right"] for one in whole["quiz_by_topic"].values()) == 5
    told = run("stats", LANG="zh_CN.UTF-8").stdout
    assert "答题（轮）: 6 (5 人次；另有 1 轮没有答完)" in told
    assert "成年人  6" in told and "成年人  5" in told
    run("export", "--format", "csv", "--labels", "--output", str(tmp_path / "log.csv"))
    lines = lines_of(tmp_path / "log.csv")
    assert {line["answers.quiz_audience.label"] for line in lines if line["kind"] == "quiz"} == {"成年人:1"}


def test_stats_tell_who_was_counted_by_hand(kiosk, run):
    count_heads(kiosk, [("id", mint_id()), ("people", "12"), ("who", "teacher")], actor="staff", source="staff")
    told = run("stats", LANG="zh_CN.UTF-8").stdout
    assert "教师  12" in told[told.index(": 12") :]


def test_stats_speak_the_language_of_the_shell(kiosk, run):
    come(kiosk, 3)
    assert "人次: 3" in run("stats", LANG="zh_CN.UTF-8").stdout
    assert "Visits: 3" in run("stats", LANG="C").stdout


def test_void_takes_an_entry_back_once(kiosk, run):
    gone = come(kiosk, 5)
    first = run("void", gone, "--reason", "counted twice").stdout
    again = run("void", gone, "--reason", "once more").stdout
    assert "no longer counts" in first
    assert "voided before" in again
    assert json.loads(run("stats", "--json").stdout)["whole"]["visits"] == 0
    assert kiosk.log.size()[0] == 2


def test_void_of_what_a_closed_event_counts_says_what_must_be_voided_too(kiosk, run):
    counted = come(kiosk, 5)
    closing = close_event(kiosk)
    said = run("void", counted, "--reason", "counted twice").stdout
    assert f"counts it until {closing} is voided too" in said and "no longer counts" not in said
    assert "no longer counts" in run("void", come(kiosk), "--reason", "x").stdout


@pytest.mark.parametrize("target", ["nonsense", "0f8fad5b-d9cb-469f-a165-70867728950e", ""])
def test_void_of_nothing_is_refused(run, target):
    assert run("void", target, "--reason", "x", status=2).stderr.count("\n") == 1


def test_void_needs_a_reason(kiosk, run):
    run("void", come(kiosk), "--reason", "  ", status=2)
    run("void", come(kiosk), status=2)


def test_a_correction_cannot_be_voided(kiosk, run):
    run("void", come(kiosk), "--reason", "x")
    correction = next(row[0] for row in kiosk.log.rows() if row[6] == "void")
    assert "correction" in run("void", correction, "--reason", "x", status=2).stderr


def test_backup_verify_and_restore(kiosk, run, tmp_path):
    ids = [come(kiosk) for _ in range(3)]
    copy = tmp_path / "copy.db"
    run("backup", "--output", str(copy))
    come(kiosk)
    assert "3 entries" in run("verify", str(copy)).stdout
    assert "4 entries" in run("verify").stdout
    assert "already in use" in run("restore", str(copy), status=2).stderr
    kiosk.close()
    assert "replaced-001" in run("restore", str(copy)).stdout
    run("export", "--format", "csv", "--output", str(tmp_path / "log.csv"))
    lines = lines_of(tmp_path / "log.csv")
    assert [line["id"] for line in lines] == ids


def test_backup_does_not_overwrite(run, tmp_path):
    run("backup", "--output", str(tmp_path / "copy.db"))
    assert "exists already" in run("backup", "--output", str(tmp_path / "copy.db"), status=2).stderr


def test_verify_finds_a_changed_copy(kiosk, run, tmp_path):
    come(kiosk, visitor_type="teacher")
    run("backup", "--output", str(tmp_path / "copy.db"))
    content = (tmp_path / "copy.db").read_bytes()
    (tmp_path / "copy.db").write_bytes(content.replace(b'{"teacher":1}', b'{"retired":1}'))
    assert "digest" in run("verify", str(tmp_path / "copy.db"), status=1).stderr


def test_check_pack_names_every_fault_at_once(run, pack_folder):
    text = (pack_folder / "event.toml").read_text()
    (pack_folder / "event.toml").write_text(text.replace("max_party = 200", "max_party = 900\nsurprise = 1"))
    (pack_folder / "scientists" / "li-bo.toml").write_text("names = 3")
    lines = run("check-pack", str(pack_folder), status=2).stderr.splitlines()
    assert "event.toml: check_in.max_party: is out of range" in lines
    assert "event.toml: check_in.surprise: unknown key" in lines
    assert any(line.startswith("scientists/li-bo.toml: names: ") for line in lines)
    assert (
        "event.toml: check_in.surprise: 不认识的键"
        in run("check-pack", str(pack_folder), status=2, LANG="zh_CN").stderr
    )


def test_check_pack_accepts_the_shipped_one(run):
    assert "hohhot-2018" in run("check-pack", str(SHIPPED)).stdout


def test_check_pack_looks_into_a_zip_and_leaves_nothing_of_it(run, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    zipped = tmp_path / "pack.zip"
    zipped.write_bytes(zip_of(top="hohhot/"))
    assert "hohhot-2018" in run("check-pack", str(zipped)).stdout
    zipped.write_bytes(zip_of(**{"../evil": "x", "pictures/x.zip": "x"}))
    lines = run("check-pack", str(zipped), status=2).stderr.splitlines()
    assert lines == [
        "../evil: the name leads out of the pack",
        "pictures/x.zip: is an archive inside the archive",
    ]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_commands_use_the_pack_that_staff_put_on_screen(kiosk, run, tmp_path, pack_folder):
    come(kiosk, 2, visitor_type="teacher")
    other = Path(shutil.copytree(pack_folder, kiosk.data / "fresh"))
    text = (other / "event.toml").read_text(encoding="utf-8")
    (other / "event.toml").write_text(text.replace('"教师"', '"人民教师"'), encoding="utf-8")
    digest = read_pack(other).digest
    keep(kiosk.data, other, digest)
    write_choice(kiosk.data, digest, None)
    run("export", "--format", "csv", "--labels", "--output", str(tmp_path / "log.csv"))
    assert lines_of(tmp_path / "log.csv")[0]["answers.visitor_type.label"] == "人民教师:2"
    assert "人民教师" in run("stats", LANG="zh_CN").stdout
    (kiosk.data / "packs" / digest / "event.toml").write_text("nothing")
    assert "人民教师" not in run("stats", LANG="zh_CN").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "--format", "pdf", "--output", "x"],
        ["export", "--format", "csv"],
        ["dance"],
        ["stats", "--day", "yesterday"],
        ["verify", "/nonexistent.db"],
        ["restore", "/nonexistent.db"],
        ["check-pack", "/nonexistent"],
    ],
)
def test_bad_usage_is_exit_status_2(run, arguments):
    assert run(*arguments, status=2).stderr


@pytest.mark.parametrize("command", [["stats"], ["export", "--format", "csv", "--output", "x"], ["verify"], ["backup"]])
def test_a_folder_without_a_log_is_said(run, command, tmp_path):
    result = run(*command, status=2, KIOSK_DATA=str(tmp_path / "empty"))
    assert result.stderr.count("\n") == 1


def test_a_bad_setting_is_one_line(run):
    assert run("stats", status=2, KIOSK_PORT="abc").stderr.startswith("KIOSK_PORT=abc")


def test_help_lists_every_command(run):
    shown = run("--help").stdout
    assert [name for name in main.commands if name not in shown] == []
