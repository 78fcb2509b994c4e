"""Tokens of stamp cards: made, found in what was read, known again; and nothing else is."""

import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.cards import (
    ALPHABET,
    LARGEST_GROUP,
    SHORT_LENGTH,
    TOKEN_LENGTH,
    CardKey,
    short_code,
    short_code_in,
    spaced,
    token_in,
)
from kiosk.domain.entry import mint_id

KEY = CardKey(b"k" * 32, "hohhot-2018")
ADDRESS = "HTTP://192.168.4.1:8000/P/"


@given(st.integers(1, LARGEST_GROUP))
def test_a_card_is_known_again_with_its_group(size):
    token = KEY.new(size)
    card = KEY.card(token)
    assert (len(token), card.number, card.party_size, card.is_counted) == (TOKEN_LENGTH, token[:8], size, False)
    assert KEY.card_of_short(short_code(token)) == card


@given(st.integers(1, LARGEST_GROUP))
def test_the_card_after_a_check_in_is_always_the_same_one(size):
    entry = mint_id()
    token = KEY.after(entry, size)
    assert token == KEY.after(entry, size) != KEY.after(mint_id(), size)
    assert (KEY.card(token).party_size, KEY.card(token).is_counted) == (size, True)


@pytest.mark.parametrize("size", [0, LARGEST_GROUP + 1])
def test_no_card_stands_for_nobody_or_a_crowd(size):
    with pytest.raises(ValueError):
        KEY.new(size)


def test_cards_are_drawn_at_random():
    assert len({KEY.new()[:8] for _ in range(10_000)}) >= 9_999


def test_another_event_and_another_key_know_no_card_of_this_one():
    token = KEY.new()
    for other in (CardKey(b"k" * 32, "hohhot-2019"), CardKey(b"j" * 32, "hohhot-2018")):
        assert other.card(token) is None
        assert other.card_of_short(short_code(token)) is None


def test_100_000_mutated_tokens_are_none_of_this_event():
    """One to three letters changed, moved, left out or put in: whatever is read differently is no card."""
    chance = random.Random(30)
    letters = string.ascii_letters + string.digits
    tokens = [KEY.new(chance.choice([1, 1, 45])) for _ in range(50)]
    known = set(tokens)
    tried = 0
    while tried < 100_000:
        mutated = list(chance.choice(tokens))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(mutated))
            match chance.randrange(4):
                case 0:
                    mutated[at] = chance.choice(letters)
                case 1:
                    del mutated[at]
                case 2:
                    mutated.insert(at, chance.choice(letters))
                case 3:
                    mutated.insert(at, mutated.pop(chance.randrange(len(mutated))))
        found = token_in(ADDRESS + "".join(mutated))
        if found in known:  # the letters that are taken for each other
            continue
        tried += 1
        assert found is None or KEY.card(found) is None, mutated


@pytest.mark.parametrize(
    "read",
    [
        "{}",
        "  {}\r\n",
        "HTTP://192.168.4.1:8000/P/{}",
        "http://kiosk.local/p/{}",
        "HTTPÖ--192.168.4.1Ö8000-P-{}",  # a German layout
        "HTTPM!!192;168;4;1M8000!P!{}",  # a French one
        "；：／Ｐ／{}",
    ],
)
def test_a_token_is_found_at_the_end_of_what_was_read(read):
    token = KEY.new()
    assert token_in(read.format(token)) == token
    assert token_in(read.format(token.lower())) == token


def test_letters_that_are_taken_for_digits_are_folded():
    token = next(token for token in iter(KEY.new, None) if "0" in token and "1" in token)
    assert token_in(ADDRESS + token.replace("0", "O").replace("1", "l")) == token
    assert token_in(ADDRESS + token.replace("0", "o").replace("1", "I")) == token


@pytest.mark.parametrize("read", ["", " ", "HTTP://X/P/", "A" * 23, "U" * 24, "é" * 24, "-" * 24])
def test_what_holds_no_token_gives_none(read):
    assert token_in(read) is None


@given(st.text(max_size=80))
def test_nothing_that_is_read_breaks_the_reader(read):
    for found in (token_in(read), short_code_in(read)):
        assert found is None or set(found) <= set(ALPHABET)


def test_a_short_code_is_read_as_it_is_spoken():
    code = short_code(KEY.new())
    said = spaced(code)
    assert len(said.split()) == 3
    for typed in (
        said,
        said.lower(),
        code,
        said.replace(" ", "-"),
        f" {said.replace(' ', '  ')} ",
        code.replace("0", "O"),
    ):
        assert short_code_in(typed) == code
    assert short_code_in(code[:-1]) is short_code_in(code + "0") is None


def test_a_short_code_is_no_token_and_a_token_no_short_code():
    token = KEY.new()
    assert KEY.card(short_code(token)) is None
    assert KEY.card_of_short(token) is None


def test_guessed_short_codes_are_rarely_right():
    """Twenty bits of MAC: among 100,000 guesses at known numbers about one in ten tests would see one."""
    chance = random.Random(7)
    hits = sum(KEY.card_of_short("".join(chance.choices(ALPHABET, k=SHORT_LENGTH))) is not None for _ in range(100_000))
    assert hits <= 2
