"""Fills a data folder with many check-ins, in one transaction, for figures on large logs."""

import random
from pathlib import Path

from kiosk.domain.entry import FIELDS, Draft, canonical_json, mint_id
from kiosk.storage.folder import prepare_folder
from kiosk.storage.log import Log
from kiosk.storage.logfile import open_database
from kiosk.storage.machine import Clock


def fill(data: Path, count: int, seed: int = 1) -> int:
    """Write `count` check-ins of a busy season to the log in `data` and return their number."""
    prepare_folder(data)
    database, _ = open_database(data)
    clock = Clock()
    log = Log(database, clock.now)
    chance = random.Random(seed)
    begin_ms = 1_811_635_200_000

    def rows():
        for number in range(1, count + 1):
            size = 1 if chance.random() < 0.8 else chance.randint(2, 46)
            answers = {
                "visitor_type": {chance.choice(("primary_pupil", "teacher", "retired", "other")): size},
                "age_band": {chance.choice(("child", "adult", "senior")): size},
                "district": {chance.choice(("saihan", "xincheng", "yuquan", "elsewhere")): size},
            }
            event = "hohhot-2018"
            content = Draft(mint_id(), "check_in", event, "touch", "0" * 16, party_size=size, answers=answers).digest()
            yield (
                mint_id(), log.device, number, event, None, None, "check_in", size, canonical_json(answers), None,
                "{}", None, None, None, "0123456789abcdef", "touch", begin_ms + number * 250, clock.boot,
                number * 250, "ntp", content,
            )  # fmt: skip

    with database.write() as connection:
        connection.executemany(
            f"INSERT INTO entries ({', '.join(FIELDS)}) VALUES ({', '.join('?' * len(FIELDS))})", rows()
        )
    database.close()
    return count
