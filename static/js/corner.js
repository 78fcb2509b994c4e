// The way in for staff: a long press on the upper right corner, which no visitor meets by chance.

import { isSliding, watch } from "./taps.js";
import { visit } from "./visit.js";

const PRESS_MS = 3000;
const CORNER_PX = 80;

export function openForStaff() {
  let pressing = 0;

  const stop = () => clearTimeout(pressing);
  const open = () => {
    // While this is under way, lifting the finger follows no link that lies under it.
    if (!isSliding()) visit(`/staff/pin${location.search}`);
  };

  watch("pointerdown", ({ isPrimary, clientX, clientY }) => {
    stop();
    if (isPrimary && clientX >= innerWidth - CORNER_PX && clientY <= CORNER_PX) pressing = setTimeout(open, PRESS_MS);
  });
  watch("pointerup", stop);
  watch("pointercancel", stop);
}
