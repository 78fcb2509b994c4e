"""A file that comes in pieces: whole at the last one, whatever is sent twice, and refused where it makes no sense."""

import shutil
from pathlib import Path

import pytest

from kiosk.domain.entry import mint_id
from kiosk.domain.errors import FileUnusable, InvalidInput, UnknownEntry
from kiosk.storage.pieces import LARGEST_PIECE_BYTES, InPieces


class Letter(InPieces):
    MOST_BYTES = 2 << 20
    TOO_LARGE, NOT_AS_SENT, GONE = "at most %(most)s MB", "not as sent", "gone"


def announced(shelf: Path, total: int = 9, at: int = 0, number: str | None = None) -> Letter:
    return Letter.announced(number or mint_id(), at, total, shelf)


def test_pieces_in_order_make_it_whole_and_a_second_time_change_nothing(tmp_path):
    letter = announced(tmp_path)
    assert not letter.take(0, 9, b"abcd")
    assert not letter.take(0, 9, b"ABCD")
    assert not letter.take(1, 9, b"X")
    assert letter.take(4, 9, b"efghi")
    assert not letter.take(4, 9, b"efghi"), "whole it becomes once"
    assert letter.sent.read_bytes() == b"abcdefghi"
    assert letter.folder.stat().st_mode & 0o777 == 0o700


def test_what_does_not_fit_is_refused_and_changes_nothing(tmp_path):
    letter = announced(tmp_path, 2 * LARGEST_PIECE_BYTES)
    letter.take(0, letter.total, b"abcd")
    for at, total, piece in [
        (5, letter.total, b"f"),
        (3, letter.total, b"de"),
        (-1, letter.total, b"a"),
        (4, letter.total, b""),
        (4, letter.total, bytes(LARGEST_PIECE_BYTES + 1)),
        (4, letter.total + 1, b"e"),
    ]:
        with pytest.raises(InvalidInput, match="not as sent"):
            letter.take(at, total, piece)
    with pytest.raises(InvalidInput, match="not as sent"):
        announced(tmp_path, 3).take(0, 3, b"abcd")
    assert (letter.received, letter.sent.read_bytes()) == (4, b"abcd")


def test_only_a_first_piece_announces_a_file(tmp_path):
    with pytest.raises(UnknownEntry, match="gone"):
        announced(tmp_path, at=4)
    for wrong in ({"total": 0}, {"total": -9}, {"number": "../x"}):
        with pytest.raises(InvalidInput, match="not as sent"):
            announced(tmp_path, **wrong)
    with pytest.raises(InvalidInput, match="at most 2 MB"):
        announced(tmp_path, Letter.MOST_BYTES + 1)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(FileUnusable):
        announced(tmp_path / "file").take(0, 9, b"abcd")
    letter = announced(tmp_path)
    letter.take(0, 9, b"abcd")
    shutil.rmtree(letter.folder)
    with pytest.raises(FileUnusable):
        letter.take(4, 9, b"efghi")
    assert letter.received == 4
