// What the script adds to the pages of a visitor's phone, which work without it. Starts each part; owns none of them.

import { countInPlace } from "./count.js";
import { startParts } from "./life.js";
import { sendOnce } from "./once.js";
import { endUndo } from "./undo.js";

sendOnce();
startParts(endUndo);
countInPlace((address) => location.assign(address));
// Some phones show a touch at once only where somebody listens for it.
document.addEventListener("touchstart", () => {}, { passive: true });
