"""Every screen a visitor can meet, and every way it can look: the one list of tests, gallery and figures.

A new page belongs in `SCREENS`; `tests/browser/test_sizes.py` says which one was forgotten.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import UUID, uuid4

from playwright.sync_api import Page

from kiosk.actions.display import change_display
from kiosk.actions.kiosk import Kiosk
from kiosk.domain.clock import Stamp
from kiosk.domain.display import Change
from kiosk.domain.event import Pack
from kiosk.domain.quiz import Question
from kiosk.domain.quiz_round import Place, Plan, Pool
from tests.browser.served import Served, post
from tests.playing import offered

LOCALES = ("zh", "en")
TEXTS = ("normal", "large")
THEMES = ("light", "outdoor", "contrast")


@dataclass(frozen=True)
class Look:
    """How a screen looks: what a visitor chose in the address, and the theme that staff chose for the place."""

    locale: str = "zh"
    text: str = "normal"
    theme: str = "light"

    def __str__(self) -> str:
        return "-".join(part for part in (self.locale, self.text, self.theme) if part not in ("normal", "light"))

    def on(self, path: str) -> str:
        """Return the address of a page in this look, for a kiosk whose place has this look's theme."""
        said = []
        if self.locale != LOCALES[0]:
            said.append(f"lang={self.locale}")
        if self.text == "large":
            said.append("text=large")
        if self.theme == "contrast":
            said.append("contrast=high")
        return path + ("&" if "?" in path else "?") + "&".join(said) if said else path


PLAIN = Look()
LOOKS = [Look(locale, text, theme) for locale in LOCALES for text in TEXTS for theme in THEMES]


def in_language(path: str, locale: str) -> str:
    return Look(locale).on(path)


@dataclass(frozen=True)
class Screen:
    """Where a screen is, `{…}` being ids that `begin` minted, and what staff have put on the display meanwhile."""

    path: str
    display: str = "running"
    status: int = 200


# What staff have put on the display, by its name: texts as long as they may be, since short ones fit wherever these do.
DISPLAYS = {
    "running": {},
    "notice": {
        "notice": {
            "zh": "因天气原因，下午的科普大篷车表演改在图书馆一层报告厅举行，"
            "请各位观众朋友听从志愿者引导，有序前往，注意脚下台阶安全。",
            "en": "Rain: the afternoon’s show moves to the library, first floor",
        }
    },
    "changed": {
        "changes": {
            "grassroots-tour": Change(
                {"zh": "改到上午十点半开始", "en": "Now at half past ten in the morning"},
                {"zh": "改在内蒙古自治区图书馆一层报告厅", "en": "Now in the hall of the public library"},
            )
        }
    },
    "before": {"state": "before"},
    "closed": {"state": "closed"},
    "over": {"state": "over"},
    "queue": {"mode": "queue"},
    "photo": {"mode": "photo"},
}
GROUP = "id={new}&party_size=46&visitor_type.primary_pupil=45"
SCREENS = {
    "home": Screen("/"),
    "programme": Screen("/programme"),
    "scientists": Screen("/scientists"),
    "scientists of a field": Screen("/scientists?area=space"),
    "scientist": Screen("/scientists/tu-youyou"),
    "profile after a tribute": Screen("/scientists/tu-youyou?visit={visit}"),
    "scientist of a field": Screen("/scientists/nan-rendong?area=space"),
    "another scientist": Screen("/scientists/qian-xuesen"),
    "about": Screen("/about"),
    "privacy": Screen("/privacy"),
    "quiz": Screen("/quiz"),
    "question": Screen("/quiz/{statement}/0/1"),
    "question with options": Screen("/quiz/{choice}/0/1"),
    "longest question": Screen("/quiz/{longest}/0/1"),
    "answer": Screen("/quiz/{judged}/0/1"),
    "answer among options": Screen("/quiz/{chosen}/0/1"),
    "longest answer": Screen("/quiz/{explained}/0/1"),
    "result": Screen("/quiz/{played}/0"),
    "result of a long round": Screen("/quiz/{long}/0"),
    "check-in": Screen("/check-in"),
    "check-in age": Screen("/check-in/one/1?id={new}&party_size=1&visitor_type=teacher"),
    "check-in district": Screen("/check-in/one/2?id={new}&party_size=1&visitor_type=teacher"),
    "group size": Screen("/check-in/group?id={new}&typed=46"),
    "group question": Screen(f"/check-in/group/0?{GROUP}"),
    "group pad": Screen(f"/check-in/group/0?{GROUP}&pad=teacher"),
    "group district": Screen(f"/check-in/group/2?{GROUP}"),
    "checked in": Screen("/check-in/{one}?stay="),
    "card": Screen("/P/{card}"),
    "taken back": Screen("/check-in/{taken}"),
    "feedback": Screen("/feedback"),
    "feedback suggestions": Screen("/feedback/satisfied"),
    "feedback thanks": Screen("/feedback/thanks?visit={visit}"),
    "scenes": Screen("/scenes"),
    "scene of the theme": Screen("/scenes?only=theme"),
    "scene of a scientist": Screen("/scenes?only=scientist&turn=17"),
    "scene of the quiz": Screen("/scenes?only=quiz"),
    "scene of activities": Screen("/scenes?only=programme&turn=1"),
    "scene of the visitors": Screen("/scenes?only=visitors"),
    "nothing": Screen("/nothing", status=404),
    "home with a notice": Screen("/", "notice"),
    "scene of a notice": Screen("/scenes?only=notice", "notice"),
    "programme with a change": Screen("/programme", "changed"),
    "before the event": Screen("/", "before"),
    "closed for today": Screen("/", "closed"),
    "the event is over": Screen("/", "over"),
    "queue": Screen("/", "queue"),
    "photo": Screen("/", "photo"),
}
# What needs no scrolling at any size in the usual text, because nobody would look for more there.
NO_SCROLLING = (
    "home",
    "question",
    "question with options",
    "longest question",
    "check-in",
    "check-in age",
    "check-in district",
    "group size",
    "checked in",
)


def begin(url: str, pack: Pack) -> dict[str, str]:
    """Visit the kiosk at `url` that shows `pack`: check in, play, say something; return the ids of paths."""
    ids = {name: str(uuid4()) for name in ("new", "one", "taken", "played", "long", "visit")}
    ids |= _first_questions(pack)
    # Enough of them that visitors are told how many they are.
    post(url + "/check-in", id=str(uuid4()), party_size="46")
    post(url + "/check-in", id=ids["one"], party_size="1")
    with urlopen(f"{url}/check-in/{ids['one']}", timeout=10) as page:
        ids["card"] = re.search(r"/P/([0-9A-Z]+)", page.read().decode())[1]
    post(url + "/check-in", id=ids["taken"], party_size="3")
    post(f"{url}/check-in/{ids['taken']}/undo")
    for name in ("judged", "chosen", "explained"):
        play(f"{url}/quiz/{ids[name]}/0", 1)
    for name, length in zip(("played", "long"), pack.event.quiz.questions_per_round, strict=True):
        play(f"{url}/quiz/{ids[name]}/0", length)
    post(url + "/scientists/tu-youyou/tribute", visit=ids["visit"])
    post(url + "/feedback", visit=ids["visit"], satisfaction="satisfied")
    return ids


def play(round_at: str, length: int) -> None:
    """Answer a round with the last of what is offered, which is wrong as often as not."""
    for number in range(1, length + 1):
        address = f"{round_at}/{number}?length={length}" if length > 1 else f"{round_at}/{number}"
        with urlopen(address, timeout=10) as page:
            choice = offered(page.read().decode())[-1]
        post(address, answer=choice)


def _first_questions(pack: Pack) -> dict[str, str]:
    """Return series of rounds whose first questions are of every kind: the ids are the same each time."""
    pool = Pool(pack.questions, [one.id for one in pack.event.quiz.audiences])
    plan = Plan(None, pack.event.quiz.questions_per_round[0])
    by_id: dict[str, list[str]] = {}
    for number in range(4_000):
        series = str(UUID(int=number, version=4))
        by_id.setdefault(pool.draw(Place(series, 0), plan).questions[0].id, []).append(series)
    questions = [pool.question(one) for one, all_of_them in by_id.items() if len(all_of_them) > 1]

    def length(question: Question) -> int:
        return max(len(question.text["zh"]), len(question.text["en"]) // 3) + sum(
            len(one["zh"]) for one in question.options
        )

    statement = next(one for one in questions if one.kind == "true_false")
    choice = next(one for one in questions if len(one.options) == 4)
    longest = max((one for one in questions if one.options), key=length)
    wordiest = max(questions, key=lambda one: len(one.explanation["en"]) + len((one.reasoning or {}).get("en", "")))
    return {
        "statement": by_id[statement.id][0],
        "judged": by_id[statement.id][1],
        "choice": by_id[choice.id][0],
        "chosen": by_id[choice.id][1],
        "longest": by_id[longest.id][0],
        "explained": by_id[wordiest.id][-1],
    }


def know_the_time(kiosk: Kiosk) -> None:
    """Let a kiosk trust the clock of a machine that nobody vouches for: what depends on the day is to be seen too."""
    doubting = kiosk.clock.now

    def now() -> Stamp:
        return replace(doubting(), clock="ntp")

    kiosk.clock.now = kiosk.log._now = now


class Kiosks:
    """The kiosks whose screens are looked at, one for every display that a screen or a theme needs."""

    def __init__(self, serve: Callable[..., Served]):
        self._serve = serve
        self._served: dict[tuple[str, str], tuple[Served, dict[str, str]]] = {}

    def at(self, display: str = "running", theme: str = "light") -> Served:
        """Return the kiosk with such a display, in a place with such a theme."""
        return self._at(display, theme)[0]

    def _at(self, display: str, theme: str) -> tuple[Served, dict[str, str]]:
        place = "outdoor" if theme == "outdoor" else "light"
        if (display, place) not in self._served:
            served = self._serve()
            know_the_time(served.kiosk)
            # Elsewhere nobody has to have been.
            ids = begin(served.url, served.kiosk.pack) if display == "running" else {}
            change_display(served.kiosk, theme=place, **DISPLAYS[display])
            self._served[display, place] = served, ids
        return self._served[display, place]

    def address(self, screen: str, look: Look = PLAIN, *, phone: bool = False) -> str:
        """Return the whole address of a screen in a look, as the touchscreen or a phone asks for it."""
        wanted = SCREENS[screen]
        served, ids = self._at(wanted.display, look.theme)
        return (served.phone_url if phone else served.url) + look.on(wanted.path.format(**ids))

    @property
    def unbroken(self) -> tuple[str, ...]:
        """The words that no line may break."""
        return self.at().kiosk.event.theme.unbroken

    def path(self, screen: str) -> str:
        """Return the path of a screen at the kiosk that has nothing on its display."""
        return SCREENS[screen].path.format(**self._at("running", "light")[1])


def open_screen(page: Page, kiosks: Kiosks, screen: str, look: Look = PLAIN, *, phone: bool = False) -> None:
    """Open a screen in a look. Raise AssertionError if the kiosk answers with another page than that."""
    address = kiosks.address(screen, look, phone=phone)
    answer = page.goto(address)
    assert answer.status == SCREENS[screen].status, f"{screen}: {answer.status}"
    assert urlsplit(page.url).path == urlsplit(address).path, f"{screen} led to {page.url}"
