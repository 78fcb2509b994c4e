// A USB scanner at the touchscreen: the card that it reads is stamped for the booth that staff gave it, and shown.

import { listenForScanner } from "./scan/wedge.js";
import { go, isUnderWay } from "./visit.js";

export function readCards() {
  if (!("cards" in document.body.dataset)) return;
  const reads = []; // each card has its answer before the next
  const next = () => {
    if (!isUnderWay() && !document.querySelector(".failed[open]")) stamp(reads.shift());
    if (reads.length) setTimeout(next, 100);
  };
  listenForScanner((read) => reads.push(read) === 1 && next());
}

function stamp(read) {
  // What is no card is told by the kiosk.
  const token = /[0-9A-Za-z]{0,24}$/.exec(read)[0] || 0;
  const body = new URLSearchParams({ id: crypto.randomUUID() });
  go({ address: new URL(`/P/${token}/scan${location.search}`, location), body });
}
