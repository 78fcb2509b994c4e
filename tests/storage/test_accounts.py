"""The staff's secrets on disk: durable, unreadable, apart from the log, and no reason not to serve."""

import os
import stat

import apsw
import pytest

from kiosk.actions.first_secrets import make_first_secrets
from kiosk.domain.budget import Budget
from kiosk.domain.errors import FileUnusable
from kiosk.storage import accounts as module
from kiosk.storage.accounts import Accounts


@pytest.fixture
def accounts(tmp_path):
    opened = Accounts(tmp_path)
    yield opened
    opened.close()


def reopened(accounts: Accounts) -> Accounts:
    accounts.close()
    return Accounts(accounts.path.parent)


def test_keeps_a_secret_as_a_hash_only(accounts, tmp_path):
    accounts.put_secret("password", "open sesame 5")
    assert accounts.secret("password").is_("open sesame 5")
    assert not accounts.secret("password").is_("open sesame 6")
    assert accounts.secret("pin") is None
    accounts.close()
    for path in tmp_path.iterdir():
        assert b"sesame" not in path.read_bytes(), path


def test_only_the_owner_may_read_the_file(accounts):
    assert stat.S_IMODE(os.stat(accounts.path).st_mode) == 0o600


def test_a_new_secret_has_another_version_though_the_words_are_the_same(accounts):
    accounts.put_secret("pin", "482915", made=True)
    first = accounts.secret("pin")
    accounts.put_secret("pin", "482915", made=True)
    assert accounts.secret("pin").version != first.version
    assert accounts.secret("pin").hash != first.hash


def test_what_people_chose_costs_much_to_try_and_what_the_kiosk_made_little(accounts):
    accounts.put_secret("password", "open sesame 5")
    assert accounts.secret("password").hash.startswith("scrypt:32768:")
    accounts.put_secret("password", "random", made=True)
    assert accounts.secret("password").hash.startswith("scrypt:1024:")


def test_budgets_and_machines_survive_a_restart(accounts):
    accounts.put_secret("pin", "482915", made=True)
    accounts.put_budgets({"pin": Budget(1.5, 7_000, "boot"), "touchscreen": None})
    token = accounts.know_machine()
    again = reopened(accounts)
    assert again.budget("pin") == Budget(1.5, 7_000, "boot")
    assert again.budget("touchscreen") is None
    assert again.knows_machine(token)
    assert not again.knows_machine(token + "x")
    assert again.secret("pin").is_("482915")
    again.close()


def test_a_new_password_gives_all_guesses_back_and_makes_every_machine_a_stranger(accounts):
    token = accounts.know_machine()
    accounts.put_budgets({"pin": Budget(0, 0, "boot")})
    accounts.put_secret("password", "open sesame 5", made=True)
    assert accounts.budget("pin") is None
    assert not accounts.knows_machine(token)


def test_addresses_are_not_kept(accounts, tmp_path):
    accounts.put_budgets({"stranger " + accounts.name_for("192.168.77.13"): Budget(1, 0, "boot")})
    accounts.close()
    assert b"192.168.77.13" not in (tmp_path / "accounts.db").read_bytes()


def test_the_tables_are_bounded(accounts, monkeypatch):
    monkeypatch.setattr(module, "MOST_GUESSERS", 5)
    monkeypatch.setattr(module, "MOST_MACHINES", 3)
    tokens = [accounts.know_machine() for _ in range(5)]
    for number in range(20):
        accounts.put_budgets({f"stranger {number}": Budget(1, 0, "boot")})
    assert [accounts.knows_machine(token) for token in tokens] == [False, False, True, True, True]
    assert accounts.budget("stranger 14") is None
    assert accounts.budget("stranger 19") is not None


def test_the_password_is_changed_by_a_command_beside_the_running_kiosk(accounts, tmp_path):
    accounts.put_secret("password", "first one 1", made=True)
    beside = Accounts(tmp_path)
    beside.put_secret("password", "second one 2", made=True)
    beside.close()
    assert accounts.secret("password").is_("second one 2")


def test_a_command_that_begins_the_file_anew_is_heard_by_the_running_kiosk(accounts, tmp_path):
    accounts.put_secret("password", "first one 1", made=True)
    accounts.path.write_bytes(b"no database any more" * 500)
    with pytest.raises(FileUnusable):
        accounts.secret("password")
    beside = Accounts(tmp_path)
    beside.put_secret("password", "second one 2", made=True)
    beside.close()
    assert accounts.secret("password").is_("second one 2")
    token = accounts.know_machine()
    assert reopened(accounts).knows_machine(token)


def test_a_kiosk_that_did_without_the_file_takes_it_when_it_is_there(tmp_path, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr(module, "publish", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
        accounts = Accounts(tmp_path)
    assert accounts.failure
    beside = Accounts(tmp_path)
    beside.put_secret("password", "a new one 2", made=True)
    beside.close()
    assert accounts.secret("password").is_("a new one 2")
    assert accounts.failure is None
    accounts.put_secret("pin", "482915", made=True)
    assert reopened(accounts).secret("pin").is_("482915")


def test_a_file_that_is_gone_takes_no_new_secret(accounts):
    accounts.put_secret("password", "first one 1", made=True)
    accounts.path.rename(accounts.path.with_name("elsewhere"))
    with pytest.raises(FileUnusable):
        accounts.put_secret("password", "second one 2", made=True)
    assert accounts.secret("password").is_("first one 1")


def test_a_journal_without_its_file_is_not_played_back_into_a_new_one(tmp_path):
    (tmp_path / "accounts.db-journal").write_bytes(b"left over")
    Accounts(tmp_path).close()
    assert not (tmp_path / "accounts.db-journal").exists()


def test_guesses_are_counted_even_where_the_disk_takes_nothing(accounts):
    lock = apsw.Connection(str(accounts.path))
    lock.execute("BEGIN EXCLUSIVE")
    accounts._connection.pragma("busy_timeout", 0)
    accounts.put_budgets({"pin": Budget(2, 0, "boot")})
    lock.execute("ROLLBACK")
    lock.close()
    assert accounts.budget("pin") == Budget(2, 0, "boot")
    assert accounts._connection.execute("SELECT count(*) FROM guesses").get == 0
    accounts.put_budgets({"pin": Budget(1, 0, "boot")})
    assert reopened(accounts).budget("pin") == Budget(1, 0, "boot")


def test_a_secret_that_cannot_be_written_leaves_the_earlier_one(accounts):
    accounts.put_secret("password", "first one 1", made=True)
    lock = apsw.Connection(str(accounts.path))
    lock.execute("BEGIN IMMEDIATE")
    accounts._connection.pragma("busy_timeout", 0)
    with pytest.raises(FileUnusable):
        accounts.put_secret("password", "second one 2", made=True)
    lock.close()
    assert accounts.secret("password").is_("first one 1")


@pytest.mark.parametrize("content", [b"", b"no database at all, whatever its name says" * 20])
def test_a_damaged_file_is_set_aside_and_begun_anew(tmp_path, content):
    (tmp_path / "accounts.db").write_bytes(content)
    accounts = Accounts(tmp_path)
    assert accounts.failure is None
    assert accounts.secret("password") is None
    accounts.put_secret("password", "open sesame 5", made=True)
    accounts.close()
    assert (tmp_path / "accounts.db.damaged").read_bytes() == content


def test_what_a_cut_off_start_left_is_no_obstacle(tmp_path):
    (tmp_path / "accounts.db.new").write_bytes(b"half")
    Accounts(tmp_path).close()


def test_without_a_place_for_the_file_visitors_are_served_and_staff_are_told(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "publish", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    accounts = Accounts(tmp_path)
    assert "No space left" in accounts.failure
    assert accounts.secret("password") is None
    with pytest.raises(FileUnusable):
        make_first_secrets(accounts, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("first")] == []
    accounts.close()
