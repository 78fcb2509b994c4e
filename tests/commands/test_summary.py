"""`summary`: the document and the package of what staff saved, and what they still lack."""

import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator

import docx
import openpyxl
import pytest
from PIL import Image

from kiosk.actions import summary_file
from kiosk.actions.summary import write_summary
from kiosk.domain.clock import local
from kiosk.domain.document import Chart, Document, Paragraph, Picture
from kiosk.domain.entry import mint_id
from kiosk.domain.errors import CannotDraw
from kiosk.domain.note import Photo
from kiosk.domain.tables import Speech
from kiosk.exports import official, picture
from kiosk.storage.notes import beside, details
from kiosk.web.locale import show_date, translations
from tests.storage.evening import close_without_copy
from tests.storage.test_notes import note
from tests.storage.test_tally import come
from tests.web.photographed import photo

PARTS = ["活动总结.docx", "统计表.xlsx", "统计口径.txt", "照片/01.jpg", "SHA256SUMS"]


def keep_note(kiosk, said, content) -> None:
    new = mint_id()
    draft = kiosk.draft(new, "note", "staff", actor="staff", details=details(said, None))
    kiosk.log.append_with(draft, beside(new, said, None, content))


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
    keep_note(kiosk, said, {digest: (large, small)})
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


def texts(workbook: bytes) -> list[str]:
    """Return every text of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    return [cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, str)]


def each_part(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of each member, of documents and workbooks their parts too."""
    for name in package.namelist():
        content = package.read(name)
        yield name, content
        if name.endswith((".docx", ".xlsx")):
            inside = zipfile.ZipFile(io.BytesIO(content))
            yield from ((f"{name}/{one}", inside.read(one)) for one in inside.namelist())


def test_nothing_of_the_raw_log_is_in_the_package(kiosk, shell, tmp_path):
    target = tmp_path / "package.zip"
    shell("summary", "--output", target)
    package = zipfile.ZipFile(target)
    ids = [row[0] for row in kiosk.database.read().execute("SELECT id FROM entries")]
    assert len(ids) == 5
    for name, content in each_part(package):
        for secret in (*ids, *(one.replace("-", "") for one in ids), kiosk.log.device):
            assert secret.encode() not in content, name
    # Nor is it spoken of as if it were there.
    said = texts(package.read("统计表.xlsx"))
    assert "作废记录" in said and not [one for one in said if "原始记录" in one]


def test_photos_that_were_not_chosen_are_not_in_the_package(kiosk, shell, tmp_path):
    target = tmp_path / "package.zip"
    other, small = picture.photo(photo("maroon", (1000, 700)))
    digest = hashlib.sha256(other).hexdigest()
    keep_note(kiosk, note(title="座谈会", photos=(Photo(digest, "会场", "none"),)), {digest: (other, small)})
    shell("summary", "--output", target)
    package = zipfile.ZipFile(target)
    assert package.namelist() == PARTS
    assert kiosk.log.notes.photo(digest) == other
    media = [content for name, content in each_part(package) if name.endswith(".jpg")]
    assert len(media) == 2 and len(set(media)) == 1, "the one that was chosen, in the document and beside it"
    for name, content in each_part(package):
        assert content not in (other, small) and digest.encode() not in content, name


def test_the_package_of_the_same_summary_differs_in_nothing_but_when_it_was_made(kiosk, shell, tmp_path):
    made = []
    for name in ("a.zip", "b.zip"):
        shell("summary", "--output", tmp_path / name)
        made.append(zipfile.ZipFile(tmp_path / name))
    one, other = ({name: package.read(name) for name in package.namelist()} for package in made)
    assert {name for name in one if one[name] != other[name]} <= {"统计表.xlsx", "SHA256SUMS"}
    times = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}")
    assert [times.sub("", cell) for cell in texts(one["统计表.xlsx"])] == [
        times.sub("", cell) for cell in texts(other["统计表.xlsx"])
    ]
    assert {part.date_time for package in made for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def no_type(*_) -> None:
    raise CannotDraw("no Chinese font")


CHARTS = Document(
    "题",
    "",
    (
        Chart("图1 各日参与人次", "columns", "人次", (("5月30日", 3), ("5月31日", 4))),
        Picture("photo", "图2 合影"),
        Chart("图3 观众满意度", "bars", "份", (("很满意", 3), ("满意", 4))),
        Picture("gone", "图4 不在了"),
        Paragraph("图5 说的不是图"),
        Picture("photo", "图5 会场"),
    ),
)


@pytest.mark.parametrize(
    ("lacks", "captions"),
    [
        (None, ["表1 各日参与人次", "图1 合影", "表2 观众满意度", "图5 说的不是图", "图2 会场"]),
        (["5月30日"], ["表1 各日参与人次", "图1 合影", "图2 观众满意度", "图5 说的不是图", "图3 会场"]),
        ([], ["图1 各日参与人次", "图2 合影", "图3 观众满意度", "图5 说的不是图", "图4 会场"]),
    ],
)
def test_a_chart_that_cannot_be_drawn_is_a_table_and_called_one(kiosk, monkeypatch, lacks, captions):
    """… and no number is left out, nor where a photo is not there."""
    jpeg, _ = picture.photo(photo("teal", (300, 200)))
    monkeypatch.setattr(summary_file, "find_faces", no_type if lacks is None else object)
    monkeypatch.setattr(
        summary_file, "chart_picture", lambda chart, _: no_type() if chart.rows[0][0] in lacks else jpeg
    )
    monkeypatch.setattr(kiosk.log.notes, "photo", {"photo": jpeg}.get)
    found = summary_file.on_paper(CHARTS, kiosk.log, Speech("zh", translations("zh").gettext)).blocks
    said = [getattr(one, "caption", None) or getattr(one, "title", None) or one.text for one in found]
    assert said == captions
    for one in found:
        if isinstance(one, official.Picture):
            assert one.caption in one.alternative
        elif isinstance(one, official.Table):
            assert len(one.rows) == 2


@pytest.mark.parametrize(
    ("unit", "about", "kept"),
    [
        ("玉泉区科学技术协会", "开展迎接和庆祝党的十九大胜利召开后首个节日活动总结", "党的十九大"),
        ("赛罕区科学技术协会", "习近平新时代中国特色社会主义思想主题活动总结", "社会主义思想"),
    ],
)
def test_no_line_of_the_title_cuts_what_the_theme_keeps_whole(kiosk, shell, tmp_path, unit, about, kept):
    text = f"{unit}{about}"
    saved = kiosk.log.summaries.newest(kiosk.event.id, ("",)).id
    write_summary(kiosk, {"id": mint_id(), "title": text, "replaces": saved}, source="staff")
    shell("summary", "--output", tmp_path / "a.docx")
    title = next(one for one in docx.Document(tmp_path / "a.docx").paragraphs if one.style.name == "Title")
    assert title.text.replace("\n", "") == text and "\n" in title.text
    assert kept in title.text


def test_it_says_of_which_event_and_days_it_is(kiosk, clock, shell, tmp_path):
    zh = {"LC_ALL": "zh_CN.UTF-8"}
    title = kiosk.event.title["zh"]
    first = clock.now().wall_ms
    said = shell("summary", "--output", tmp_path / "a.docx", **zh).stdout
    day = show_date(local(first, kiosk.event.zone).date(), "zh")
    assert f"写的是：{title}，{day}（正在进行的一次）。" in said and "--begun-by" not in said
    clock.forward(26 * 3_600_000)
    come(kiosk, 2)
    last = show_date(local(clock.now().wall_ms, kiosk.event.zone).date(), "zh")
    said = shell("summary", "--output", tmp_path / "a.docx", **zh).stdout
    assert f"{day}至{last}（正在进行的一次）" in said
    said = shell("summary", "--output", tmp_path / "a.docx", LC_ALL="C.UTF-8").stdout
    kiosk.log.append(kiosk.draft(mint_id(), "tally", "staff", actor="staff", party_size=3))
    clock.forward(26 * 3_600_000)
    taken_off = {"reason": "多记了", "actor": "staff", "party_size": 2}
    kiosk.log.append(kiosk.draft(mint_id(), "tally_less", "staff", **taken_off))
    assert f"{day}至{last}（" in shell("summary", "--output", tmp_path / "a.docx", **zh).stdout, "no day of the event"
    assert f"It tells of: {kiosk.event.title['en']}, " in said and "(The event that is running)" in said


def figures_of(package) -> str:
    """Return every text of the workbook in a package."""
    book = openpyxl.load_workbook(io.BytesIO(zipfile.ZipFile(package).read("统计表.xlsx")))
    return "\n".join(str(cell) for sheet in book for row in sheet.values for cell in row if cell is not None)


def test_of_an_event_that_was_closed_any_period_can_be_asked_for(kiosk, shell, tmp_path):
    assert "--begun-by ID" in shell("summary", "--help").stdout
    closed = close_without_copy(kiosk)
    come(kiosk, 7)
    write_summary(kiosk, {"id": mint_id(), "begun_by": closed, "text.experience": "另一次。"}, source="staff")

    def made(*options: str) -> tuple[str, str]:
        said = shell("summary", "--output", tmp_path / "a.docx", *options, LC_ALL="zh_CN.UTF-8").stdout
        document = zipfile.ZipFile(tmp_path / "a.docx").read("word/document.xml").decode()
        return said, document

    said, document = made()
    assert "（正在进行的一次）" in said and "活动共有7人次参与" in document
    shell("summary", "--output", tmp_path / "a.zip", "--begun-by", "")
    assert "活动结束后作废的仍计入" in figures_of(tmp_path / "a.zip")
    shell("summary", "--output", tmp_path / "a.zip")
    assert "活动结束后作废的仍计入" not in figures_of(tmp_path / "a.zip")
    [line] = [one for one in said.splitlines() if "--begun-by" in one]
    assert line.startswith("  --begun-by ''  ") and line.endswith("结束的一次")
    said, document = made("--begun-by", "")
    assert "结束的一次）" in said and "活动共有45人次参与" in document and "做法可复制。" in document
    [line] = [one for one in said.splitlines() if "--begun-by" in one]
    assert line == f"  --begun-by {closed}  正在进行的一次"
    assert "活动共有7人次参与" in made("--begun-by", closed)[1]


@pytest.mark.parametrize("name", ["总结.pdf", "总结", "总结.doc"])
def test_another_format_is_refused_in_one_line(kiosk, shell, tmp_path, name):
    result = shell("summary", "--output", tmp_path / name, LC_ALL="zh_CN.UTF-8", status=2)
    assert name in result.stderr and ".docx" in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / name).exists()


def test_in_the_background_it_tells_how_far_it_is(kiosk, shell, tmp_path, monkeypatch):
    monkeypatch.setattr("kiosk.cli.telling.give_way", lambda: None)
    result = shell("summary", "--output", tmp_path / "a.docx", "--background", "--begun-by", "")
    assert result.stdout.splitlines()[-1] == "5 5"
    monkeypatch.setattr("kiosk.actions.tally._AT_ONCE", 2)
    result = shell("summary", "--output", tmp_path / "a.docx", "--background", "--begun-by", "")
    assert result.stdout.splitlines()[:3] == ["2 5", "4 5", "5 5"], "counting is what takes long"
    result = shell("summary", "--output", tmp_path / "b.docx", "--begun-by", mint_id(), status=2)
    assert not (tmp_path / "b.docx").exists() and result.stderr.count("\n") == 1
