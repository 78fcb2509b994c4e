"""Signing in: who gets in, how often anybody may guess, that nobody can shut the staff out, and when it ends."""

import re
import threading
from collections import Counter

import apsw
import pytest

from kiosk.actions.kiosk import STRANGERS_IN_LINE
from kiosk.actions.sign_in import IDLE_AT_TOUCHSCREEN_MS, IDLE_MS, LONGEST_SESSION_MS, Guesser, sign_in
from kiosk.domain import secret
from kiosk.domain.errors import KioskError, TooMany, WrongSecret
from tests.waiting import wait_for
from tests.web.conftest import PASSWORD, PIN, set_up
from tests.web.page import Staff, Visitor

ASKED = "/staff/sign-in"


def is_signed_in(someone: Staff) -> bool:
    return someone.open("/staff").status_code == 200


def guess(someone: Staff, text: str = "wrong", kind: str = "password") -> int:
    path = "/staff/pin" if kind == "pin" else "/staff/sign-in"
    return someone.open(path, method="POST", data={kind: text}).status_code


def test_the_password_lets_in_and_leads_to_today(laptop):
    page = laptop.sign_in(PASSWORD)
    assert page.heading.startswith("今日")
    assert is_signed_in(laptop)


def test_after_signing_in_the_page_that_was_asked_for_comes(laptop):
    asked = laptop.open("/staff/entries?before=7")
    assert asked.status_code == 303
    page = laptop.get(asked.headers["Location"])
    address, fields = page.form("登录")
    fields = [(name, PASSWORD if name == "password" else value) for name, value in fields]
    assert laptop.open(address, method="POST", data=dict(fields)).headers["Location"] == "/staff/entries?before=7"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "http://evil.example/staff",
        "//evil.example/staff",
        "/staff\\@evil.example",
        "/staff/../check-in",
        "/check-in",
        "/staffroom",
        "/staff/nothing",
        "/staff/sign-out",
        "/staff/st\nop",
        "/staff?x=\r\nSet-Cookie: a=b",
        "//[",
    ],
)
def test_signing_in_never_leads_elsewhere(laptop, elsewhere):
    answer = laptop.open("/staff/sign-in", method="POST", query_string={"to": elsewhere}, data={"password": PASSWORD})
    assert answer.headers["Location"] == "/staff"
    laptop.client.delete_cookie("kiosk_staff")
    assert laptop.open("/staff/sign-in", query_string={"to": elsewhere}).status_code == 200


@pytest.mark.parametrize("wrong", ["", "wrong", PASSWORD + " ", PASSWORD.upper(), PIN, "x" * 5_000])
def test_a_wrong_password_is_told_and_kept_among_the_refusals(laptop, kiosk, wrong):
    page = laptop.sign_in(wrong, 403)
    assert "密码不对" in page.text
    assert not is_signed_in(laptop)
    (refusal,) = kiosk.log.refusals.newest(5)
    assert (refusal.what, refusal.source) == ("wrong_password", "phone")
    assert wrong == "" or wrong not in str(refusal.details)


def test_the_pin_lets_in_at_the_touchscreen_only(app, secrets_set):
    touchscreen, elsewhere = Staff(app), Staff(app, "10.0.0.20")
    assert touchscreen.type_pin(PIN).heading.startswith("今日")
    assert elsewhere.get("/staff/pin", 403).text.startswith("PIN 码只能在触摸屏上使用")
    assert guess(elsewhere, PIN, "pin") == 403
    assert not is_signed_in(elsewhere)


def test_with_the_pin_nobody_takes_files_or_changes_secrets(desk):
    for path in ("/staff/files", "/staff/log.csv", "/staff/secrets"):
        assert "需要密码" in desk.get(path, 403).text
    assert desk.open("/staff/secrets/pin", method="POST", data={"pin": "739264"}).status_code == 403
    assert desk.open("/staff/files", method="POST", data={"format": "csv"}).status_code == 403


def test_every_staff_page_asks_to_sign_in_first(app, secrets_set):
    for number, rule in enumerate(app.url_map.iter_rules()):
        # Each from a machine of its own: one that sends so much would be asked to wait.
        stranger = Staff(app, f"10.0.{number // 200 + 1}.{number % 200 + 1}")
        who = app.view_functions[rule.endpoint]
        if getattr(who, "audience", "") not in ("staff", "staff_password"):
            continue
        path = re.sub(r"<any\((\w+), .*?>", r"\1", rule.rule.replace("<format>", "csv"))
        path = re.sub("<uuid:.*?>", "00000000-0000-4000-8000-000000000000", path)
        for method in rule.methods - {"OPTIONS"}:
            answer = stranger.open(path, method=method)
            assert answer.status_code == 303, (method, path)
            assert answer.headers["Location"].startswith(ASKED)


def test_at_the_touchscreen_it_is_the_pin_that_is_asked_for(app, secrets_set):
    assert Staff(app).open("/staff").headers["Location"].startswith("/staff/pin")


def test_signing_out_ends_the_session_itself(staff, app, desk):
    token = staff.client.get_cookie("kiosk_staff").value
    staff.post("/staff/sign-out", [])
    assert not is_signed_in(staff)
    staff.client.set_cookie("kiosk_staff", token)
    assert not is_signed_in(staff)
    answer = desk.open("/staff/sign-out", method="POST")
    assert answer.headers["Location"] == "/"


def test_who_is_away_is_signed_out(staff, desk, clock):
    clock.forward(IDLE_AT_TOUCHSCREEN_MS - 1)
    assert is_signed_in(desk)
    clock.forward(IDLE_AT_TOUCHSCREEN_MS)
    assert not is_signed_in(desk)
    assert is_signed_in(staff)
    clock.forward(IDLE_MS)
    assert not is_signed_in(staff)


def test_nobody_stays_for_ever_by_looking_all_day(staff, clock):
    for _ in range(LONGEST_SESSION_MS // (IDLE_MS - 1)):
        clock.forward(IDLE_MS - 1)
        assert is_signed_in(staff)
    clock.forward(IDLE_MS - 1)
    assert not is_signed_in(staff)


def test_a_page_that_looks_by_itself_keeps_nobody_signed_in(staff, clock):
    staff.post("/staff/files", [("format", "csv")])
    for _ in range(3):
        clock.forward(IDLE_MS // 2)
        staff.open("/staff/files/csv/progress")
    assert not is_signed_in(staff)


def test_setting_the_clock_neither_signs_out_nor_keeps_in(staff, clock):
    clock.wall_ms += 400 * 86_400_000
    assert is_signed_in(staff)
    clock.wall_ms -= 800 * 86_400_000
    clock.boottime_ms += IDLE_MS
    assert not is_signed_in(staff)


def test_a_restart_signs_everyone_out(staff, kiosk, open_at, secrets_set):
    token = staff.client.get_cookie("kiosk_staff").value
    kiosk.close()
    again = Staff(set_up(open_at(kiosk.data)), "10.0.0.20")
    again.client.set_cookie("kiosk_staff", token)
    assert not is_signed_in(again)
    again.sign_in(PASSWORD)


def test_a_new_password_signs_everyone_out(staff, desk, kiosk):
    page = staff.post("/staff/secrets/password", [("new", "another one 99"), ("again", "another one 99")])
    assert "密码已修改" in page.text
    assert not is_signed_in(staff)
    assert not is_signed_in(desk)
    assert guess(staff, PASSWORD) == 403
    desk.type_pin(PIN)
    staff.sign_in("another one 99")


def test_a_new_pin_signs_the_touchscreen_out(staff, desk):
    page = staff.post("/staff/secrets/pin", [("pin", "")], 200)
    (pin,) = [one.text for one in page.tree.iter() if one.get("class") == "secret"]
    assert not is_signed_in(desk)
    assert guess(desk, PIN, "pin") == 403
    desk.type_pin(pin)


@pytest.mark.parametrize(
    ("path", "fields", "sentence"),
    [
        ("/staff/secrets/pin", {"pin": "123456"}, "太容易被猜到"),
        ("/staff/secrets/pin", {"pin": "12"}, "6 位数字"),
        ("/staff/secrets/password", {"new": "short", "again": "short"}, "至少"),
        ("/staff/secrets/password", {"new": "a good one 12", "again": "a good one 13"}, "不一致"),
        ("/staff/secrets/password", {}, "至少"),
    ],
)
def test_a_secret_that_will_not_do_changes_nothing(staff, kiosk, path, fields, sentence):
    before = [kiosk.accounts.secret(kind) for kind in ("password", "pin")]
    assert sentence in staff.post(path, fields.items(), 400).text
    assert [kiosk.accounts.secret(kind) for kind in ("password", "pin")] == before
    assert is_signed_in(staff)


def test_the_session_of_one_place_is_worth_nothing_in_another(staff, app):
    thief = Staff(app)
    thief.client.set_cookie("kiosk_staff", staff.client.get_cookie("kiosk_staff").value)
    assert not is_signed_in(thief)


def test_staff_see_the_whole_health_of_the_kiosk_and_others_one_word(staff, app):
    assert staff.open("/healthz").json["entries"] == 0
    assert Visitor(app, "10.0.0.21").open("/healthz").json == {"status": "ok"}


# Guessing


def test_after_some_wrong_passwords_a_machine_has_to_wait_even_with_the_right_one(laptop, clock):
    for _ in range(secret.STRANGER.at_once):
        assert guess(laptop) == 403
    assert guess(laptop, PASSWORD) == 429
    page = laptop.sign_in(PASSWORD, 429)
    assert "请等 120 秒" in page.text
    clock.forward(secret.STRANGER.every_ms)
    laptop.sign_in(PASSWORD)


def test_moving_the_clock_gives_no_guess_back(laptop, clock):
    for _ in range(secret.STRANGER.at_once):
        guess(laptop)
    clock.wall_ms += 10 * 86_400_000
    assert guess(laptop, PASSWORD) == 429


def attack(app, clock, addresses: int, rounds: int, seconds: float) -> int:
    """Return how many of the guesses were tried; the rest were told to wait."""
    tried = 0
    for _ in range(rounds):
        for number in range(addresses):
            someone = Staff(app, f"10.0.1.{number}")
            # Other limits are not what is looked at here.
            tried += guess(someone) == 403
            clock.forward(int(seconds * 1000))
    return tried


def test_a_thousand_guesses_from_twenty_machines_with_a_restart_get_no_further_than_one_budget(
    kiosk, open_at, secrets_set, clock
):
    started_ms = clock.boottime_ms
    tried = attack(set_up(kiosk), clock, 20, 25, 0.2)
    kiosk.close()
    kiosk = open_at(kiosk.data)
    app = set_up(kiosk)
    tried += attack(app, clock, 20, 25, 0.2)
    passed_ms = clock.boottime_ms - started_ms
    rate = secret.ALL_STRANGERS
    assert rate.at_once <= tried <= rate.at_once + passed_ms / rate.every_ms
    # The touchscreen's staff notice nothing of it, with the PIN or the password.
    Staff(app).type_pin(PIN)
    Staff(app).sign_in(PASSWORD)


def test_a_restart_of_the_machine_gives_no_guess_back(kiosk, open_at, secrets_set, clock):
    someone = Staff(set_up(kiosk))
    while guess(someone, "000000", "pin") == 403:
        pass
    kiosk.close()
    clock.boot, clock.boottime_ms = "66666666-2222-3333-4444-555555555555", 20_000
    someone = Staff(set_up(open_at(kiosk.data)))
    assert guess(someone, PIN, "pin") == 429
    clock.forward(secret.TOUCHSCREEN_PIN.every_ms)
    someone.type_pin(PIN)


def test_strangers_cannot_shut_out_a_machine_that_signed_in_before(staff, app, clock):
    staff.post("/staff/sign-out", [])
    attack(app, clock, 30, 5, 0)
    assert guess(Staff(app, "10.0.0.99"), PASSWORD) == 429
    staff.sign_in(PASSWORD)


def test_a_made_up_token_of_a_known_machine_is_worth_nothing(app, secrets_set, clock):
    attack(app, clock, 30, 5, 0)
    someone = Staff(app, "10.0.0.99")
    someone.client.set_cookie("kiosk_machine", "made-up")
    assert guess(someone, PASSWORD) == 429


def test_children_who_used_the_pin_up_are_undone_by_the_password(app, laptop):
    touchscreen = Staff(app)
    while guess(touchscreen, "000000", "pin") == 403:
        pass
    assert guess(touchscreen, PIN, "pin") == 429
    laptop.sign_in(PASSWORD)
    touchscreen.type_pin(PIN)


def test_one_stranger_who_gets_in_gives_the_others_nothing(app, secrets_set, clock, kiosk):
    attack(app, clock, 3, 5, 0)
    before = kiosk.accounts.budget("strangers").left
    Staff(app, "10.0.0.98").sign_in(PASSWORD)
    assert kiosk.accounts.budget("strangers").left == pytest.approx(before, abs=0.01)


def test_a_guess_counts_even_when_the_plug_is_pulled_while_it_is_tried(laptop, kiosk, monkeypatch):
    class Pulled(BaseException):
        pass

    def pulled(*_):
        raise Pulled

    monkeypatch.setattr("kiosk.storage.accounts.check_password_hash", pulled)
    for _ in range(2):
        with pytest.raises(Pulled):
            guess(laptop)
    assert kiosk.accounts.budget("strangers").left == secret.ALL_STRANGERS.at_once - 2


def test_guesses_that_come_at_once_are_counted_one_by_one(kiosk, secrets_set):
    kiosk.strangers_in_line = threading.Semaphore(50)
    come, said = threading.Barrier(50), []

    def try_one(number: int) -> None:
        come.wait()
        try:
            sign_in(kiosk, "password", "wrong", Guesser(f"10.0.0.{number}", False))
        except KioskError as error:
            said.append(type(error))

    threads = [threading.Thread(target=try_one, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(said) == {WrongSecret: secret.ALL_STRANGERS.at_once, TooMany: 50 - secret.ALL_STRANGERS.at_once}


def test_only_a_few_strangers_wait_for_each_other_and_staff_whom_the_kiosk_knows_always_may(kiosk, secrets_set):
    known = sign_in(kiosk, "password", PASSWORD, Guesser("10.0.0.1", False)).machine_token
    said, got_in = [], []

    def try_one(number: int) -> None:
        try:
            sign_in(kiosk, "password", "wrong", Guesser(f"10.0.1.{number}", False))
        except KioskError as error:
            said.append(type(error))

    def get_in(guesser: Guesser) -> None:
        got_in.append(sign_in(kiosk, "password", PASSWORD, guesser))

    with kiosk.guessing:  # someone's guess is being tried
        threads = [threading.Thread(target=try_one, args=(number,)) for number in range(10)]
        staff = [Guesser("10.0.0.1", False, known), Guesser("127.0.0.1", True)]
        threads += [threading.Thread(target=get_in, args=(guesser,)) for guesser in staff]
        for thread in threads:
            thread.start()
        wait_for(lambda: len(said) == 10 - STRANGERS_IN_LINE, told=lambda: said)
        assert said == [TooMany] * (10 - STRANGERS_IN_LINE)
    for thread in threads:
        thread.join()
    assert said[-STRANGERS_IN_LINE:] == [WrongSecret] * STRANGERS_IN_LINE
    assert len(got_in) == 2


def test_one_laptop_that_signs_in_all_day_makes_no_other_a_stranger(kiosk, secrets_set, monkeypatch):
    monkeypatch.setattr("kiosk.storage.accounts.MOST_MACHINES", 3)
    other = sign_in(kiosk, "password", PASSWORD, Guesser("10.0.0.1", False)).machine_token
    token = ""
    for _ in range(5):
        token = sign_in(kiosk, "password", PASSWORD, Guesser("10.0.0.2", False, token)).machine_token
    assert kiosk.accounts.knows_machine(token)
    assert kiosk.accounts.knows_machine(other)


def test_who_knows_the_pin_gets_in_time_and_again_where_the_disk_takes_nothing(kiosk, secrets_set):
    kiosk.accounts._connection.pragma("query_only", True)
    for _ in range(2 * secret.TOUCHSCREEN_PIN.at_once):
        sign_in(kiosk, "pin", PIN, Guesser("127.0.0.1", True))


# A file of secrets that cannot be read


def test_while_the_secrets_cannot_be_read_staff_are_told_and_the_kiosk_goes_on(staff, app, kiosk):
    kiosk.accounts._connection.pragma("busy_timeout", 0)
    lock = apsw.Connection(str(kiosk.accounts.path))
    lock.execute("BEGIN EXCLUSIVE")
    for page in (staff.get("/staff", 507), Staff(app, "10.0.0.9").sign_in(PASSWORD, 507)):
        assert "无法读写 accounts.db" in page.text
        assert str(kiosk.data) not in page.html
    assert staff.open("/healthz").json == {"status": "ok"}
    assert Visitor(app).get("/").status == 200
    lock.execute("ROLLBACK")
    lock.close()
    assert is_signed_in(staff)


# The first secrets


def test_the_first_password_lies_in_a_file_until_it_is_used(kiosk, app):
    path = kiosk.data / "first-password"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text().strip()
    Staff(app, "10.0.0.20").sign_in(text)
    assert not path.exists()
    assert (kiosk.data / "first-pin").exists()
    Staff(app).type_pin((kiosk.data / "first-pin").read_text().strip())
    assert not (kiosk.data / "first-pin").exists()


def test_a_second_start_makes_no_other_password(kiosk, open_at):
    text = (kiosk.data / "first-password").read_text()
    kiosk.close()
    again = open_at(kiosk.data)
    assert (kiosk.data / "first-password").read_text() == text
    assert again.accounts.secret("password").is_(text.strip())


def test_the_first_pin_is_removed_when_it_is_changed_unused(staff, kiosk):
    kiosk_file = kiosk.data / "first-pin"
    assert kiosk_file.exists()
    staff.post("/staff/secrets/pin", [("pin", "739264")], 200)
    assert not kiosk_file.exists()


def test_where_the_secrets_cannot_be_read_nobody_gets_in_and_everyone_is_told(app, kiosk, laptop, monkeypatch):
    monkeypatch.setattr(kiosk.accounts, "failure", "FullError: database or disk is full")
    monkeypatch.setattr(kiosk.accounts, "secret", lambda _: None)
    assert "无法登录：FullError" in laptop.sign_in(PASSWORD, 403).text
    assert "Nobody can sign in" in Visitor(app).open("/healthz").json["concerns"][0]
