"""Hundreds of visitors in one document, one after the other: nothing of them may pile up."""

import json

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.browser.served import Served

VISITORS, SETTLED = 500, 50
# A browser lets a document change its address two hundred times in ten seconds; no visitor comes near that.
PACE_MS = 450
IDLE_MS, ANSWER_MS = 60_000, 20_000
PATIENCE_MS = 8_000  # until the page gives a question up, it keeps what came of it
# What of a heap snapshot is made by the page's scripts, not by the engine.
OURS = ("object", "closure", "array", "string", "concatenated string", "sliced string", "number", "regexp", "symbol")

# Presses like a visitor and waits for the screen it leads to, without timers: the page's are in the test's hands.
WALK = """async ([name, steps]) => {
    const shown = (screen) => new Promise((done) => {
        const look = () => document.body.dataset.screen === screen && (watch.disconnect(), done());
        const watch = new MutationObserver(look);
        watch.observe(document.body, { attributes: true, childList: true });
        look();
    });
    const changed = () => new Promise((done) => {
        const watch = new MutationObserver(() => (watch.disconnect(), done()));
        watch.observe(document.body, { childList: true });
    });
    for (const [selector, screen] of steps) {
        const change = changed();
        const choices = document.querySelectorAll(selector);
        if (!choices.length) throw new Error(`${name}: no ${selector} on ${location}`);
        choices[name % choices.length].click();
        await change;
        await shown(screen);
    }
}"""

CHECK_IN = [
    (".door-check-in", "check-in"),
    ("li:not(.declining) > a.choice", "check-in"),
]
PROFILE = [(".door-scientists", "scientists"), (".person", "scientist")]
QUIZ = [
    (".door-quiz", "quiz"),
    (".quiz-start .choice", "quiz-question"),
    ("button[name=answer]", "quiz-question"),
]
DONE = [(".bar .done", "home")]


@pytest.fixture
def alone(serve) -> Served:
    return serve()


def weigh(page: Page, devtools: CDPSession) -> dict[str, int]:
    """Return what the page holds once everything that can be forgotten is, always after the same visits.

    `held` is the bytes of all objects, functions, lists and texts of the page's scripts. Not the whole heap: there the
    engine keeps what it compiles, more of it the longer a page lives, and no visitor is in it. What the browser's
    developer tools note of each request is outside the heap, and theirs.
    """
    page.evaluate(WALK, [0, QUIZ + DONE + PROFILE + DONE])
    page.clock.run_for(1_000)
    page.wait_for_timeout(PATIENCE_MS + 1_000)
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    counters = devtools.send("Memory.getDOMCounters")
    return {
        "held": held(page),
        "nodes": counters["nodes"],
        "listeners": counters["jsEventListeners"],
        "documents": counters["documents"],
    }


def held(page: Page) -> int:
    parts = []
    devtools = page.context.new_cdp_session(page)
    devtools.on("HeapProfiler.addHeapSnapshotChunk", lambda event: parts.append(event["chunk"]))
    devtools.send("HeapProfiler.takeHeapSnapshot")
    devtools.detach()
    snapshot = json.loads("".join(parts))
    fields, types = (snapshot["snapshot"]["meta"][name] for name in ("node_fields", "node_types"))
    kind, size = fields.index("type"), fields.index("self_size")
    nodes, width = snapshot["nodes"], len(fields)
    ours = {types[kind].index(one) for one in OURS}
    return sum(nodes[at + size] for at in range(0, len(nodes), width) if nodes[at + kind] in ours)


def check_in(page: Page, number: int) -> None:
    page.evaluate(WALK, [number, CHECK_IN])
    # Some answers imply the next ones, so the way is not the same for all.
    while page.get_attribute("body", "data-screen") == "check-in":
        page.evaluate("""() => new Promise((done) => {
            const watch = new MutationObserver(() => (watch.disconnect(), done()));
            watch.observe(document.body, { childList: true });
            document.querySelector(".choice").click();
        })""")


def walk_away(page: Page) -> None:
    page.clock.run_for(IDLE_MS + 1_000)
    page.clock.run_for(ANSWER_MS + 1_000)
    expect(page.locator("body")).to_have_attribute("data-screen", "home")


@pytest.mark.long
def test_after_500_visitors_the_page_weighs_what_it_weighed_after_50(new_page, alone, capsys):
    page = new_page(reduced_motion="no-preference")
    page.clock.install()
    page.goto(alone.url + "/")
    length = page.evaluate("window.same = history.length")
    devtools = page.context.new_cdp_session(page)
    weights = {}
    for number in range(1, VISITORS + 1):
        kind = number % 3
        if kind == 0:
            check_in(page, number)
        else:
            page.evaluate(WALK, [number, PROFILE if kind == 1 else QUIZ])
        if number % 10 == 0 and kind:
            walk_away(page)
        else:
            page.evaluate(WALK, [number, DONE])
        if number % 25 == 0:
            # Nobody comes for a while: the scenes go round.
            for _ in range(8):
                page.clock.run_for(9_100)
                page.wait_for_timeout(50)
            page.keyboard.press("Escape")
            expect(page.locator(".scenes")).to_have_count(0)
        page.wait_for_timeout(PACE_MS)
        if number % SETTLED == 0:
            weights[number] = weigh(page, devtools)
    with capsys.disabled():
        print("", *weights.items(), sep="\n")
    early, late = weights[SETTLED], weights[VISITORS]
    assert page.evaluate("[window.same, history.length]") == [length, length], "it was one document all along"
    assert late["nodes"] <= early["nodes"] + 20
    assert late["listeners"] <= early["listeners"] + 5
    assert late["documents"] <= early["documents"] + 2
    # A dozen bytes of each visitor would be more.
    assert late["held"] <= early["held"] + 5_000
