// What the script adds to pages that work without it. Starts each part; owns none of them.

import { openForStaff } from "./corner.js";
import { watchIdleness } from "./idle.js";
import { teachManners } from "./manners.js";
import { countDownSuccess } from "./success.js";
import { swapInPlace } from "./swap.js";

const atKiosk = document.body.dataset.place === "kiosk";

teachManners(atKiosk);
swapInPlace();
countDownSuccess();
if (atKiosk) {
  watchIdleness();
  openForStaff();
}
