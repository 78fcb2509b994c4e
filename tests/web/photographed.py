"""Photos as staff may send them, and sending them as the script of the form does."""

import io
import struct
import zlib
from uuid import uuid4

from PIL import Image
from werkzeug.test import TestResponse

from kiosk.storage.pieces import LARGEST_PIECE_BYTES
from tests.waiting import PATIENCE
from tests.web.page import Staff

SECRET = "SECRET-OF-THE-CAMERA"


def saved(image: Image.Image, kind: str, **more) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()


def photo(colour: str = "red", size: tuple[int, int] = (640, 480), kind: str = "JPEG", mode: str = "RGB") -> bytes:
    return saved(Image.new("RGB", size, colour).convert(mode), kind)


def with_place(orientation: int = 6, size: tuple[int, int] = (400, 200)) -> bytes:
    """Return a JPEG that says where and with what it was taken: the left half red, the right half blue."""
    image = Image.new("RGB", size, "red")
    image.paste((0, 0, 255), (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, SECRET
    exif[0x8825] = {1: "N", 2: (40.0, 50.0, 0.0), 3: "E", 4: (111.0, 40.0, 0.0), 29: SECRET}
    return saved(image, "JPEG", exif=exif, comment=SECRET, xmp=SECRET.encode())


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def claims(width: int, height: int, rows: bytes = b"") -> bytes:
    """Return a PNG whose head says that it is that large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def send_piece(staff: Staff, photo_id: str, at: int, total: int, piece: bytes, child: str = "none") -> TestResponse:
    """Send one piece and return the answer as it came."""
    address = f"/staff/notes/coming/{photo_id}?at={at}&of={total}&child={child}"
    return staff.open(address, "POST", data=piece, content_type="application/octet-stream")


def send_photo(staff: Staff, content: bytes, child: str = "none") -> str:
    """Send a whole photo, wait until it was worked on, and return its number."""
    photo_id, at = str(uuid4()), 0
    while at < len(content):
        answer = send_piece(staff, photo_id, at, len(content), content[at : at + LARGEST_PIECE_BYTES], child)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        at = answer.json["received"]
    assert staff.app.extensions["kiosk"].photos.get(photo_id).over.wait(PATIENCE)
    return photo_id
