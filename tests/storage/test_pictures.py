"""Pictures of a pack: which are refused and why, and that those made ready are kept, found again, never in the way."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.actions.kiosk import open_kiosk
from kiosk.actions.pictures import keep_pictures, prepare_pictures
from kiosk.domain.errors import PackBroken
from kiosk.exports import picture
from kiosk.storage.packs import read_pack, read_pack_or_last_good
from kiosk.storage.packs_in_use import write_choice
from kiosk.storage.pictures import PictureShelf
from tests.conftest import PROJECT
from tests.waiting import PATIENCE

TU = "scientists/tu-youyou.toml"
CREDIT = 'author = "A"\nlicence = "CC0"\nsource = "S"\n'


def saved(image: Image.Image, kind: str, **more) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **more)
    return content.getvalue()


def with_portrait(folder: Path, content: bytes, name: str = "tu.jpg") -> Path:
    """Give Tu Youyou a portrait in a copy of the pack."""
    (folder / "pictures").mkdir(exist_ok=True)
    (folder / "pictures" / name).write_bytes(content)
    text = (folder / TU).read_text(encoding="utf-8")
    if "[portrait]" not in text:
        (folder / TU).write_text(f'{text}\n[portrait]\nfile = "pictures/{name}"\n{CREDIT}', encoding="utf-8")
    return folder


def photograph(shade: int = 90) -> bytes:
    return saved(Image.new("RGB", (1200, 1500), (shade, 80, 70)), "JPEG")


def faults(folder: Path) -> list[str]:
    with pytest.raises(PackBroken) as broken:
        read_pack(folder)
    return [str(fault) for fault in broken.value.faults]


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "green")]
    return saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


NOISE = Image.effect_noise((300, 300), 80)
MOST = "the picture has more than 12500000 pixels"
OTHER = "is not a picture of the kind its name says"
MOVES = "the picture moves; a still one is wanted"

REFUSED = {
    "a JPEG cut short": ("tu.jpg", saved(NOISE, "JPEG")[:-2000], OTHER),
    "a PNG cut short": ("tu.png", saved(NOISE, "PNG")[:-2000], OTHER),
    "a WebP cut short": ("tu.webp", saved(NOISE, "WEBP")[:-2000], OTHER),
    "nothing": ("tu.jpg", b"", OTHER),
    "a GIF called PNG": ("tu.png", saved(NOISE, "GIF"), OTHER),
    "a TIFF called JPEG": ("tu.jpg", saved(NOISE, "TIFF"), OTHER),
    "a PNG called WebP": ("tu.webp", saved(NOISE, "PNG"), OTHER),
    "a moving PNG": ("tu.png", animated("PNG"), MOVES),
    "a moving WebP": ("tu.webp", animated("WEBP"), MOVES),
    "a JPEG bomb": ("tu.jpg", saved(Image.new("L", (5000, 2501)), "JPEG"), MOST),
    "a PNG bomb": ("tu.png", saved(Image.new("1", (20_000, 20_000)), "PNG"), MOST),
    "a WebP bomb": ("tu.webp", saved(Image.new("RGB", (5000, 2501)), "WEBP"), MOST),
    "a ribbon": ("tu.png", saved(Image.new("1", (12_500_001, 1)), "PNG"), MOST),
}


@pytest.mark.parametrize(("name", "content", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_a_picture_that_will_not_do_is_named_with_the_reason(pack_folder, name, content, reason):
    assert faults(with_portrait(pack_folder, content, name)) == [f"pictures/{name}: {reason}"]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_will_do(pack_folder, folder, mode):
    image = Image.new(mode, (40, 50))
    pack = read_pack(with_portrait(pack_folder, saved(image, "PNG"), "tu.png"))
    assert prepare_pictures(pack, PictureShelf(folder)).content("pictures/tu.png", "small")


def test_a_photograph_with_a_second_one_inside_will_do(pack_folder, folder):
    """As phones make them for bright screens; only the first is shown."""
    first, second = Image.new("RGB", (40, 50), "red"), Image.new("RGB", (20, 25), "blue")
    both = saved(first, "MPO", save_all=True, append_images=[second])
    pack = read_pack(with_portrait(pack_folder, both))
    shown = prepare_pictures(pack, PictureShelf(folder)).content("pictures/tu.jpg", "large")
    image = Image.open(io.BytesIO(shown))
    assert (image.format, image.size) == ("JPEG", (40, 50))
    assert image.getpixel((20, 25))[0] > 200


def test_the_largest_picture_allowed_will_do(pack_folder):
    read_pack(with_portrait(pack_folder, saved(Image.new("L", (5000, 2500)), "JPEG")))


def test_a_pack_with_a_bad_picture_is_replaced_by_its_last_good_copy(pack_folder, folder):
    good, _ = read_pack_or_last_good(with_portrait(pack_folder, photograph()), folder)
    with_portrait(pack_folder, b"spoiled")
    again, fault = read_pack_or_last_good(pack_folder, folder)
    assert again == good and fault is not None


def test_the_digest_of_a_pack_is_that_of_its_files_and_not_of_what_is_shown(pack_folder, folder, monkeypatch):
    before = read_pack(with_portrait(pack_folder, photograph())).digest
    monkeypatch.setattr(picture, "JPEG_QUALITY", 10)
    kiosk = open_kiosk(folder / "data", pack_folder)
    kiosk.close()
    assert kiosk.pack.digest == before
    assert kiosk.pack.pictures == {}, "the originals do not stay in memory"


def test_a_second_start_neither_unpacks_nor_draws_a_picture(pack_folder, folder):
    with_portrait(pack_folder, photograph())
    open_kiosk(folder, pack_folder).close()
    look = (
        "import sys; from pathlib import Path; from kiosk.actions.kiosk import open_kiosk;"
        "kiosk = open_kiosk(Path(sys.argv[1]), Path(sys.argv[2]));"
        "print('PIL' in sys.modules, kiosk.pictures.content('pictures/tu.jpg', 'small') is not None)"
    )
    command = [sys.executable, "-c", look, str(folder), str(pack_folder)]
    said = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=PATIENCE)
    assert (said.stdout.split(), said.stderr) == (["False", "True"], "")


def test_another_picture_under_the_same_name_is_looked_at_and_drawn_anew(pack_folder, folder):
    shelf = PictureShelf(folder / "pictures")
    seen = []
    for shade in (90, 200):
        pack = read_pack(with_portrait(pack_folder, photograph(shade)), shelf.originals())
        ready = prepare_pictures(pack, shelf)
        keep_pictures(ready, folder, pack_folder)
        seen.append((ready.version("pictures/tu.jpg", "small"), ready.content("pictures/tu.jpg", "small")))
    assert seen[0][0] != seen[1][0] and seen[0][1] != seen[1][1]
    assert len(list((folder / "pictures").iterdir())) == 2, "those of the first one are gone"
    with_portrait(pack_folder, photograph(200)[:-400])
    with pytest.raises(PackBroken):
        read_pack(pack_folder, shelf.originals())


def test_what_a_crash_left_is_removed_and_drawn_again(pack_folder, folder):
    pack, shelf = read_pack(with_portrait(pack_folder, photograph())), PictureShelf(folder / "pictures")
    prepare_pictures(pack, shelf)
    (small,) = (folder / "pictures").glob("*-small-*")
    small.rename(small.with_name(small.name + ".new"))
    assert prepare_pictures(pack, shelf).content("pictures/tu.jpg", "small")
    assert not list((folder / "pictures").glob("*.new"))


def test_only_what_the_kiosk_drew_is_ever_removed(pack_folder, folder):
    (folder / "pictures").mkdir()
    (folder / "pictures" / "notes.txt").write_text("mine")
    ready = prepare_pictures(read_pack(with_portrait(pack_folder, photograph())), PictureShelf(folder / "pictures"))
    keep_pictures(ready, folder, pack_folder)
    assert (folder / "pictures" / "notes.txt").read_text() == "mine"


def test_a_picture_that_vanished_while_the_kiosk_runs_is_simply_not_there(pack_folder, folder):
    pack, shelf = read_pack(with_portrait(pack_folder, photograph())), PictureShelf(folder / "pictures")
    ready = prepare_pictures(pack, shelf)
    for path in (folder / "pictures").iterdir():
        path.unlink()
    assert ready.content("pictures/tu.jpg", "small") is None


def test_a_full_disk_does_not_keep_pictures_from_being_shown(small_disk, pack_folder):
    pack = read_pack(with_portrait(pack_folder, photograph()))
    small_disk.fill()
    ready = prepare_pictures(pack, PictureShelf(small_disk.folder / "pictures"))
    assert Image.open(io.BytesIO(ready.content("pictures/tu.jpg", "large"))).format == "JPEG"
    assert Image.open(io.BytesIO(ready.content("pictures/tu.jpg", "small"))).format == "JPEG"


def test_a_picture_that_cannot_be_drawn_is_left_out(pack_folder, folder, monkeypatch):
    def fails(content):
        raise MemoryError

    monkeypatch.setattr(picture, "portraits", fails)
    pack = read_pack(with_portrait(pack_folder, photograph()))
    assert prepare_pictures(pack, PictureShelf(folder)).version("pictures/tu.jpg", "small") is None


def test_a_pack_without_pictures_makes_no_folder(folder, shipped_pack):
    prepare_pictures(shipped_pack, PictureShelf(folder / "pictures"))
    assert not (folder / "pictures").exists()


def test_the_pictures_of_the_pack_before_stay_for_the_way_back(pack_folder, folder):
    before = with_portrait(pack_folder, photograph(90))
    shelf = PictureShelf(folder / "pictures")
    prepare_pictures(read_pack(before), shelf)
    write_choice(folder, "0" * 16, None)
    now = Path(shutil.copytree(pack_folder, folder / "packs" / ("0" * 16)))
    ready = prepare_pictures(read_pack(with_portrait(now, photograph(200))), shelf)
    keep_pictures(ready, folder, before)
    assert len(shelf.names()) == 4
    write_choice(folder, "0" * 16, "0" * 16)
    keep_pictures(ready, folder, before)
    assert len(shelf.names()) == 2
