"""The event's key: made once, nobody else's to read, taken along in writing, and never replaced."""

import pytest

from kiosk.actions import shifts
from kiosk.domain.errors import FileUnusable, NotAllowed
from kiosk.storage.event_key import FILE_NAME, parse_key, read_key, take_key, written


def test_the_key_is_made_once_is_nobody_else_s_and_travels_in_writing(tmp_path):
    key = read_key(tmp_path)
    assert read_key(tmp_path) == key
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o077 == 0
    other = tmp_path / "other"
    other.mkdir()
    assert take_key(other, written(key).upper() + "\n") == read_key(other) == key == parse_key(written(key))


@pytest.mark.parametrize("text", ["", "7", "g" * 32, "00 " * 17])
def test_a_damaged_key_is_never_replaced(tmp_path, open_at, booths_pack, text):
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(FileUnusable):
        read_key(tmp_path)
    assert (tmp_path / FILE_NAME).read_text() == text
    kiosk = open_at(tmp_path, booths_pack)
    assert kiosk.cards is None, "the screens work all the same"
    with pytest.raises(NotAllowed):
        shifts.invite(kiosk, "lecture")
