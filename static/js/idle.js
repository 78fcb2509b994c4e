// Back to the start by itself: when someone walked away, after asking; when a check-in was shown long enough.

import { guardTaps } from "./taps.js";
import { isStart, leaveForHome } from "./visit.js";

export const SIGNS_OF_LIFE = "pointerdown keydown wheel scroll";

export function watchIdleness(page) {
  const dialog = document.querySelector("dialog.idle");
  if (!dialog || isStart(location)) return;
  let stop = null;

  const wait = () => {
    stop?.();
    // The start screen in another language goes back to its own without asking.
    stop = page.after(dialog.dataset.idleSeconds * 1000, location.pathname === "/" ? leaveForHome : ask);
  };

  const ask = () => {
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    dialog.showModal();
    guardTaps(true);
    stop = countDown(page, dialog.dataset.idleAnswerSeconds, dialog.querySelector(".idle-count b"));
  };

  page.on(document, SIGNS_OF_LIFE, () => dialog.open || wait());
  page.on(dialog, "close", wait);
  page.on(dialog.querySelector("a"), "click", (event) => {
    event.preventDefault();
    leaveForHome();
  });
  wait();
}

export function countDownSuccess(page) {
  const main = document.querySelector("main");
  const seconds = +main?.dataset.homeAfter;
  if (!seconds) return;

  const stop = countDown(page, seconds, main.querySelector("[data-countdown]"));
  const stay = () => {
    stop();
    main.querySelector(".home-after")?.classList.add("gone");
  };
  page.on(document, "pointerdown keydown", stay);
  page.on(main, "click", (event) => {
    if (!event.target.closest("[data-stay]")) return;
    event.preventDefault();
    stay();
  });
}

// Show the seconds until the start screen comes. Returns what calls it off.
function countDown(page, seconds, shown) {
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    if (shown) shown.textContent = left;
    if (left) return;
    // Once: asked for again and again, it would never arrive.
    stop();
    leaveForHome();
  };
  const stop = page.every(250, tick);
  tick();
  return stop;
}
