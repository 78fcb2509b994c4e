// What is laid over the start screen while nobody touches it, scene after scene. Any touch goes to what is shown.

import { SIGNS_OF_LIFE } from "./idle.js";
import { isDark } from "./rest.js";
import { addSheets, loadPage } from "./swap.js";
import { guardTaps } from "./taps.js";
import { isStart, visit } from "./visit.js";

const QUIET_MS = 25_000;
const SCENE_MS = 9000;
const FADE_MS = 900;
const KEYS_HOME = ["Escape", "Tab"];
const NO_KEYS = ["Shift", "Control", "Alt", "Meta", "CapsLock"];

let turn = 0; // of the whole document: each round shows others

export function showScenes(page) {
  const address = document.body.dataset.scenes;
  if (!address || !isStart(location)) return;
  let layer = null;
  let shown = null;
  let stop = null;

  const wait = () => {
    stop?.();
    stop = page.after(QUIET_MS, begin);
  };

  const begin = async () => {
    let isQuiet = true;
    stop = () => (isQuiet = false);
    const round = isDark() || document.querySelector("dialog[open]") ? null : await load(address);
    if (page.isOver || !isQuiet) return;
    if (!round) return wait();
    scrollTo(0, 0);
    lay(round);
    stop = page.every(SCENE_MS, change);
  };

  const lay = (round) => {
    for (const scene of round.children) scene.hidden = true;
    const old = layer;
    layer = round;
    shown = round.firstElementChild;
    shown.hidden = false;
    // These end with the round, of which a start screen sees hundreds.
    round.addEventListener("pointerdown", (event) => event.isPrimary && (shown.dataset.pressed = ""));
    round.addEventListener("pointercancel", () => delete shown.dataset.pressed);
    round.addEventListener("pointerup", (event) => event.isPrimary && isPressed() && goThere());
    round.addEventListener("click", (event) => {
      event.preventDefault();
      // A finger went with its lifting; this is a switch or a screen reader.
      if (!event.detail) goThere();
    });
    document.body.append(round);
    fadeIn(round, () => old?.remove());
  };

  const change = async () => {
    if (isDark()) return;
    const following = shown.nextElementSibling;
    const round = following ? null : await load(address);
    if (page.isOver || !layer || isPressed()) return;
    if (round) return lay(round);
    const old = shown;
    shown = following ?? layer.firstElementChild;
    if (shown === old) return;
    shown.hidden = false;
    shown.dataset.top = "";
    delete old.dataset.top;
    fadeIn(shown, () => (old.hidden = true));
  };

  const isPressed = () => "pressed" in shown.dataset;

  const goThere = () => {
    if (new URL(shown.href).pathname === "/") leave();
    else visit(shown.href, shown);
  };

  const leave = () => {
    // Also the round before, while it fades.
    for (const round of document.querySelectorAll(".scenes[data-over]")) round.remove();
    layer = null;
    guardTaps();
    wait();
  };

  const typed = (event) => {
    if (!layer || NO_KEYS.includes(event.key) || document.querySelector("dialog[open]")) return;
    if (KEYS_HOME.includes(event.key)) return leave();
    event.preventDefault();
    goThere();
  };

  page.on(document, SIGNS_OF_LIFE, () => layer || wait());
  page.on(document, "keydown", typed);
  wait();
}

// The next round, ready to be laid over the start screen; null when there is none.
async function load(address) {
  const page = await loadPage(`${address}?turn=${turn}`);
  const round = page?.querySelector(".scenes");
  if (!round) return null;
  turn += 1;
  round.dataset.over = "";
  round.ariaLive = "off";
  return addSheets(page).then(() => round, () => null);
}

// One opacity on one layer; nothing for who prefers no motion.
function fadeIn(element, then) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return then();
  element.animate({ opacity: [0, 1] }, FADE_MS).finished.then(then, () => {});
}
