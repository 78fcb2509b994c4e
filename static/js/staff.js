// What the script adds to the staff's pages: the PIN pad, leaving when nobody is there, watching a file being
// made, and sending a pack.

import { teachManners } from "./manners.js";
import { sendOnce } from "./once.js";
import { askToSignIn } from "./signed_out.js";

const PAGE_MS = 1000;
const TRIES = 10;

if (document.body.dataset.place === "kiosk") teachManners();
sendOnce();
// Some phones show a touch at once only where somebody listens for it.
document.addEventListener("touchstart", () => {}, { passive: true });
padTypes();
leavesWhenNobodyIsThere();
watchesTheFile();
sendsThePack();

function padTypes() {
  const pad = document.querySelector(".pad");
  if (!pad) return;
  const field = pad.querySelector("input");
  const dots = pad.querySelectorAll(".dots i");
  const digits = Number(pad.dataset.digits);

  const show = () => dots.forEach((dot, at) => dot.classList.toggle("on", at < field.value.length));
  const type = (text) => {
    if ("sent" in pad.dataset) return;
    field.value = text.replace(/[^0-9]/g, "").slice(0, digits);
    show();
    if (field.value.length < digits) return;
    pad.dataset.sent = "";
    pad.requestSubmit();
  };

  // The keys are on the screen already; no keyboard is to cover them.
  if (document.body.dataset.place === "kiosk") field.inputMode = "none";
  pad.dataset.live = "";
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (!key) return;
    type(key === "back" ? field.value.slice(0, -1) : field.value + key);
    // After a touch, a keyboard types on; whoever walks the keys with a keyboard stays where they are.
    if (event.detail) field.focus();
  });
  field.addEventListener("input", () => type(field.value));
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    field.value = "";
    delete pad.dataset.sent;
    show();
  });
  show();
}

function leavesWhenNobodyIsThere() {
  if (document.body.dataset.place !== "kiosk") return;
  const form = document.querySelector(".sign-out");
  const seconds = Number(form?.dataset.idleSeconds ?? 60);
  let waiting = 0;
  const wait = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => (form ? form.requestSubmit() : location.replace("/")), seconds * 1000);
  };
  for (const sign of ["pointerdown", "keydown", "wheel", "scroll"]) {
    document.addEventListener(sign, wait, { capture: true, passive: true });
  }
  wait();
}

function watchesTheFile() {
  const bar = document.querySelector("[data-progress]");
  if (!bar) return;
  const percent = document.querySelector("[data-percent]");
  const look = async () => {
    try {
      const response = await fetch(bar.dataset.progress, { signal: AbortSignal.timeout(5000) });
      if (response.redirected) return askToSignIn();
      const told = await response.json();
      if (told.over) return location.reload();
      bar.value = told.percent;
      percent.textContent = String(told.percent);
    } catch {
      // The next look tells.
    }
    setTimeout(look, PAGE_MS);
  };
  setTimeout(look, PAGE_MS);
}

function sendsThePack() {
  const form = document.querySelector("[data-piece]");
  if (!form) return;
  const size = Number(form.dataset.piece);
  const bar = form.querySelector("progress");
  const told = form.querySelector("[role=alert]");

  // What is known to have gone wrong is told; a hitch on the way is tried again.
  const send = async (address, body) => {
    for (let left = TRIES; left > 0; left -= 1) {
      try {
        const response = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(30_000) });
        if (response.redirected) return askToSignIn();
        if (response.headers.get("Content-Type").includes("json")) return await response.json();
      } catch {
        // Tried again below.
      }
      await new Promise((go) => setTimeout(go, PAGE_MS));
    }
    return { error: form.dataset.lost };
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = form.querySelector("input").files[0];
    if (!file || "sent" in form.dataset) return;
    form.dataset.sent = "";
    form.querySelector("button").disabled = true;
    bar.max = file.size;
    bar.hidden = false;
    const address = new URL(form.action);
    for (let at = 0; at < file.size; ) {
      address.searchParams.set("at", at);
      address.searchParams.set("of", file.size);
      const answer = await send(address, file.slice(at, at + size));
      if (!answer?.received) {
        told.textContent = answer?.error;
        told.hidden = !answer;
        return;
      }
      at = answer.received;
      bar.value = at;
    }
    location.assign(form.dataset.next);
  });
}
