// The way in for staff at the touchscreen: a long press on the upper right corner. A visitor never meets it by chance.

const PRESS_MS = 3000;
const CORNER_PX = 80;
const SLIDE_PX = 24;

export function openForStaff() {
  let pressing = 0;
  let from = null;

  const stop = () => clearTimeout(pressing);

  document.addEventListener(
    "pointerdown",
    (event) => {
      stop();
      if (!event.isPrimary || event.clientX < innerWidth - CORNER_PX || event.clientY > CORNER_PX) return;
      from = event;
      pressing = setTimeout(() => {
        // Lifting the finger must not follow the link it may lie on.
        document.addEventListener("click", (click) => click.preventDefault(), { capture: true, once: true });
        const lang = new URLSearchParams(location.search).get("lang");
        location.assign(lang ? `/staff/pin?lang=${encodeURIComponent(lang)}` : "/staff/pin");
      }, PRESS_MS);
    },
    { capture: true, passive: true },
  );
  document.addEventListener(
    "pointermove",
    (event) => from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > SLIDE_PX && stop(),
    { capture: true, passive: true },
  );
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, stop, { capture: true });
}
