// Keeps the staff's first page up to date: asks every few seconds and puts in place only what has changed, so that
// nothing moves under a finger, a keyboard stays where it was, and an opened table stays open.

import { focusOn } from "./focus.js";
import { askToSignIn } from "./signed_out.js";

const place = document.querySelector("[data-ask]");
const pause = place.querySelector("button");
const lost = place.querySelector(".live-lost");
// Each part as the kiosk sent it last: what is opened here, or has the focus, is no change.
const came = new Map();
let waiting = 0;
// A mouse may have come to rest before this script was there.
let under = matchMedia("(any-hover: hover)").matches ? [...document.querySelectorAll(":hover")].at(-1) : null;

for (const part of document.querySelectorAll("main [data-live]")) came.set(part.dataset.live, part.outerHTML);
// Not :hover, which stays behind when a finger is lifted.
document.addEventListener("pointerover", (event) => (under = event.target));
document.addEventListener("pointerout", () => (under = null));
pause.hidden = false;
place.querySelector(".look-again").hidden = true;
pause.addEventListener("click", () => {
  const held = pause.getAttribute("aria-pressed") !== "true";
  pause.setAttribute("aria-pressed", String(held));
  if (!held) look();
});
document.addEventListener("visibilitychange", () => document.hidden || look());
wait();

function wait() {
  clearTimeout(waiting);
  waiting = setTimeout(look, place.dataset.seconds * 1000);
}

async function look() {
  clearTimeout(waiting);
  if (pause.getAttribute("aria-pressed") === "true") return;
  // A page that nobody sees costs nothing.
  if (!document.hidden) await ask();
  wait();
}

async function ask() {
  const address = new URL(place.dataset.ask, location);
  address.searchParams.set("seen", place.dataset.version);
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(10_000) });
    if (response.redirected) return askToSignIn();
    if (!response.ok) throw new Error(response.status);
    if (response.status !== 204) show(await response.text());
    lost.textContent = "";
  } catch {
    if (!lost.textContent) lost.textContent = lost.dataset.words;
  }
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-version]");
  let isWhole = true;
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const name = part.dataset.live;
    const there = document.querySelector(`main [data-live="${name}"]`);
    const sent = part.outerHTML;
    if (sent === came.get(name)) continue;
    if (name === "bursts" && isInHand(there)) {
      isWhole = false;
      continue;
    }
    came.set(name, sent);
    const opened = [...there.querySelectorAll("details[open]")].map((one) => one.dataset.kept);
    for (const one of part.querySelectorAll("details")) one.open = opened.includes(one.dataset.kept);
    const focused = there.contains(document.activeElement) ? document.activeElement : null;
    there.replaceWith(part);
    if (focused) focusOn(nextTo(focused, part) ?? part.querySelector("h1, h2") ?? part);
  }
  // What was held back is asked for again.
  if (isWhole) place.dataset.version = fresh.dataset.version;
}

// Whoever is about to press a button that voids must not meet another one there. Behind another window nobody is, and
// the part goes on: :focus-within would match there too, once the focus was put back.
function isInHand(part) {
  return part.contains(under) || (document.hasFocus() && part.contains(document.activeElement));
}

// What stands for what had the focus: the same link, the same table's handle, else the same kind of thing. Of buttons
// only the one that does the same: pressed unseen, another would void something else.
function nextTo(focused, part) {
  const alike = [...part.querySelectorAll(focused.localName)];
  if (focused.form) return alike.find((one) => one.form?.action === focused.form.action);
  return alike.find((one) => one.href === focused.href && one.textContent === focused.textContent) ?? alike[0];
}
