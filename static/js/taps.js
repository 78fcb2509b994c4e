// What a finger meant: a press that slides a little counts, one that jumps is one, and a second tap never presses what
// has just come up under it. Timed by the events: a busy page hears late.

const SLIDE_PX = 24;
const STILL_PX = 8; // below this, the browser makes a click of it
const JUMP_MS = 80;
const HOLD_MS = 1000;
const CLICK_COMES_MS = 50;
const SHIELD_MS = 400;
const PRESSABLE = "a[href], button, summary, label";

let press = null; // the latest; none once a key was used
let lifted = { at: -JUMP_MS };
let pages = 0; // counted, because clocks are too coarse
let shield = null;
let lowering = 0;

export function readTaps() {
  watch("pointerdown", (event) => event.isPrimary && down(event));
  watch("pointermove", (event) => event.isPrimary && moved(event));
  // Not pointerup: to the browser a finger that slides scrolls, and has no such end.
  watch("touchmove", (event) => moved(event.touches[0]));
  watch("touchend", (event) => event.touches.length || up(event.changedTouches[0], event.timeStamp));
  watch("keydown", () => (press = null));
  document.addEventListener("click", refuse, { capture: true });
}

// Hear of it before anyone else, and change nothing.
export function watch(type, act) {
  document.addEventListener(type, act, { capture: true, passive: true });
}

// The screen changed: neither the press under way nor the next tap there was meant for it; after a change that nobody
// asked for, no tap at all.
export function guardTaps(byItself = false) {
  pages += 1;
  lower();
  if (!byItself && !press) return;
  shield = document.createElement("div");
  shield.className = byItself ? "shield shield-all" : "shield";
  if (!byItself) Object.assign(shield.style, { left: `${press.x}px`, top: `${press.y}px` });
  // Over an open question there is nothing but what is in it.
  (document.querySelector("dialog[open]") ?? document.body).append(shield);
  lowering = setTimeout(lower, SHIELD_MS);
}

export function isSliding() {
  return press?.slid > SLIDE_PX;
}

function lower() {
  clearTimeout(lowering);
  shield?.remove();
  shield = null;
}

function down({ clientX: x, clientY: y, target, pointerType, timeStamp: at }) {
  const isFinger = pointerType === "touch";
  const jumps = isFinger && at - lifted.at < JUMP_MS && Math.hypot(x - lifted.x, y - lifted.y) < SLIDE_PX;
  press = { x, y, at, isFinger, jumps, page: pages, target: target.closest?.(PRESSABLE), slid: 0 };
}

function moved({ clientX, clientY }) {
  if (press) press.slid = Math.max(press.slid, Math.hypot(clientX - press.x, clientY - press.y));
}

function up({ clientX: x, clientY: y }, at) {
  const meant = press;
  const top = scrollY;
  lifted = { x, y, at };
  if (!meant?.target || meant.jumps || at - meant.at > HOLD_MS) return;
  if (meant.slid < STILL_PX || isSliding()) return;
  if (document.elementFromPoint(x, y)?.closest(PRESSABLE) !== meant.target) return;
  setTimeout(() => {
    // A page that scrolls on was flicked.
    if (meant.clicked || meant.page !== pages || Math.abs(scrollY - top) > 2) return;
    meant.made = true;
    meant.target.click();
  }, CLICK_COMES_MS);
}

function refuse(event) {
  // Keys and scripts press without a finger.
  if (!press || !event.isTrusted || !event.detail) return;
  press.clicked = true;
  const isLong = press.isFinger && event.timeStamp - press.at > HOLD_MS;
  if (!isLong && !press.jumps && !press.made && press.page === pages) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
