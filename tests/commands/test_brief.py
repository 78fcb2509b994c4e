"""`brief`: the message of a closed day, its picture, and what it says where no day was closed."""

import io

import pytest
from PIL import Image

from kiosk.actions.close_day import close_day
from kiosk.actions.open_day import choose_stop
from kiosk.domain.entry import mint_id
from kiosk.exports import typeface
from tests.storage.test_notes import note, write


@pytest.fixture
def kiosk(kiosk, monkeypatch):
    """A kiosk whose day was closed with 45 visits, for commands beside it."""
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.data))
    choose_stop(kiosk, "saihan")
    for size in (1, 4, 40):
        kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=size))
    return kiosk


def test_it_prints_the_message_of_the_last_closed_day_in_chinese_in_any_shell(kiosk, shell):
    close_day(kiosk)
    write(kiosk.log, note(title="走访基层科技工作者"), event=kiosk.event.id)
    said = shell("brief").stdout
    assert said == shell("brief", LC_ALL="zh_CN.UTF-8").stdout == shell("brief", "--day", "2027-05-30").stdout
    assert said.startswith(f"5月30日，{kiosk.event.title['zh']}在赛罕区设有现场，当日累计参与45人次（设备记录）。")
    assert said.endswith("当日另有以下工作：走访基层科技工作者。\n")
    assert len(said.strip()) <= 300


def test_an_earlier_day_is_told_by_its_name_also_after_the_next(kiosk, shell, clock):
    close_day(kiosk)
    clock.forward(86_400_000)
    kiosk.log.append(kiosk.draft(mint_id(), "check_in", "touch", party_size=2))
    close_day(kiosk)
    assert "5月31日" in shell("brief").stdout and "参与2人次" in shell("brief").stdout
    assert "参与45人次" in shell("brief", "--day", "2027-05-30").stdout


def test_the_picture_is_whole_or_not_there(kiosk, shell, tmp_path, monkeypatch):
    close_day(kiosk)
    target = tmp_path / "brief.png"
    assert "45人次" in shell("brief", "--picture", target).stdout
    content = target.read_bytes()
    assert Image.open(io.BytesIO(content)).size == (1080, 1920)
    monkeypatch.setattr("kiosk.cli.telling.give_way", lambda: None)
    entry = kiosk.log.last("day_closed", kiosk.event.id)
    assert shell("brief", "--picture", target, "--entry", entry.id, "--background").stdout == "0 1\n1 1\n"
    assert target.read_bytes() == content, "the same each time"
    monkeypatch.setattr(typeface, "FOLDERS", (tmp_path / "no-fonts",))
    result = shell("brief", "--picture", tmp_path / "none.png", LC_ALL="zh_CN.UTF-8", status=2)
    assert "fonts-noto-cjk" in result.stderr and "中文字库" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "none.png").exists()
    assert "45人次" in shell("brief").stdout, "the message needs no font"


@pytest.mark.parametrize(
    ("arguments", "closed", "said"),
    [
        ((), False, "还没有做过“结束今天”"),
        (("--day", "2027-05-29"), True, "2027-05-29 尚未收尾：请先运行 kiosk close-day --day 2027-05-29"),
        (("--day", "yesterday"), True, "yesterday"),
        (("--entry", "00000000-0000-4000-8000-000000000000"), True, "还没有做过“结束今天”"),
        (("--picture", "/proc/nothing/brief.png"), True, "/proc/nothing"),
    ],
)
def test_what_cannot_be_told_is_said_in_one_line(kiosk, shell, arguments, closed, said):
    if closed:
        close_day(kiosk)
    result = shell("brief", *arguments, LC_ALL="zh_CN.UTF-8", status=2)
    assert said in result.stderr
    assert result.stdout == ""
