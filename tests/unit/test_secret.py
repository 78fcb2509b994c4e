"""The staff's secrets: what the kiosk makes is never plain, and what people choose is refused when it is."""

import pytest

from kiosk.domain import secret
from kiosk.domain.errors import InvalidInput


@pytest.mark.parametrize("pin", ["000000", "123456", "987654", "135791", "121212", "123123", "110011", "890123"])
def test_refuses_a_pin_that_anyone_would_try_first(pin):
    with pytest.raises(InvalidInput, match="Anyone"):
        secret.check_pin(pin)


@pytest.mark.parametrize("pin", ["", "12345", "1234567", "12345x", "１２３４５６", "-12345", "48 291"])
def test_refuses_what_is_no_pin(pin):
    with pytest.raises(InvalidInput, match="6 digits"):
        secret.check_pin(pin)


def test_takes_a_pin_that_is_not_plain():
    assert secret.check_pin("482915") == "482915"


@pytest.mark.parametrize("password", ["", "1234567", "aaaaaaaaaa", "abcabcabc", "x" * 129])
def test_refuses_a_password_that_is_too_easy(password):
    with pytest.raises(InvalidInput, match="8 to 128"):
        secret.check_password(password)


def test_takes_a_password_in_any_script():
    assert secret.check_password("青城五月三十日科技") == "青城五月三十日科技"


def test_what_the_kiosk_makes_is_good_and_never_the_same(monkeypatch):
    passwords, pins = {secret.mint_password() for _ in range(200)}, {secret.mint_pin() for _ in range(200)}
    assert len(passwords) == 200
    assert len(pins) > 190
    for one in passwords:
        assert secret.check_password(one) == one
        assert len(one.replace("-", "")) == 16
    for one in pins:
        assert secret.check_pin(one) == one


def test_a_plain_pin_is_drawn_again(monkeypatch):
    digits = iter("111111" + "482915")
    monkeypatch.setattr(secret.secrets, "choice", lambda _: next(digits))
    assert secret.mint_pin() == "482915"
