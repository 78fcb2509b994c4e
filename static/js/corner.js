// The way in for staff at the touchscreen: a long press on the upper right corner. A visitor never meets it by chance.

import { visit } from "./visit.js";

const PRESS_MS = 3000;
const CORNER_PX = 80;
const SLIDE_PX = 24;

export function openForStaff() {
  let pressing = 0;
  let from = null;

  const watch = (type, act) => document.addEventListener(type, act, { capture: true, passive: true });
  const stop = () => clearTimeout(pressing);

  watch("pointerdown", (event) => {
    stop();
    if (!event.isPrimary || event.clientX < innerWidth - CORNER_PX || event.clientY > CORNER_PX) return;
    from = event;
    pressing = setTimeout(() => {
      // Lifting the finger must not follow the link it may lie on.
      const follow = new AbortController();
      document.addEventListener("click", (click) => click.preventDefault(), { capture: true, signal: follow.signal });
      document.addEventListener("pointerdown", () => follow.abort(), { capture: true, once: true });
      const lang = new URLSearchParams(location.search).get("lang");
      visit(lang ? `/staff/pin?lang=${encodeURIComponent(lang)}` : "/staff/pin");
    }, PRESS_MS);
  });
  watch("pointermove", ({ clientX: x, clientY: y }) => {
    if (from && Math.hypot(x - from.clientX, y - from.clientY) > SLIDE_PX) stop();
  });
  watch("pointerup", stop);
  watch("pointercancel", stop);
}
