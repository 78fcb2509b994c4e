"""Event packs that are not in order: every fault is named with file, key and reason, all at once."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.storage.packs import read_pack
from tests.conftest import SHIPPED
from tests.web.spoiled import SPOILED, SURVEY, TU, edit


def check(folder: Path):
    return CliRunner().invoke(main, ["check-pack", str(folder)], env={"LC_ALL": "C", "KIOSK_PORT": ""})


@pytest.mark.parametrize(("spoil", "file", "key", "reason"), SPOILED.values(), ids=SPOILED.keys())
def test_a_fault_is_named_with_file_key_and_reason(pack_folder, spoil, file, key, reason):
    spoil(pack_folder)
    result = check(pack_folder)
    assert result.exit_code == 2
    wanted = rf"^{re.escape(file)}: {re.escape(key) + ': ' if key else ''}.*{re.escape(reason)}"
    lines = result.stderr.splitlines()
    assert any(re.match(wanted, line) for line in lines), lines
    assert "Traceback" not in result.output
    # One fault is told as one, unless it hides what else depended on it.
    assert len(lines) <= 2, lines


def test_all_faults_are_named_at_once(pack_folder):
    for name in ("an unknown key", "a missing translation", "two questions with one id", "a file that does not belong"):
        SPOILED[name][0](pack_folder)
    edit(
        "scientists/li-bo.toml",
        "[quotation]" if "[quotation]" in (pack_folder / "scientists/li-bo.toml").read_text() else "names",
        "[[",
    )(pack_folder)
    lines = check(pack_folder).stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "event.toml",
        SURVEY,
        "scientists/li-bo.toml",
        "scientists/notes.docx",
        TU,
    ]


def test_the_faults_are_told_in_chinese_too(pack_folder):
    for spoil, *_ in (SPOILED["an unknown key"], SPOILED["a dead reference"], SPOILED["a bad date"]):
        spoil(pack_folder)
    result = CliRunner().invoke(main, ["check-pack", str(pack_folder)], env={"LC_ALL": "zh_CN.UTF-8", "KIOSK_PORT": ""})
    for line in result.stderr.splitlines():
        assert re.search(r"[\u4e00-\u9fff]", line), line


def test_the_shipped_pack_is_in_order():
    result = check(SHIPPED)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "hohhot-2018 is in order: 16 activities" in result.stdout


def test_a_pack_that_says_nothing_of_the_summary_is_in_order(pack_folder):
    file = pack_folder / "event.toml"
    text = file.read_text(encoding="utf-8")
    text = re.sub(r"\[\[summary\.units\]\]\n(?:.+\n)+\n", "", text)
    file.write_text(text.replace("summary_due = 2018-06-05\n", ""), encoding="utf-8")
    result = check(pack_folder)
    assert (result.exit_code, result.stderr) == (0, "")
    event = read_pack(pack_folder).event
    assert (event.summary.units, event.dates.summary_due) == ((), None)


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    result = check(tmp_path / "nowhere")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == ["nowhere: there is no such folder"]
