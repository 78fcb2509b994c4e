"""A PDF of pages that are pictures: written piece by piece, so that a page is forgotten once it is out. No fonts.

Pillow's own writer keeps every page in memory to the end and packs what is not black and white as JPEG, which blurs
the edges of a code. Here nothing is lost, and what several pages show is in the file once.
"""

import zlib
from collections.abc import Mapping
from typing import BinaryIO

POINTS_PER_INCH = 72
_CATALOGUE, _PAGES, _FIRST_FREE = 1, 2, 3


class Pdf:
    """Writes a PDF into `file`, from its beginning; it is one after `close`. Raises what the file raises."""

    def __init__(self, file: BinaryIO):
        self._file = file
        self._at = 0
        self._begins: dict[int, int] = {}  # where each object begins, by its number
        self._pages: list[int] = []
        # The bytes after the sign for a comment tell programs that this is no text.
        self._write(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")

    def picture(self, image) -> int:
        """Write an RGB image and return its number."""
        return self._image(image, b"/ColorSpace /DeviceRGB /BitsPerComponent 8")

    def stencil(self, image) -> int:
        """Write an image of black and white (`1`) and return its number: black is painted, white lets through."""
        return self._image(image, b"/ImageMask true /BitsPerComponent 1")

    def page(self, size: tuple[float, float], operators: str, images: Mapping[str, int]) -> None:
        """Write a page of that width and height in points; the operators draw it and know the images by their names."""
        drawing = self._stream(b"", operators.encode("ascii"))
        shown = " ".join(f"/{name} {number} 0 R" for name, number in images.items())
        page = (
            f"<< /Type /Page /Parent {_PAGES} 0 R /MediaBox [0 0 {size[0]:g} {size[1]:g}] /Contents {drawing} 0 R"
            f" /Resources << /XObject << {shown} >> >> >>"
        )
        self._pages.append(self._object(page.encode("ascii")))

    def close(self) -> None:
        """Write what makes the file one; the file itself stays open."""
        kids = " ".join(f"{number} 0 R" for number in self._pages)
        pages = f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>"
        self._object(pages.encode("ascii"), _PAGES)
        # Printed as large as it is drawn: a page that is made to fit makes the codes smaller.
        catalogue = f"<< /Type /Catalog /Pages {_PAGES} 0 R /ViewerPreferences << /PrintScaling /None >> >>"
        self._object(catalogue.encode("ascii"), _CATALOGUE)
        table_at, count = self._at, len(self._begins) + 1
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n".encode("ascii"))
        for number in range(1, count):
            self._write(f"{self._begins[number]:010d} 00000 n \n".encode("ascii"))
        trailer = f"trailer\n<< /Size {count} /Root {_CATALOGUE} 0 R >>\nstartxref\n{table_at}\n%%EOF\n"
        self._write(trailer.encode("ascii"))

    def _image(self, image, kind: bytes) -> int:
        size = f"/Width {image.width} /Height {image.height} ".encode("ascii")
        return self._stream(b"/Type /XObject /Subtype /Image " + size + kind, image.tobytes())

    def _stream(self, said: bytes, content: bytes) -> int:
        packed = zlib.compress(content, 9)
        head = said + f" /Filter /FlateDecode /Length {len(packed)}".encode("ascii")
        return self._object(b"<< " + head.strip() + b" >>\nstream\n" + packed + b"\nendstream")

    def _object(self, content: bytes, number: int | None = None) -> int:
        if number is None:
            # The two that are written last have their numbers from the beginning.
            number = _FIRST_FREE + len(self._begins)
        self._begins[number] = self._at
        self._write(f"{number} 0 obj\n".encode("ascii") + content + b"\nendobj\n")
        return number

    def _write(self, content: bytes) -> None:
        self._file.write(content)
        self._at += len(content)
