"""Pictures that leave the kiosk, read back: their size and colours, which way up they are, what is not in them."""

import io
import subprocess
import sys

import pytest
import qrcode
import zxingcpp
from PIL import Image, ImageCms, PngImagePlugin

from kiosk.exports import picture
from tests.conftest import PROJECT

SECRET = "SECRET-OF-THE-CAMERA"


def saved(image: Image.Image, kind: str, **more) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def ramp(mode: str, size: tuple[int, int] = (700, 900)) -> Image.Image:
    """Return a picture that is dark above and light below, in any mode."""
    grey = Image.linear_gradient("L").resize(size)
    if mode == "I;16":
        return Image.frombytes("I;16", size, b"".join(bytes([0, value]) for value in grey.tobytes()))
    if mode == "LA":
        return Image.merge("LA", (grey, Image.new("L", size, 255)))
    return grey.convert("RGB").convert(mode)


def with_notes(kind: str, orientation: int = 1, size: tuple[int, int] = (300, 200)) -> bytes:
    """Return a picture with everything that a camera or an editor leaves in one: the left half red, the right blue."""
    image = Image.new("RGB", size, "red")
    image.paste((0, 0, 255), (size[0] // 2, 0, *size))
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x8825] = orientation, SECRET, {1: "N", 2: (40.0, 50.0, 0.0), 29: SECRET}
    more = {"exif": exif, "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()}
    if kind == "JPEG":
        more |= {"comment": SECRET, "xmp": SECRET.encode(), "dpi": (300, 300), "quality": 95}
    elif kind == "WEBP":
        more |= {"xmp": SECRET.encode(), "lossless": True}
    else:
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET)
        notes.add_itxt("XML:com.adobe.xmp", SECRET)
        more |= {"pnginfo": notes, "dpi": (300, 300)}
    return saved(image, kind, **more)


def every_version(content: bytes) -> list[bytes]:
    return [*picture.portraits(content).values(), picture.code(content)]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_leaves_the_kiosk(kind):
    given = with_notes(kind)
    assert SECRET.encode() in given and opened(given).info["icc_profile"]
    for content in every_version(given):
        image = opened(content)
        image.load()
        assert dict(image.getexif()) == {}
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
        assert SECRET.encode() not in content
        for mark in (b"Exif", b"eXIf", b"http://ns.adobe", b"ICC_PROFILE", b"iCCP", b"tEXt", b"iTXt", b"GPS"):
            assert mark not in content


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("orientation", "red"), [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")])
def test_a_picture_stands_upright(kind, orientation, red):
    for content in every_version(with_notes(kind, orientation)):
        image = opened(content).convert("RGB")
        width, height = image.size
        assert (width > height) == (red in ("left", "right"))
        middle = {"left": (0.1, 0.5), "right": (0.9, 0.5), "top": (0.5, 0.1), "bottom": (0.5, 0.9)}[red]
        pixel = image.getpixel((int(width * middle[0]), int(height * middle[1])))
        assert pixel[0] > 200 > 100 > pixel[2]


@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        *(("1", "PNG"), ("L", "PNG"), ("LA", "PNG"), ("P", "PNG"), ("RGB", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG")),
        *(("L", "JPEG"), ("RGB", "JPEG"), ("CMYK", "JPEG"), ("RGB", "WEBP"), ("RGBA", "WEBP")),
    ],
)
def test_every_way_to_store_colours_comes_out_alike(mode, kind):
    for content in every_version(saved(ramp(mode), kind)):
        image = opened(content)
        assert image.mode in ("L", "RGB")
        grey = image.convert("L").resize((9, 9), Image.Resampling.BOX)
        seen = [grey.getpixel((4, at)) for at in (0, 4, 8)]
        assert all(abs(one - wanted) < 12 for one, wanted in zip(seen, (14, 127, 241), strict=True)), seen


@pytest.mark.parametrize("transparent", ["RGBA", "LA", "P", "RGB"])
def test_what_one_can_look_through_is_white(transparent):
    if transparent == "RGB":
        content = saved(Image.new("RGB", (50, 50), "red"), "PNG", transparency=(255, 0, 0))
    elif transparent == "P":
        content = saved(Image.new("P", (50, 50), 0), "PNG", transparency=0)
    else:
        content = saved(Image.new(transparent, (50, 50), 0), "PNG")
    for version in every_version(content):
        assert min(opened(version).convert("RGB").getpixel((25, 25))) > 250


def test_a_profile_is_applied_before_it_is_dropped():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A profile in which red and green have changed places.
    other = srgb.replace(b"rXYZ", b"????").replace(b"gXYZ", b"rXYZ").replace(b"????", b"gXYZ")
    image = Image.new("RGB", (50, 50), (30, 200, 60))
    for profile, wanted in ((srgb, (30, 200, 60)), (other, (200, 30, 60))):
        for content in every_version(saved(image, "PNG", icc_profile=profile)):
            seen = opened(content).getpixel((25, 25))
            assert max(abs(one - two) for one, two in zip(seen, wanted, strict=True)) < 12, (seen, wanted)


def test_a_profile_nobody_can_read_is_left_aside():
    content = saved(Image.new("RGB", (50, 50), (120, 90, 60)), "PNG", icc_profile=b"not a profile" * 20)
    assert abs(opened(picture.portraits(content)["small"]).getpixel((25, 25))[0] - 120) < 4


def test_a_portrait_comes_in_two_sizes_and_is_never_made_larger():
    drawn = picture.portraits(saved(ramp("RGB", (2400, 3000)), "JPEG"))
    assert {name: opened(one).size for name, one in drawn.items()} == {"small": (420, 525), "large": (900, 1125)}
    wide = picture.portraits(saved(ramp("RGB", (3000, 1000)), "PNG"))
    assert opened(wide["small"]).size == (420, 140)
    assert {opened(one).size for one in picture.portraits(saved(ramp("RGB", (90, 120)), "PNG")).values()} == {(90, 120)}


@pytest.mark.parametrize(
    ("given", "shown"), [(90, 630), (599, 1198), (600, 600), (1280, 1280), (2000, 2000), (2001, 1001)]
)
def test_a_code_is_scaled_by_whole_numbers_only(given, shown):
    assert opened(picture.code(saved(Image.new("L", (given, given), 255), "PNG"))).size == (shown, shown)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere memory is counted otherwise")
@pytest.mark.parametrize("draw", ["code", "portraits"])
@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_the_largest_picture_leaves_memory_to_the_screens(tmp_path, mode, draw):
    """A Raspberry Pi's service has 400 MB for everything."""
    transparent = {"transparency": 0} if mode == "P" else {}
    given = tmp_path / "given.png"
    given.write_bytes(saved(Image.new(mode, (3500, 3500)), "PNG", compress_level=1, **transparent))
    code = f"""if True:
        import pathlib, re
        from kiosk.exports import picture
        picture.{draw}(pathlib.Path({str(given)!r}).read_bytes())
        print(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1])"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200 << 10


def test_a_code_has_exactly_the_colours_it_had_and_is_read_as_before():
    made = qrcode.make("https://mini.example/ready-made", box_size=3).get_image().convert("RGB")
    made.paste((7, 193, 96), (40, 40, 50, 50))
    content = picture.code(saved(made, "PNG"))
    shown = opened(content)
    assert shown.format == "PNG"
    assert shown.convert("RGB").resize(made.size, Image.Resampling.NEAREST).tobytes() == made.tobytes()
    assert shown.width > made.width
    assert [one.text for one in zxingcpp.read_barcodes(shown)] == ["https://mini.example/ready-made"]


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP"])
def test_no_other_kind_of_picture_is_even_opened(kind):
    with pytest.raises(OSError, match="cannot identify"):
        picture.portraits(saved(Image.new("RGB", (9, 9)), kind))
