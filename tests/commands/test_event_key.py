"""The key of the cards: printed, taken from another kiosk, and never lost by mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.domain.cards import CardKey
from kiosk.storage.event_key import read_key


def test_a_key_that_was_printed_and_taken_makes_both_kiosks_know_each_other_s_cards(shell: Callable, tmp_path: Path):
    printed = shell("event-key", KIOSK_DATA=str(tmp_path / "one")).output
    (tmp_path / "key").write_text(printed)
    shell("event-key", "--take", str(tmp_path / "key"), KIOSK_DATA=str(tmp_path / "two"))
    one, two = (CardKey(read_key(tmp_path / name), "hohhot-2018") for name in ("one", "two"))
    token = one.new(45)
    assert two.card(token) == one.card(token) is not None


@pytest.mark.parametrize("text", ["", "nonsense", "00 11"])
def test_what_is_no_key_changes_nothing(shell: Callable, tmp_path: Path, text: str):
    before = shell("event-key", KIOSK_DATA=str(tmp_path / "one")).output
    (tmp_path / "key").write_text(text)
    told = shell("event-key", "--take", tmp_path / "key", "--replace", status=2, KIOSK_DATA=str(tmp_path / "one"))
    assert "holds no usable key" in told.stderr
    assert shell("event-key", KIOSK_DATA=str(tmp_path / "one")).output == before


def test_another_key_is_taken_only_on_purpose(shell: Callable, tmp_path: Path):
    data = {"KIOSK_DATA": str(tmp_path / "one")}
    before = shell("event-key", **data).output
    (tmp_path / "key").write_text(shell("event-key", KIOSK_DATA=str(tmp_path / "two")).output)
    assert "another key" in shell("event-key", "--take", tmp_path / "key", status=2, **data).stderr
    assert shell("event-key", **data).output == before
    shell("event-key", "--take", tmp_path / "key", "--replace", **data)
    assert shell("event-key", **data).output == (tmp_path / "key").read_text()
