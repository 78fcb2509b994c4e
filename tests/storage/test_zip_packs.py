"""Packs as zips, hostile ones above all: each trick refused by itself and beside others, nothing written elsewhere."""

import io
import random
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.actions.check_pack import check, check_into, read_verdict, unpacked
from kiosk.domain.errors import PackBroken
from kiosk.storage import zip_packs
from kiosk.storage.packs import read_pack
from kiosk.storage.pictures import PictureShelf
from kiosk.storage.zip_packs import unpack
from tests.conftest import SHIPPED
from tests.zipped import zip_of

# Python says so when it writes what a hostile zip holds.
pytestmark = pytest.mark.filterwarnings("ignore:Duplicate name")

Maker = Callable[[zipfile.ZipFile], None]


def shipped_with(*makers: Maker) -> bytes:
    """Return a zip of the shipped pack with something more in it."""
    content = io.BytesIO(zip_of())
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
        for make in makers:
            make(archive)
    return content.getvalue()


def named(name: str, content: bytes = b"x", **changes: int) -> Maker:
    def make(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo("x")
        entry.filename = entry.orig_filename = name
        entry.compress_type = zipfile.ZIP_DEFLATED
        for attribute, value in changes.items():
            setattr(entry, attribute, value)
        archive.writestr(entry, content)

    return make


def of_mode(name: str, mode: int) -> Maker:
    return named(name, b"/etc/passwd", external_attr=mode << 16, create_system=3)


TRICKS: dict[str, tuple[Maker, str, str]] = {
    "a way up": (named("../../evil.toml"), "../../evil.toml", "leads out of the pack"),
    "a way up inside": (named("scientists/../../evil.toml"), "scientists/../../evil.toml", "leads out of the pack"),
    "an absolute name": (named("/etc/cron.d/evil"), "/etc/cron.d/evil", "leads out of the pack"),
    "a drive": (named("C:/evil.toml"), "C:/evil.toml", "leads out of the pack"),
    "a drive without a slash": (named("c:evil.toml"), "c:evil.toml", "leads out of the pack"),
    "an empty step": (named("scientists//evil.toml"), "scientists//evil.toml", "leads out of the pack"),
    "a step to itself": (named("./event.toml"), "./event.toml", "leads out of the pack"),
    "backslashes": (named("..\\..\\evil.toml"), "..\\..\\evil.toml", "a backslash"),
    "a name cut by a zero byte": (named("event.toml\0.png"), "event.toml\\x00.png", "invisible characters"),
    "a line break in a name": (named("scientists/a\nb.toml"), "scientists/a\\x0ab.toml", "invisible characters"),
    "text that runs backwards": (named("scientists/a\u202elmot.b"), "scientists/a\\x202elmot.b", "invisible"),
    "a link": (of_mode("scientists/evil.toml", stat.S_IFLNK | 0o777), "scientists/evil.toml", "a link or another"),
    "a folder that is a link": (of_mode("pictures", stat.S_IFLNK | 0o777), "pictures", "a link or another"),
    "a device": (of_mode("quiz/zero.toml", stat.S_IFCHR | 0o666), "quiz/zero.toml", "a link or another"),
    "a pipe": (of_mode("quiz/pipe.toml", stat.S_IFIFO | 0o666), "quiz/pipe.toml", "a link or another"),
    "another packing": (named("quiz/x.toml", compress_type=zipfile.ZIP_LZMA), "quiz/x.toml", "an ordinary zip"),
    "the same name twice": (named("event.toml"), "event.toml", "is there twice"),
    "the same name in capitals": (named("scientists/Tu-Youyou.toml"), "scientists/Tu-Youyou.toml", "is there twice"),
    "a zip inside": (named("pictures/more.zip"), "pictures/more.zip", "an archive inside"),
    "an office file": (named("quiz/questions.xlsx"), "quiz/questions.xlsx", "an archive inside"),
    "a program": (named("setup.exe"), "setup.exe", "does not belong"),
    "a hidden file": (named("quiz/.hidden.toml"), "quiz/.hidden.toml", "does not belong"),
    "a folder too deep": (named("quiz/deep/x.toml"), "quiz/deep/x.toml", "does not belong"),
    "a text that never ends": (named("quiz/big.toml", random.Random(1).randbytes(600_000)), "quiz/big.toml", "512 kB"),
    "a bomb": (named("quiz/bomb.toml", bytes(400_000)), "quiz/bomb.toml", "far more than it is"),
    "a picture that is too large": (
        named("pictures/big.png", random.Random(1).randbytes(5 << 20), compress_type=zipfile.ZIP_STORED),
        "pictures/big.png",
        "4096 kB",
    ),
}


def faults_of(content: bytes, tmp_path: Path) -> list[tuple[str, str]]:
    """Return (file, reason) of a zip, having made sure that nothing was written beside its folder."""
    place = tmp_path / "a" / "b"
    place.mkdir(parents=True, exist_ok=True)
    packed = place / "pack.zip"
    packed.write_bytes(content)
    found = unpack(packed, place / "out")
    inside = place / "out"
    for path in tmp_path.rglob("*"):
        if path.is_relative_to(inside):
            assert not path.is_symlink()
            assert path.is_file() or path.is_dir()
        else:
            assert path in (place.parent, place, packed), f"{path} was written"
    return [(fault.file, str(fault.reason)) for fault in found]


@pytest.mark.parametrize("trick", TRICKS)
def test_each_trick_is_refused_for_its_own_reason(tmp_path, trick):
    make, name, reason = TRICKS[trick]
    found = faults_of(shipped_with(make), tmp_path)
    assert len(found) == 1, found
    assert found[0][0] == name
    assert reason in found[0][1]


def test_of_many_tricks_every_one_is_told_beside_the_faults_of_the_pack(tmp_path, pack_folder):
    (pack_folder / "quiz" / "survey.toml").write_text("not = [toml", encoding="utf-8")
    content = io.BytesIO(zip_of(pack_folder))
    wanted = ["a way up", "a link", "a zip inside", "a bomb", "backslashes", "the same name twice"]
    with zipfile.ZipFile(content, "a") as archive:
        for trick in wanted:
            TRICKS[trick][0](archive)
    (tmp_path / "x.zip").write_bytes(content.getvalue())
    with pytest.raises(PackBroken) as broken:
        check(tmp_path / "x.zip")
    told = {(fault.file, str(fault.reason)) for fault in broken.value.faults}
    for trick in wanted:
        assert any(file == TRICKS[trick][1] and TRICKS[trick][2] in reason for file, reason in told), trick
    assert any(file == "quiz/survey.toml" and "not valid TOML" in reason for file, reason in told)


def test_what_was_kept_out_is_not_also_called_missing(tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        of_mode("event.toml", stat.S_IFLNK | 0o777)(archive)
        named("scientists/none.toml", b"")(archive)
    (tmp_path / "x.zip").write_bytes(content.getvalue())
    with pytest.raises(PackBroken) as broken:
        check(tmp_path / "x.zip")
    assert [str(fault.reason) for fault in broken.value.faults if fault.file == "event.toml"] == [
        "is a link or another special file"
    ]


@pytest.mark.parametrize(
    ("top", "more"),
    [
        ("", {}),
        ("hohhot-2018/", {}),
        ("活动包/", {}),
        ("pack/", {"__MACOSX/pack/._event.toml": "x", "pack/.DS_Store": "x", "pack/quiz/Thumbs.db": "x"}),
        ("", {"__MACOSX/._event.toml": "x", "desktop.ini": "x", "scientists/._a.toml": "x"}),
        ("pack/", {"pack/": "", "pack/pictures/": "", "pack/LICENSE": "hello"}),
    ],
)
def test_what_file_managers_add_is_let_pass(tmp_path, top, more):
    (tmp_path / "x.zip").write_bytes(zip_of(SHIPPED, top, **more))
    assert check(tmp_path / "x.zip").digest == read_pack(SHIPPED).digest


def test_an_encrypted_file_is_refused(tmp_path):
    content = bytearray(shipped_with(named("quiz/secret.toml")))
    # Python writes none, so the flag is set in both places where it stands.
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.rfind(mark)
        content[at + flags] |= 1
    assert faults_of(bytes(content), tmp_path) == [("quiz/secret.toml", "is encrypted")]


def test_sizes_that_lie_are_not_believed(tmp_path):
    """A header that says ten bytes for a file of many; what comes out is counted and does not fit its checksum."""
    content = bytearray(shipped_with(named("quiz/lie.toml", b"a = 1\n" * 50)))
    for mark, size in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = content.rfind(mark)
        content[at + size : at + size + 4] = struct.pack("<L", 10)
    ((file, reason),) = faults_of(bytes(content), tmp_path)
    assert (file, reason.partition(":")[0]) == ("quiz/lie.toml", "is damaged")


def test_a_damaged_file_is_told_and_the_rest_is_looked_at(tmp_path):
    content = bytearray(shipped_with(named("quiz/x.toml", b"abc" * 1_000, compress_type=zipfile.ZIP_STORED)))
    at = content.rfind(b"abcabcabc")
    content[at] ^= 0xFF
    ((file, reason),) = faults_of(bytes(content), tmp_path)
    assert (file, reason.partition(":")[0]) == ("quiz/x.toml", "is damaged")


def test_in_total_no_more_comes_out_than_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr(zip_packs, "LARGEST_UNPACKED_BYTES", 50_000)
    assert faults_of(zip_of(), tmp_path) == [("", "unpacked, it holds more than 0 MB")]
    assert not (tmp_path / "a" / "b" / "out").exists()


def test_bombs_whose_entries_share_their_bytes_are_refused(tmp_path):
    """Many entries in the list, all over the same packed bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("event.toml", zip_of()[:1_000] * 100)
        for number in range(300):
            entry = zipfile.ZipInfo(f"quiz/a{number}.toml")
            one = archive.infolist()[0]
            for name in ("compress_type", "CRC", "compress_size", "file_size", "header_offset", "flag_bits"):
                setattr(entry, name, getattr(one, name))
            archive.filelist.append(entry)
        archive._didModify = True
    found = faults_of(content.getvalue(), tmp_path)
    assert len(found) >= 300
    assert {reason.partition(":")[0] for _, reason in found} == {"is damaged"}


@pytest.mark.parametrize("count", [501, 3_000])
def test_too_many_files_are_one_reason(tmp_path, count):
    def many(archive: zipfile.ZipFile) -> None:
        for number in range(count):
            archive.writestr(f"quiz/a{number}.toml", "")

    assert faults_of(shipped_with(many), tmp_path) == [("", "more than 500 files")]


def test_a_list_of_contents_without_end_is_never_read(tmp_path, monkeypatch):
    content = bytearray(zip_of())
    at = content.rfind(b"PK\5\6")
    content[at + 12 : at + 16] = struct.pack("<L", 2 << 20)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("it was opened"))
    assert faults_of(bytes(content), tmp_path) == [("", "more than 500 files")]


@pytest.mark.parametrize("comment", [b"", b"x" * 65_535])
def test_a_second_longer_list_is_not_read_either(tmp_path, comment):
    content = bytearray(zip_of())
    at = content.rfind(b"PK\5\6")
    content[-2:] = struct.pack("<H", len(comment))
    content += comment
    content[at:at] = b"PK\6\7" + bytes(16)
    assert faults_of(bytes(content), tmp_path) == [("", "more than 500 files")]


@pytest.mark.parametrize("content", [b"", b"PK", b"hello" * 5_000, b"PK\5\6", b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_is_said_to_be_none(tmp_path, content):
    ((file, reason),) = faults_of(content, tmp_path)
    assert file == ""
    assert reason in ("is not a zip", "more than 500 files")


def test_an_empty_zip_lacks_its_event(tmp_path):
    content = io.BytesIO()
    zipfile.ZipFile(content, "w").close()
    (tmp_path / "x.zip").write_bytes(content.getvalue())
    with pytest.raises(PackBroken) as broken:
        check(tmp_path / "x.zip")
    assert [(fault.file, str(fault.reason)) for fault in broken.value.faults] == [("event.toml", "the file is missing")]


def test_a_zip_that_is_too_large_is_not_opened(tmp_path):
    packed = tmp_path / "x.zip"
    with packed.open("wb") as file:
        file.truncate(zip_packs.LARGEST_ZIP_BYTES + 1)
    ((fault),) = unpack(packed, tmp_path / "out")
    assert str(fault.reason) == "is larger than 32768 kB"


def test_names_are_shown_so_that_they_fit_a_page(tmp_path):
    ((file, _),) = faults_of(shipped_with(named("a" * 60_000 + "\x1b[2J")), tmp_path)
    assert len(file) == 200
    assert file.isprintable()


@pytest.mark.parametrize("seed", range(60))
def test_whatever_is_flipped_in_a_zip_it_is_refused_or_the_same(tmp_path, seed):
    """Noise in a sound zip never leads out of the folder and never ends in another error."""
    noise = random.Random(seed)
    content = bytearray(zip_of())
    ends = content.rfind(b"PK\5\6")
    lists = content.find(b"PK\1\2")
    for _ in range(noise.choice([1, 3, 20])):
        begin = noise.choice([0, lists, ends])
        content[noise.randrange(begin, len(content))] = noise.randrange(256)
    faults_of(bytes(content), tmp_path)


def test_a_verdict_is_left_for_who_asked(tmp_path):
    (tmp_path / "x.zip").write_bytes(shipped_with(*(TRICKS[one][0] for one in ("a way up", "a link"))))
    assert read_verdict(tmp_path) is None
    with pytest.raises(PackBroken) as broken:
        check_into(tmp_path / "x.zip", tmp_path, PictureShelf(tmp_path / "shelf"), lambda done, total: None)
    assert read_verdict(tmp_path) == broken.value.faults
    assert [str(one) for one in read_verdict(tmp_path)] == [str(one) for one in broken.value.faults]
    (tmp_path / "verdict.json").write_text("{")
    assert read_verdict(tmp_path) is None


def test_a_sound_zip_is_unpacked_with_an_empty_verdict_and_progress(tmp_path):
    (tmp_path / "x.zip").write_bytes(zip_of())
    told = []
    pack = check_into(
        tmp_path / "x.zip", tmp_path, PictureShelf(tmp_path / "shelf"), lambda done, total: told.append((done, total))
    )
    assert read_verdict(tmp_path) == []
    assert read_pack(unpacked(tmp_path)).digest == pack.digest == read_pack(SHIPPED).digest
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1] > 20
