"""`cards`: the file it writes, whole or not at all, what its codes say, and what it says when it cannot."""

from functools import partial

import pytest
import zxingcpp

from kiosk.domain.cards import CardKey, token_in
from kiosk.exports import card_sheet, typeface
from kiosk.storage.event_key import read_key
from tests.printed import pages


@pytest.fixture
def run(shell, tmp_path, monkeypatch):
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("KIOSK_PUBLIC_URL", raising=False)
    return partial(shell, "cards")


def read(path) -> list[str]:
    return [code.text for sheet in pages(path.read_bytes()) for code in zxingcpp.read_barcodes(sheet)]


def litter(folder) -> list:
    return [path for path in folder.rglob("*") if path.is_file() and "data" not in path.parts]


def test_cards_of_the_event_in_use_are_written_and_known_again(run, tmp_path):
    target = tmp_path / "cards.pdf"
    result = run("--count", "9", "--group", "45", "--address", "http://192.168.4.1:8000/", "--output", target)
    assert "9 cards on 2 pages" in result.stdout
    assert result.stderr == ""
    said = read(target)
    assert len(set(said)) == 9
    key = CardKey(read_key(tmp_path / "data"), "hohhot-2018")
    for one in said:
        assert one.startswith("HTTP://192.168.4.1:8000/P/")
        assert key.card(token_in(one)).party_size == 45
    assert litter(tmp_path) == [target]


def test_a_second_batch_has_other_cards_of_the_same_key(run, tmp_path):
    for name in ("a.pdf", "b.pdf"):
        run("--count", "8", "--output", tmp_path / name, "--lang", "en")
    one, other = (set(read(tmp_path / name)) for name in ("a.pdf", "b.pdf"))
    assert not one & other
    key = CardKey(read_key(tmp_path / "data"), "hohhot-2018")
    assert all(key.card(token) for token in one | other)


def test_codes_lead_to_the_public_address_and_without_one_it_is_said(run, tmp_path):
    target = tmp_path / "cards.pdf"
    assert run("--count", "1", "--output", target, KIOSK_PUBLIC_URL="https://kiosk.example.org").stderr == ""
    assert read(target)[0].startswith("HTTPS://KIOSK.EXAMPLE.ORG/P/")
    told = run("--count", "1", "--output", target).stderr
    assert "--address" in told and told.count("\n") == 1
    (token,) = read(target)
    assert token_in(token) == token
    asked = ("--address", "http://here", "--count", "1", "--output", target)
    assert run(*asked, KIOSK_PUBLIC_URL="https://kiosk.example.org").stderr == ""
    assert read(target)[0].startswith("HTTP://HERE/P/")


def test_progress_is_told_to_the_program_that_asked(run, tmp_path):
    said = run("--count", "3", "--output", tmp_path / "cards.pdf", "--background").stdout.splitlines()
    assert said == ["0 3", "1 3", "2 3", "3 3"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--count", "0", "--output", "out.pdf"], "2000"),
        (["--count", "2001", "--output", "out.pdf"], "2000"),
        (["--count", "3", "--group", "1", "--output", "out.pdf"], "200"),
        (["--count", "3", "--group", "201", "--output", "out.pdf"], "200"),
        (["--count", "3", "--lang", "mn", "--output", "out.pdf"], "mn"),
        (["--count", "3", "--address", "ftp://x", "--output", "out.pdf"], "ftp://x"),
        (["--count", "3", "--address", "http://a.example/" + "b" * 1500, "--output", "out.pdf"], "too long"),
        (["--count", "3", "--output", "/proc/nothing/out.pdf"], "/proc/nothing"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    result = run(*arguments, status=2)
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert litter(tmp_path) == []


def test_a_number_that_is_none_is_bad_usage(run, tmp_path):
    assert "many" in run("--count", "many", "--output", tmp_path / "out.pdf", status=2).stderr
    assert litter(tmp_path) == []


def test_without_a_font_nothing_is_written_and_the_package_named(run, tmp_path, monkeypatch):
    monkeypatch.setattr(typeface, "FOLDERS", (tmp_path / "no-fonts",))
    result = run("--count", "3", "--output", tmp_path / "out.pdf", LANG="zh_CN.UTF-8", status=2)
    assert "fonts-noto-cjk" in result.stderr
    assert result.stderr.count("\n") == 1
    assert litter(tmp_path) == []


def test_a_damaged_key_is_told_and_no_card_is_made(run, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "event-key").write_text("not a key")
    result = run("--count", "3", "--output", tmp_path / "out.pdf", status=2)
    assert "event-key" in result.stderr
    assert result.stderr.count("\n") == 1
    assert litter(tmp_path) == []


def test_a_batch_that_fails_half_way_leaves_the_file_before_and_nothing_half(run, tmp_path, monkeypatch):
    target = tmp_path / "cards.pdf"
    run("--count", "1", "--output", target)
    before = target.read_bytes()
    made, real = [], card_sheet.code_picture

    def fails(card, faces):
        made.append(card)
        if len(made) == 10:
            raise typeface.CannotDraw("The fonts of this machine lack: %(characters)s.", characters="ᠮ")
        return real(card, faces)

    monkeypatch.setattr(card_sheet, "code_picture", fails)
    assert "ᠮ" in run("--count", "16", "--output", target, status=2).stderr
    assert target.read_bytes() == before
    assert litter(tmp_path) == [target]
