"""`summary`: the document and the package of what staff saved, and what they still lack."""

import hashlib
import io
import subprocess
import zipfile

import pytest
from PIL import Image

from kiosk.actions.summary import write_summary
from kiosk.domain.entry import mint_id
from kiosk.domain.note import Photo
from kiosk.exports import picture
from kiosk.storage.notes import beside, details
from tests.storage.test_notes import note
from tests.web.photographed import photo

PARTS = ["活动总结.docx", "统计表.xlsx", "统计口径.txt", "照片/01.jpg", "SHA256SUMS"]


@pytest.fixture
def kiosk(kiosk, monkeypatch):
    """A kiosk with a morning in its log and a summary saved, for commands beside it."""
    monkeypatch.setenv("KIOSK_DATA", str(kiosk.data))
    for size in (1, 4, 40):
        kiosk.log.append(
            kiosk.draft(mint_id(), "check_in", "touch", party_size=size, answers={"district": {"saihan": 1}})
        )
    large, small = picture.photo(photo("teal", (1200, 900)))
    digest = hashlib.sha256(large).hexdigest()
    said = note(title="走访基层科技工作者", photos=(Photo(digest, "合影", "none"),))
    new = mint_id()
    draft = kiosk.draft(new, "note", "staff", actor="staff", details=details(said, None))
    kiosk.log.append_with(draft, beside(new, said, None, {digest: (large, small)}))
    fields = {"id": mint_id(), "begun_by": "", "text.experience": "做法可复制。", "quantity.panels": "20"}
    write_summary(kiosk, {**fields, f"photo.{digest}": "1"}, source="staff")
    return kiosk


def test_the_document_is_the_same_each_time_and_what_lacks_is_told(kiosk, shell, tmp_path):
    target = tmp_path / "总结.docx"
    said = shell("summary", "--output", target, LC_ALL="zh_CN.UTF-8").stdout
    assert str(target) in said and "还没有填主送单位" in said and "意见建议" in said
    content = target.read_bytes()
    words = zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()
    assert "做法可复制。" in words and "共有45人次参与" in words and "走访基层科技工作者" in words
    shell("summary", "--output", target)
    assert target.read_bytes() == content
    assert sorted(one.name for one in tmp_path.iterdir() if one.suffix == ".docx") == ["总结.docx"]


def test_the_package_holds_figures_words_and_photos_and_its_checksums_are_right(kiosk, shell, tmp_path):
    target = tmp_path / "package.zip"
    shell("summary", "--output", target)
    package = zipfile.ZipFile(target)
    assert package.namelist() == PARTS and package.testzip() is None
    package.extractall(tmp_path / "unpacked")
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path / "unpacked", capture_output=True, text=True
    )
    assert done.returncode == 0 and done.stdout.count(": OK") == len(PARTS) - 1, done
    shell("summary", "--output", tmp_path / "alone.docx")
    assert package.read("活动总结.docx") == (tmp_path / "alone.docx").read_bytes()
    assert Image.open(io.BytesIO(package.read("照片/01.jpg"))).size == (1200, 900)
    rules = package.read("统计口径.txt").decode("utf-8-sig")
    assert rules.startswith("统计口径说明\r\n")


def test_nothing_of_the_raw_log_is_in_the_package(kiosk, shell, tmp_path):
    target = tmp_path / "package.zip"
    shell("summary", "--output", target)
    package = zipfile.ZipFile(target)
    book = zipfile.ZipFile(io.BytesIO(package.read("统计表.xlsx")))
    whole = [package.read(one) for one in package.namelist()]
    whole += [book.read(one) for one in book.namelist()]
    document = zipfile.ZipFile(io.BytesIO(package.read("活动总结.docx")))
    whole += [document.read(one) for one in document.namelist()]
    ids = [row[0] for row in kiosk.database.read().execute("SELECT id FROM entries")]
    assert len(ids) == 5
    for secret in (*ids, kiosk.log.device):
        assert all(secret.encode() not in part for part in whole)


@pytest.mark.parametrize("name", ["总结.pdf", "总结", "总结.doc"])
def test_another_format_is_refused_in_one_line(kiosk, shell, tmp_path, name):
    result = shell("summary", "--output", tmp_path / name, LC_ALL="zh_CN.UTF-8", status=2)
    assert name in result.stderr and ".docx" in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / name).exists()


def test_in_the_background_it_tells_how_far_it_is(kiosk, shell, tmp_path, monkeypatch):
    monkeypatch.setattr("kiosk.cli.telling.give_way", lambda: None)
    result = shell("summary", "--output", tmp_path / "a.docx", "--background", "--begun-by", "")
    assert result.stdout.splitlines()[-1] == "5 5"
    result = shell("summary", "--output", tmp_path / "b.docx", "--begun-by", mint_id(), status=2)
    assert not (tmp_path / "b.docx").exists() and result.stderr.count("\n") == 1
