// Someone walked away: ask, count down, and give the start screen to the next visitor.

import { guardTaps } from "./taps.js";
import { isStart, leaveForHome } from "./visit.js";

export const SIGNS_OF_LIFE = "pointerdown keydown wheel scroll";

export function watchIdleness(page) {
  const dialog = document.querySelector("dialog.idle");
  if (!dialog || isStart(location)) return;
  const idleMs = Number(dialog.dataset.idleSeconds) * 1000;
  const count = dialog.querySelector(".idle-count b");
  let stop = null;

  const wait = () => {
    stop?.();
    // The start screen in another language goes back to its own without asking.
    stop = page.after(idleMs, location.pathname === "/" ? leaveForHome : ask);
  };

  const ask = () => {
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog.showModal();
    guardTaps(true);
    stop = countDown(page, Number(dialog.dataset.idleAnswerSeconds), count, leaveForHome);
  };

  page.on(document, SIGNS_OF_LIFE, () => dialog.open || wait());
  page.on(dialog, "close", wait);
  page.on(dialog, "click", (event) => {
    const pressed = event.target.closest("[data-idle]")?.dataset.idle;
    if (pressed === "done") {
      event.preventDefault();
      leaveForHome();
    } else if (pressed || event.target === dialog) {
      // A touch beside the question is an answer too.
      dialog.close();
    }
  });
  wait();
}

// Show the seconds that are left and act once they are over. Returns a function that calls it off.
export function countDown(page, seconds, shown, act) {
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    if (shown) shown.textContent = String(left);
    if (left) return;
    // Once: asked for again and again, a start screen that takes a moment would never arrive.
    stop();
    act();
  };
  const stop = page.every(250, tick);
  tick();
  return stop;
}
