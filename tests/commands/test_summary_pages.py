"""The official summary on paper, as LibreOffice prints it: photos of every kind, and tables whose heads are dates."""

import hashlib
import io
import zipfile
from datetime import date

import pdfplumber
import pytest
from PIL import Image, ImageDraw

from kiosk.actions.summary import summary_now, write_summary
from kiosk.actions.summary_file import on_paper, write_summary_document
from kiosk.domain.document import Document, Table
from kiosk.domain.entry import mint_id
from kiosk.domain.note import Photo
from kiosk.domain.tables import Speech
from kiosk.exports import picture
from kiosk.exports.official_docx import docx_of
from kiosk.web.locale import translations
from tests.commands.test_official_pages import HIGH, LEFT, MM, STAND_INS, TOP, WIDE, pages_of
from tests.office import convert
from tests.storage.test_notes import note, write

SPEECH = Speech("zh", translations("zh").gettext)
GREEN = (0, 120, 0)


def photo(size: tuple[int, int], orientation: int = 1, mode: str = "RGB") -> bytes:
    """Return a photo that is so large when it is upright, green in its upper third; `orientation` is that of EXIF."""
    image = Image.new(mode, size, "#c8dcf0" if mode == "RGB" else (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, size[0], size[1] // 3), fill=GREEN)
    turned = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    content, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    if turned[orientation] is not None:
        image = image.transpose(turned[orientation])
    image.save(content, "PNG" if mode == "RGBA" else "JPEG", exif=exif)
    return content.getvalue()


# (caption, photo, how wide and high it is on paper, in mm)
PHOTOS = (
    ("横幅照片", photo((1600, 1200)), (120, 90)),
    ("竖幅照片", photo((1200, 1600)), (75, 100)),
    ("很高的照片", photo((200, 3000)), (6.7, 100)),
    ("很宽的照片", photo((4000, 150)), (120, 4.5)),
    ("透明的照片", photo((900, 700), mode="RGBA"), (120, 93.3)),
    ("向右转的照片", photo((800, 1200), 6), (66.7, 100)),
    ("倒过来的照片", photo((1200, 800), 3), (120, 80)),
    ("向左转的照片", photo((800, 1200), 8), (66.7, 100)),
    ("很小的照片", photo((40, 30)), (10.6, 7.9)),
)


@pytest.fixture
def with_photos(kiosk, tmp_path):
    """The document of a summary for which every one of these photos was chosen."""
    chosen = {}
    for at, (caption, content, _) in enumerate(PHOTOS):
        large, small = picture.photo(content)
        digest = hashlib.sha256(large).hexdigest()
        chosen[f"photo.{digest}"] = "1"
        said = note(title=f"第{at}次走访", photos=(Photo(digest, caption, "none"),), day=date(2027, 5, 30))
        write(kiosk.log, said, content={digest: (large, small)}, event=kiosk.event.id)
    write_summary(kiosk, {"id": mint_id(), **chosen}, source="staff")
    target = tmp_path / "photos.docx"
    write_summary_document(summary_now(kiosk.log, kiosk.pack, kiosk.tally, SPEECH), kiosk.log, SPEECH, target)
    return target


def test_photos_of_every_kind_stand_upright_in_the_type_area_over_their_captions(with_photos, tmp_path):
    [made] = convert(tmp_path, "pdf", with_photos, fonts=STAND_INS)
    found = []
    for page in pages_of(made):
        for image in sorted(page.images, key=lambda one: one["top"]):
            left, right, top, bottom = (image[one] * MM for one in ("x0", "x1", "top", "bottom"))
            assert left > LEFT - 0.1 and right < LEFT + WIDE + 0.1
            assert top > TOP - 0.1 and bottom < TOP + HIGH + 0.1
            assert (left + right) / 2 == pytest.approx(LEFT + WIDE / 2, abs=0.5)
            below = min((line for line in page.lines if line.base > bottom), key=lambda line: line.base)
            assert below.base - bottom < 10
            found.append((below.text, (right - left, bottom - top)))
    assert [text for text, _ in found] == [f"图{at}{caption}" for at, (caption, _, _) in enumerate(PHOTOS, 1)]
    for (_, size), (_, _, wanted) in zip(found, PHOTOS, strict=True):
        assert size == pytest.approx(wanted, abs=0.5)


def test_photos_are_upright_in_the_file_whatever_the_camera_said(with_photos):
    archive = zipfile.ZipFile(with_photos)
    images = [Image.open(io.BytesIO(archive.read(one))) for one in archive.namelist() if "/media/" in one]
    assert len(images) == len(PHOTOS)
    for image in images:
        assert not image.getexif()
        wide, high = image.size
        above, below = (image.convert("RGB").getpixel((wide // 2, int(high * at))) for at in (0.15, 0.7))
        assert above == pytest.approx(GREEN, abs=12)
        assert min(below) > 180, "what was transparent is white"


def test_dates_over_columns_stay_on_one_line(kiosk, tmp_path):
    head = ("地区", "5月28日", "5月29日", "5月30日", "5月31日", "6月1日", "合计")
    rows = tuple((words, 139198, 70, 6, 45, 9, 559941) for words in ("新城区", "呼和浩特市以外"))
    document = Document("题", "", (Table("各日各地区参与人次", head, rows),))
    file = tmp_path / "table.docx"
    file.write_bytes(docx_of(on_paper(document, kiosk.log, SPEECH)))
    [made] = convert(tmp_path, "pdf", file, fonts=STAND_INS)
    with pdfplumber.open(made) as pdf:
        [table] = pdf.pages[0].extract_tables()
    assert [cell.replace(" ", "") for cell in table[0]] == list(head)
    assert table[1] == ["新城区", "139198", "70", "6", "45", "9", "559941"]
