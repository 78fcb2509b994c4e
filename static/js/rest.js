// The start screen at rest: asks now and then whether it still shows what it should, goes dark, and wakes at a touch.

import { SIGNS_OF_LIFE } from "./idle.js";
import { guardTaps } from "./taps.js";
import { isStart, leaveForHome } from "./visit.js";

const ASK_MS = 5000;
const AWAKE_MS = 60_000;
const QUIET_MS = 2000;
const LIFETIME_MS = 6 * 3_600_000; // no document lives for ever

const bornAt = performance.now();
let touchedAt = -AWAKE_MS;
let lookedAgainFor = null;

export function keepUpToDate(page) {
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
    const quietMs = performance.now() - touchedAt;
    setDark(dark && quietMs >= AWAKE_MS);
    if (version === shown) lookedAgainFor = null;
    // Not under somebody's finger, and not again and again.
    if (quietMs < QUIET_MS) return;
    if (shown !== undefined && version !== shown && version !== lookedAgainFor) {
      lookedAgainFor = version;
      leaveForHome();
    } else if (performance.now() - bornAt > LIFETIME_MS && quietMs >= AWAKE_MS) {
      location.replace("/");
    }
  };

  page.on(document, SIGNS_OF_LIFE, (event) => event.type === "scroll" || touched());
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
