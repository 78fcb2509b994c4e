// The start screen at rest: asks now and then whether it still shows what it should, goes dark, and wakes at a touch.

import { SIGNS_OF_LIFE } from "./idle.js";
import { guardTaps } from "./taps.js";
import { isStart, leaveForHome } from "./visit.js";

const ASK_MS = 5000;
const AWAKE_MS = 60_000;
const QUIET_MS = 2000;
const LOOK_AGAIN_MS = 60_000;
const LIFETIME_MS = 6 * 3_600_000; // no document lives for ever

const bornAt = performance.now();
let touchedAt = -AWAKE_MS;
let looked = {};

export function keepUpToDate(page) {
  // On every page: who comes home from one was here just now.
  page.on(document, SIGNS_OF_LIFE, (event) => event.type === "scroll" || touched());
  if (!isStart(location)) return;
  const shown = document.body.dataset.displayVersion;

  const ask = async () => {
    const told = await fetch("/display", { signal: AbortSignal.timeout(ASK_MS) })
      .then((response) => response.json())
      .catch(() => null);
    if (page.isOver) return;
    page.after(ASK_MS, ask);
    if (told) act(told);
  };

  const act = ({ version, dark }) => {
    const now = performance.now();
    const isLeft = now - touchedAt >= AWAKE_MS;
    setDark(dark && isLeft);
    // Whoever was told that a page did not open has left.
    if (isLeft) document.querySelector("dialog[open]")?.close();
    // Not under somebody's finger, and not again and again.
    if (now - touchedAt < QUIET_MS) return;
    const wasLookedFor = version === looked.version && now - looked.at < LOOK_AGAIN_MS;
    if (version !== shown && !wasLookedFor) {
      looked = { version, at: now };
      leaveForHome();
    } else if (now - bornAt > LIFETIME_MS && isLeft) {
      location.replace("/");
    }
  };

  ask();
}

export function isDark() {
  return document.documentElement.hasAttribute("data-dark");
}

function touched() {
  touchedAt = performance.now();
  if (!isDark()) return;
  setDark(false);
  // The touch that wakes presses nothing.
  guardTaps(true);
}

function setDark(dark) {
  document.documentElement.toggleAttribute("data-dark", dark);
}
