// The page after check-in: back to the start by itself unless someone is still there; taking back only while it counts.

import { countDown } from "./idle.js";
import { leaveForHome } from "./visit.js";

export function countDownSuccess(page) {
  const main = document.querySelector("main");
  const undo = main?.querySelector(".undo");
  if (undo) page.after(Number(main.dataset.undoSeconds) * 1000, () => undo.classList.add("gone"));
  const seconds = Number(main?.dataset.homeAfter);
  if (!seconds) return;

  const stop = countDown(page, seconds, main.querySelector("[data-countdown]"), leaveForHome);
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
