// A USB scanner at the touchscreen: the card that it reads is stamped for the booth that staff gave it, and shown.

import { listenForScanner } from "./scan/wedge.js";
import { go } from "./visit.js";

export function readCards() {
  if (!("cards" in document.body.dataset)) return;
  listenForScanner((read) => {
    // What is no card is told by the kiosk.
    const token = /[0-9A-Za-z]{0,24}$/.exec(read)[0] || 0;
    const address = new URL(`/P/${token}/scan${location.search}`, location);
    go({ address, body: new URLSearchParams({ id: crypto.randomUUID() }) });
  });
}
