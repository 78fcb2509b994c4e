// A USB scanner at the touchscreen: a card that it reads is stamped where staff gave the scanner a booth, and shown.

import { newId } from "./scan/id.js";
import { listenForScanner } from "./scan/wedge.js";
import { send } from "./visit.js";

export function readCards() {
  if (!("cards" in document.body.dataset)) return;
  listenForScanner((read) => {
    // What is no card is told by the kiosk.
    const token = /[0-9A-Za-z]{0,24}$/.exec(read)[0] || 0;
    send(`/P/${token}/scan${location.search}`, { id: newId() });
  });
}
