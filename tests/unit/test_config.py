"""Settings: read from the environment, refused with the variable's name, and all of them in the README."""

from pathlib import Path

import pytest

from kiosk.config import VARIABLES, read_config, read_language
from kiosk.domain.errors import BadSetting


def test_defaults_need_nothing():
    config = read_config({})
    assert (config.host, config.port, config.public_url) == ("0.0.0.0", 8000, None)
    assert read_language({}) == "en"
    assert config.event.name == "hohhot-2018"


def test_an_empty_variable_is_no_setting():
    assert read_config({"KIOSK_PORT": "", "KIOSK_PUBLIC_URL": " "}) == read_config({})


@pytest.mark.parametrize(
    "locale", [{"LANG": "zh_CN.UTF-8"}, {"LC_ALL": "zh_CN", "LANG": "en_US"}, {"LC_MESSAGES": "zh"}]
)
def test_commands_speak_the_language_of_the_shell(locale):
    assert read_language(locale) == "zh"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KIOSK_PORT", "abc"),
        ("KIOSK_PORT", "0"),
        ("KIOSK_PORT", "65536"),
        ("KIOSK_PORT", "８０００"),
        ("KIOSK_HOST", "a b"),
        ("KIOSK_HOST", "http://x"),
        ("KIOSK_PUBLIC_URL", "kiosk.example"),
        ("KIOSK_PUBLIC_URL", "ftp://kiosk.example"),
        ("KIOSK_PUBLIC_URL", "http://u:p@kiosk.example"),
        ("KIOSK_PUBLIC_URL", "http://kiosk.example/?a=1"),
        ("KIOSK_PUBLIC_URL", "http://kiosk.example:99999"),
        ("KIOSK_PUBLIC_URL", "http://["),
    ],
)
def test_refuses_a_value_and_names_the_variable(variable, value):
    with pytest.raises(BadSetting, match=variable):
        read_config({variable: value})


def test_the_readme_names_every_setting():
    for name in ("README.md", "README.zh-CN.md"):
        text = (Path(__file__).parents[2] / name).read_text()
        assert [variable for variable in VARIABLES if f"`{variable}`" not in text] == []
