"""Pictures as they leave the kiosk: as large as they are shown, upright, in sRGB, with nothing in them but the picture.

Bytes in, bytes out. What may be in a pack at all is decided where packs are read; nothing here may be shown unasked.
"""

import io
import warnings

RECIPE = 2  # to be counted up when the same picture would come out differently
FORMATS = ("PNG", "JPEG", "WEBP")

# Within so many pixels: about twice what the screens show, for those with finer ones.
PORTRAIT_SIZES = {"small": (420, 560), "large": (900, 1200)}
JPEG_QUALITY = 82

# Codes keep their pixels. Small ones get larger ones of the same kind, so that no browser has to guess between them.
SMALLEST_CODE, LARGEST_CODE = 600, 2000

# Photos of notes. The size in which one is sent by mail; then as good as its bytes allow, and smaller only after that.
PHOTO_SIDES, PHOTO_QUALITIES = (2000, 1600, 1200, 800), (85, 76, 66, 55)
PHOTO_BYTES = 1_000_000
SMALL_PHOTO, SMALL_PHOTO_QUALITY = (480, 480), 72
# A JPEG is unpacked at a part of its size; the others are in memory whole, some of them twice.
MOST_PIXELS = {"JPEG": 50_000_000, "MPO": 50_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}


class TooManyPixels(ValueError):
    """The picture would need too much memory; it was not unpacked."""


def photo(content: bytes) -> tuple[bytes, bytes]:
    """Return a photo as JPEG of at most `PHOTO_BYTES`, and a small one of it to look through many.

    Raises `TooManyPixels`, and what Pillow raises for a file that is no picture or not a whole one.
    """
    from PIL import Image

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS[image.format]:
                raise TooManyPixels(f"{image.width} × {image.height}")
    image = _opened(content, (PHOTO_SIDES[0], PHOTO_SIDES[0]))
    large = next(one for one in _ever_smaller(image) if len(one) <= PHOTO_BYTES)
    image.thumbnail(SMALL_PHOTO)
    return large, _jpeg(image, SMALL_PHOTO_QUALITY)


def _ever_smaller(image):
    """Yield the picture as JPEG, each time in fewer bytes than before."""
    for side in PHOTO_SIDES:
        shown = image.copy()
        shown.thumbnail((side, side))
        for quality in PHOTO_QUALITIES:
            yield _jpeg(shown, quality)


def _jpeg(image, quality: int) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, optimize=True, progressive=True)
    return file.getvalue()


def portraits(content: bytes) -> dict[str, bytes]:
    """Return a portrait as JPEG by the names of `PORTRAIT_SIZES`; never larger than it was.

    Raises what Pillow raises for a file that is no picture (`OSError`, `ValueError`, `DecompressionBombError`).
    """
    finished = {}
    image = _opened(content, PORTRAIT_SIZES["large"])
    for name, box in sorted(PORTRAIT_SIZES.items(), key=lambda size: size[1], reverse=True):
        image.thumbnail(box)
        file = io.BytesIO()
        image.save(file, "JPEG", quality=JPEG_QUALITY, optimize=True, progressive=True)
        finished[name] = file.getvalue()
    return finished


def code(content: bytes) -> bytes:
    """Return a ready-made code as PNG: scaled by whole numbers if at all, so that its edges stay sharp.

    Raises as `portraits` does.
    """
    image = _opened(content, None)
    side = max(image.size)
    if side < SMALLEST_CODE:
        factor = -(-SMALLEST_CODE // side)
        image = image.resize((image.width * factor, image.height * factor), 0)  # nearest: every pixel a square
    if image.mode == "RGB" and len({channel.tobytes() for channel in image.split()}) == 1:
        image = image.getchannel(0)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def _opened(content: bytes, box: tuple[int, int] | None):
    """Return the picture, grey or RGB, upright, in sRGB, without any of its notes; shrunk to `box` on the way."""
    from PIL import Image, ImageOps  # here, because most packs have no picture and a start should not wait for it

    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            orientation, profile = image.getexif().get(0x0112, 1), image.info.get("icc_profile")
            if box:
                # Whichever way it lies. A JPEG is then unpacked at an eighth, a quarter or half of its size.
                square = (max(box), max(box))
                image.draft(None, square)
                image = _even(image)
                image.thumbnail(square)
            else:
                # At once, or a large transparent one would be in memory seven times over.
                image = _opaque(_even(image))
                image = image.reduce(max(1, -(-max(image.size) // LARGEST_CODE)))
    # Among the notes may be where it was taken; a fresh picture has none.
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    bare.getexif()[0x0112] = orientation
    bare = _in_srgb(_opaque(ImageOps.exif_transpose(bare)), profile)
    bare.info.clear()
    return bare


def _even(image):
    """Return the picture with eight bits a channel and no palette: L, LA, RGB, RGBA or CMYK."""
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK"):
        image.load()
        transparent = "transparency" in image.info and image.mode in ("L", "RGB")
        return image.convert("RGBA") if transparent else image
    if image.mode.startswith("I"):
        # 16 bits a pixel; a plain conversion would cut off at 255 instead of dividing.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _opaque(image):
    """Return the picture on white where one could look through it."""
    from PIL import Image

    if image.mode not in ("LA", "RGBA"):
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _in_srgb(image, profile: bytes | None):
    """Return the picture in sRGB. A profile that nobody can read is left aside, as browsers do."""
    if profile:
        from PIL import ImageCms

        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return image if image.mode == "L" else image.convert("RGB")
