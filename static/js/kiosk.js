// What the script adds to pages that work without it. Starts each part; owns none of them.

import { openForStaff } from "./corner.js";
import { countInPlace } from "./count.js";
import { watchIdleness } from "./idle.js";
import { startParts } from "./life.js";
import { teachManners } from "./manners.js";
import { keepUpToDate } from "./rest.js";
import { readCards } from "./scanner.js";
import { showScenes } from "./scenes.js";
import { countDownSuccess } from "./success.js";
import { readTaps } from "./taps.js";
import { goInPlace, isUnderWay, visit } from "./visit.js";

const atKiosk = document.body.dataset.place === "kiosk";

if (atKiosk) {
  readTaps();
  countInPlace(visit, isUnderWay);
  goInPlace();
  openForStaff();
  readCards();
  startParts(countDownSuccess, watchIdleness, keepUpToDate, showScenes);
} else {
  startParts(countDownSuccess);
  countInPlace((address) => location.assign(address));
}
teachManners(atKiosk);
