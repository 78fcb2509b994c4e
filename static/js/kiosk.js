// What the script adds to the touchscreen's pages, which work without it. Starts each part; owns none of them.

import { openForStaff } from "./corner.js";
import { countInPlace } from "./count.js";
import { countDownSuccess, watchIdleness } from "./idle.js";
import { startParts } from "./life.js";
import { teachManners } from "./manners.js";
import { keepUpToDate } from "./rest.js";
import { readCards } from "./scanner.js";
import { showScenes } from "./scenes.js";
import { readTaps } from "./taps.js";
import { endUndo } from "./undo.js";
import { goInPlace, isUnderWay, visit } from "./visit.js";

readTaps();
countInPlace(visit, isUnderWay);
goInPlace();
openForStaff();
readCards();
startParts(endUndo, countDownSuccess, watchIdleness, keepUpToDate, showScenes);
teachManners();
