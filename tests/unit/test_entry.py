"""The entry: ids, the digest that tells a replay from a conflict, and what `verify` sees in a single entry."""

import hashlib
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.entry import FIELDS, Draft, Entry, canonical_json, entry_faults, entry_id, mint_id
from kiosk.domain.errors import InvalidInput

DRAFT = Draft(
    id="0f8fad5b-d9cb-469f-a165-70867728950e",
    kind="check_in",
    event="e",
    source="touch",
    pack="0" * 16,
    party_size=3,
    answers={"age_band": {"senior": 1, "child": 2}},
)


def entry(draft: Draft) -> Entry:
    return Entry(
        id=draft.id, device="d", seq=1, event=draft.event, stop=draft.stop, station=draft.station, kind=draft.kind,
        party_size=draft.party_size, answers=draft.answers, subject=draft.subject, details=draft.details,
        voids=draft.voids, actor=draft.actor, reason=draft.reason, pack=draft.pack, source=draft.source,
        wall_ms=1, boot="b", boottime_ms=1, clock="ntp", digest=draft.digest(),
    )  # fmt: skip


def test_field_names_are_those_of_the_design():
    assert " ".join(FIELDS) == (
        "id device seq event stop station kind party_size answers subject details voids actor reason pack source"
        " wall_ms boot boottime_ms clock digest"
    )


def test_minted_ids_are_ids():
    minted = {mint_id() for _ in range(100)}
    assert len(minted) == 100
    assert all(entry_id(one) == one for one in minted)


def test_the_digest_is_the_documented_one():
    expected = hashlib.sha256(
        b'{"actor":null,"answers":{"age_band":{"child":2,"senior":1}},"details":{},"event":"e","kind":"check_in",'
        b'"party_size":3,"reason":null,"station":null,"subject":null,"voids":null}'
    )
    assert DRAFT.digest() == expected.hexdigest()


@pytest.mark.parametrize("change", [{"id": mint_id()}, {"stop": "square"}, {"source": "phone"}, {"pack": "1" * 16}])
def test_where_and_how_it_came_does_not_change_the_digest(change):
    assert replace(DRAFT, **change).digest() == DRAFT.digest()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "tally"},
        {"event": "f"},
        {"station": "booth"},
        {"party_size": 4},
        {"answers": {"age_band": {"senior": 1, "child": 1}}},
        {"subject": "x"},
        {"details": {"a": 1}},
        {"voids": mint_id()},
        {"actor": "staff"},
        {"reason": "x"},
    ],
)
def test_whatever_was_said_changes_the_digest(change):
    assert replace(DRAFT, **change).digest() != DRAFT.digest()


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.dictionaries(st.text(), inner))
)
def test_canonical_json_reads_back_and_does_not_depend_on_order(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    if isinstance(value, dict):
        assert canonical_json(dict(reversed(value.items()))) == text


def test_a_sound_entry_has_no_faults():
    assert entry_faults(entry(DRAFT)) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"party_size": 4}, "digest"),
        ({"id": "x"}, "UUID"),
        ({"party_size": 0}, "party size"),
        ({"answers": {"q": {"a": 9}}}, "more answers"),
        ({"answers": {"q": {"a": 0}}}, "not positive"),
        ({"voids": mint_id()}, "void"),
        ({"kind": "void"}, "void"),
    ],
)
def test_names_what_is_wrong_with_an_entry(change, fault):
    assert any(re.search(fault, one) for one in entry_faults(replace(entry(DRAFT), **change)))


def test_refuses_an_id_with_a_line_break():
    with pytest.raises(InvalidInput):
        entry_id(mint_id() + "\n")
