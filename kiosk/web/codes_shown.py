"""Every QR code that is on a screen of this kiosk or on its paper, for the check before doors open.

Names them and says what each is to say; reads none.
"""

from collections.abc import Callable

from kiosk.actions.preflight import CodeShown
from kiosk.domain.cards import CardKey, card_content
from kiosk.domain.errors import N_, Sentence
from kiosk.domain.event import Channel, Event, Pack
from kiosk.web.here import Here
from kiosk.web.locale import pick, say

OWN_PAGES = {
    "screen.home": N_("This event on your phone"),
    "screen.scientists": N_("Meet the scientists"),
    "screen.check_in": N_("Check in here"),
    "screen.quiz": N_("Science quiz"),
}


def own_pages(event: Event, locale: str) -> dict[str, str]:
    """Return the kiosk's pages that phones may open from paper: the name of each by its endpoint."""
    pages = {one: words for one, words in OWN_PAGES.items() if one != "screen.check_in" or event.check_in.phones}
    return {endpoint: say(Sentence(words), locale) for endpoint, words in pages.items()}


def codes_shown(
    pack: Pack,
    locale: str,
    here: Here | None,
    path_of: Callable[..., str],
    picture_of: Callable[[Channel], bytes | None],
    cards: CardKey | None,
) -> list[CodeShown]:
    """Return the codes of a pack, named in a language.

    `path_of(endpoint, **values)` gives the address of a page of the kiosk, `picture_of` a channel's ready-made code.
    """
    event = pack.event
    found = []
    if here:
        for endpoint, name in own_pages(event, locale).items():
            path = path_of(endpoint)
            found.append(CodeShown(name, here.url + path, own=path))
            # Paper in another language leads to its pages.
            found += [
                CodeShown(name, f"{here.url}{path}?lang={other}", own=f"{path}?lang={other}")
                for other in event.locales[1:]
            ]
        if here.network == "any":
            for person in pack.scientists:
                path = path_of("screen.scientist", scientist_id=person.id)
                found.append(CodeShown(pick(person.names, locale), here.url + path, own=path))
    if cards:
        token = cards.new(1)
        path = path_of("screen.card", token=token)
        name = say(Sentence(N_("A stamp card")), locale)
        found.append(CodeShown(name, card_content(here.url if here else None, token), own=path))
    for channel in [*([event.quiz.official] if event.quiz.official else []), *event.channels]:
        picture = picture_of(channel) if isinstance(channel, Channel) and channel.picture else None
        if picture or channel.address:
            found.append(CodeShown(pick(channel.name, locale), channel.address, picture))
    found += [CodeShown(pick(person.names, locale), person.link) for person in pack.scientists if person.link]
    return found
