"""Reading QR codes back, those that the kiosk draws and those in pictures: what a phone would make of them.

The reader (zxing-cpp) is loaded when it is asked for: a start should not wait for it, and where it is not installed the
kiosk serves all the same.
"""

import io

from kiosk.exports import qr

# A phone at arm's length sees a module of a printed code in some four points.
_MODULE = 4


def can_read() -> bool:
    """Return whether there is a reader on this machine."""
    try:
        import zxingcpp  # noqa: F401
    except ImportError:
        return False
    return True


def read_drawn(content: str) -> str | None:
    """Return what the code says that the kiosk draws for `content`, None if it cannot be read."""
    from PIL import Image

    try:
        rows = qr.modules(content)
    except ValueError:
        return None
    size = len(rows)
    picture = Image.new("L", (size, size), 255)
    picture.putdata([0 if dark else 255 for row in rows for dark in row])
    return _read(picture.resize((size * _MODULE, size * _MODULE), Image.Resampling.NEAREST))


def read_picture(picture: bytes) -> str | None:
    """Return what the QR code in a picture says, None if none can be read there."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(picture)) as opened:
            return _read(opened.convert("L"))
    except (OSError, ValueError):
        return None


def _read(picture) -> str | None:
    import zxingcpp

    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else None
