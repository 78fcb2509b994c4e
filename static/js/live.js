// Keeps the staff's first page up to date: asks every few seconds and puts in place only what has changed, so that
// nothing moves under a finger, a keyboard stays where it was, and an opened table stays open.

const place = document.querySelector("[data-ask]");
const pause = place.querySelector("button");
const lost = place.querySelector(".live-lost");
let waiting = 0;

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
    // Signed out meanwhile: the page asks for the password again.
    if (response.redirected) return location.reload();
    if (!response.ok) throw new Error(response.status);
    if (response.status !== 204) show(await response.text());
    lost.textContent = "";
  } catch {
    if (!lost.textContent) lost.textContent = lost.dataset.words;
  }
}

function show(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-version]");
  for (const part of fresh.querySelectorAll("[data-live]")) {
    const there = document.querySelector(`main [data-live="${part.dataset.live}"]`);
    const opened = [...there.querySelectorAll("details[open]")].map((one) => one.dataset.kept);
    for (const one of part.querySelectorAll("details")) one.open = opened.includes(one.dataset.kept);
    if (part.outerHTML === there.outerHTML) continue;
    const focused = there.contains(document.activeElement) ? document.activeElement : null;
    there.replaceWith(part);
    if (focused) nextTo(focused, part)?.focus({ preventScroll: true });
  }
  place.dataset.version = fresh.dataset.version;
}

// What stands for what had the focus: the same link, the same table's handle, else the same kind of thing.
function nextTo(focused, part) {
  const alike = [...part.querySelectorAll(focused.localName)];
  return alike.find((one) => one.href === focused.href && one.textContent === focused.textContent) ?? alike[0];
}
