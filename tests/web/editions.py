"""Editions of the shipped pack that tests put on screen instead of it."""

import re
from pathlib import Path

from tests.web.spoiled import edit

TITLE, OTHER = "2018年全国科技工作者日", "另一个版本的科技工作者日"
other_title = edit("event.toml", f'short_title = {{ zh = "{TITLE}"', f'short_title = {{ zh = "{OTHER}"')
other_event = edit("event.toml", 'id = "hohhot-2018"', 'id = "fair-2019"')
no_wuchuan = edit("event.toml", '[[stops]]\nid = "wuchuan"', '[[stops]]\nid = "wuchuan-2"')
phones = edit("event.toml", "phones = false", "phones = true")


def chinese_only(folder: Path) -> None:
    """Take English out of a pack, as a county would that has nobody to translate."""
    for file in [folder / "event.toml", *folder.glob("*/*.toml")]:
        text = file.read_text(encoding="utf-8")
        text = text.replace('locales = ["zh", "en"]', 'locales = ["zh"]')
        text = re.sub(r',\s*en = "(?:[^"\\]|\\.)*"', "", text)
        text = re.sub(r'\[theme\.description\]\nen = "(?:[^"\\]|\\.)*"\n', "", text)
        text = re.sub(r'\[quotation\.translation\]\nen = "(?:[^"\\]|\\.)*"\n', "", text)
        text = re.sub(r'translation = \{ en = "(?:[^"\\]|\\.)*" \}\n', "", text)
        file.write_text(text, encoding="utf-8")
