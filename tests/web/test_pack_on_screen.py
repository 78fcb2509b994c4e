"""What is on screen with a pack that was spoiled, another one, or one whose own words are hostile."""

import pytest

from kiosk.actions.kiosk import open_kiosk
from kiosk.domain.errors import PackBroken
from kiosk.storage.packs import read_pack
from tests.web.conftest import set_up
from tests.web.page import Visitor
from tests.web.spoiled import SPOILED, edit


def test_a_broken_pack_leaves_the_last_good_copy_on_screen_and_health_says_so(tmp_path, pack_folder, open_at):
    data = tmp_path / "data"
    good = open_at(data, pack_folder)
    digest = good.pack.digest
    good.close()
    SPOILED["an unknown key"][0](pack_folder)
    kiosk = open_at(data, pack_folder)
    visitor = Visitor(set_up(kiosk))
    assert kiosk.pack.digest == digest
    assert visitor.get("/").status == 200
    facts = visitor.open("/healthz").json
    assert (facts["status"], facts["recording"]) == ("degraded", True)
    assert any("colour" in concern for concern in facts["concerns"])
    kiosk.close()
    edit("event.toml", '\ncolour = "red"\n', "\n")(pack_folder)
    assert Visitor(set_up(open_at(data, pack_folder))).open("/healthz").json["status"] == "ok"


def test_a_broken_pack_without_a_good_copy_is_refused(tmp_path, pack_folder):
    SPOILED["an unknown key"][0](pack_folder)
    with pytest.raises(PackBroken) as broken:
        open_kiosk(tmp_path / "data", pack_folder)
    assert [str(fault) for fault in broken.value.faults] == ["event.toml: colour: unknown key"]
    # The data folder is free again.
    edit("event.toml", '\ncolour = "red"\n', "\n")(pack_folder)
    open_kiosk(tmp_path / "data", pack_folder).close()


def test_the_good_copy_of_another_folder_is_not_shown(tmp_path, pack_folder, open_at):
    open_at(tmp_path / "data").close()
    SPOILED["an unknown key"][0](pack_folder)
    with pytest.raises(PackBroken):
        open_kiosk(tmp_path / "data", pack_folder)


def test_two_kiosks_in_one_process_show_their_own_pages(tmp_path, pack_folder, open_at):
    other = "另一个县的系列活动"
    edit("event.toml", "呼和浩特市2018年“全国科技工作者日”系列活动", other)(pack_folder)
    first = Visitor(set_up(open_at(tmp_path / "one")))
    second = Visitor(set_up(open_at(tmp_path / "two", pack_folder)))
    assert other not in first.get("/").text
    assert other in second.get("/").text
    assert other not in first.get("/").text


MARKUP = "<script>alert('pack')</script><b onclick=x>&amp;\"'"


def with_markup(text: str, profile: bool) -> str:
    """Return a file of the pack with markup in its Chinese texts; a profile's own text may not grow longer."""
    quoted = MARKUP.replace('"', '\\"')
    lines = []
    for line in text.splitlines(keepends=True):
        keep = profile and line.startswith("text = ")
        lines.append(line if keep else line.replace('{ zh = "', '{ zh = "' + quoted))
    return "".join(lines)


def test_markup_in_a_pack_is_shown_as_it_stands(tmp_path, pack_folder, open_at):
    for file in [pack_folder / "event.toml", *pack_folder.glob("*/*.toml")]:
        text = file.read_text(encoding="utf-8")
        file.write_text(with_markup(text, file.parent.name == "scientists"), encoding="utf-8")
    assert read_pack(pack_folder)
    visitor = Visitor(set_up(open_at(tmp_path / "data", pack_folder)))
    for address in (
        "/",
        "/programme",
        "/about",
        "/privacy",
        "/scientists",
        "/scientists/tu-youyou",
        "/quiz",
        "/check-in",
    ):
        page = visitor.get(address)
        assert "<script>alert" not in page.html, address
        assert "<b onclick" not in page.html, address
        assert "&lt;script&gt;alert" in page.html, address
        assert MARKUP in " ".join(page.tree.itertext()), address
