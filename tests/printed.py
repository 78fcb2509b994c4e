"""The pages of a PDF as a printer of 300 dots an inch would have them. Understands what `kiosk/exports/pdf` writes."""

import re
import zlib

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 2480, 3508


def pages(content: bytes) -> list[Image.Image]:
    """Return the pages as images. Raises for a file that a reader of PDF would stumble over."""
    objects = _objects(content)
    root = int(re.search(rb"/Root (\d+) 0 R", content.rpartition(b"trailer")[2])[1])
    tree = int(re.search(rb"/Pages (\d+) 0 R", objects[root])[1])
    kids = [int(one) for one in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", objects[tree])[1])]
    assert int(re.search(rb"/Count (\d+)", objects[tree])[1]) == len(kids)
    assert all(f"/Parent {tree} 0 R".encode() in objects[kid] for kid in kids)
    return [_page(objects, objects[kid]) for kid in kids]


def _objects(content: bytes) -> dict[int, bytes]:
    """Return what stands in each object, found as readers find it: by the table at the end."""
    assert content.startswith(b"%PDF-1.")
    table_at = int(re.search(rb"startxref\n(\d+)\n%%EOF\n$", content)[1])
    first, count, table = re.match(rb"xref\n(\d+) (\d+)\n((?:\d{10} \d{5} [nf] \n)+)", content[table_at:]).groups()
    begins = [int(line[:10]) for line in table.splitlines()]
    assert (int(first), int(count)) == (0, len(begins))
    found = {}
    for number, begin in enumerate(begins[1:], 1):
        head = f"{number} 0 obj\n".encode()
        assert content[begin : begin + len(head)] == head
        found[number] = content[begin + len(head) : content.index(b"\nendobj\n", begin)]
    return found


def _stream(one: bytes) -> tuple[bytes, bytes]:
    head, _, rest = one.partition(b"\nstream\n")
    long = int(re.search(rb"/Length (\d+)", head)[1])
    assert rest[long:] == b"\nendstream"
    return head, zlib.decompress(rest[:long])


def _page(objects: dict[int, bytes], page: bytes) -> Image.Image:
    box = [float(one) for one in re.search(rb"/MediaBox \[(.*?)\]", page)[1].split()]
    assert [round(one * 300 / 72, 3) for one in box] == [0, 0, WIDTH, HEIGHT]
    images = {
        name.decode(): int(number) for name, number in re.findall(rb"/(\w+) (\d+) 0 R", page.split(b"/XObject")[1])
    }
    _, operators = _stream(objects[int(re.search(rb"/Contents (\d+) 0 R", page)[1])])
    scale, *lines = operators.decode().splitlines()
    assert scale == "0.24 0 0 0.24 0 0 cm"
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(sheet)
    for line in lines:
        if cut := re.fullmatch(r"(\S+) (\S+) m (\S+) (\S+) l S", line):
            x, y, to_x, to_y = (float(one) for one in cut.groups())
            draw.line((x, HEIGHT - y, to_x, HEIGHT - to_y), fill="#8c8c8c", width=2)
        elif shown := re.fullmatch(r"(?:(.+) (rg|g) )?q (\S+) 0 0 (\S+) (\S+) (\S+) cm /(\w+) Do Q", line):
            colour, _, wide, high, x, y, name = shown.groups()
            _show(sheet, _image(objects[images[name]]), colour, [int(one) for one in (wide, high, x, y)])
        else:
            assert re.fullmatch(r"q \S+ G \S+ w 1 J \[0 \S+\] 0 d|Q", line), line
    return sheet


def _show(sheet: Image.Image, image: Image.Image, colour: str | None, box: list[int]) -> None:
    wide, high, x, y = box
    at = (x, HEIGHT - y - high)
    if image.mode == "RGB":
        assert image.size == (wide, high)
        sheet.paste(image, at)
        return
    assert image.size == (2 * wide, 2 * high)
    parts = [round(255 * float(part)) for part in colour.split()]
    mask = image.convert("L").point(lambda shade: 255 - shade).reduce(2)
    sheet.paste(tuple(parts * 3 if len(parts) == 1 else parts), at, mask)


def _image(one: bytes) -> Image.Image:
    head, content = _stream(one)
    size = tuple(int(re.search(rb"/%s (\d+)" % name, head)[1]) for name in (b"Width", b"Height"))
    mode = "1" if b"/ImageMask true" in head else "RGB"
    assert mode == "1" or b"/DeviceRGB" in head
    return Image.frombytes(mode, size, content)
