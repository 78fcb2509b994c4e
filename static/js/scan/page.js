// The scanner page: joins the ways to scan with the queue, and tells a volunteer in the sun what came of it. Decides
// nothing about a card; every word it shows stands in the page or came from the kiosk.

import { keepAwake } from "./awake.js";
import { prepareReader, readPhoto } from "./photo.js";
import { openQueue } from "./queue.js";
import { folded, isShortCode } from "./token.js";
import { listenForScanner } from "./wedge.js";

const QUICK_MS = 400; // an answer that comes sooner needs no word of waiting before it
const RECENT = 6;
const TONES = { stamped: [880, 0.12], already: [520, 0.2], unknown: [200, 0.4], refused: [150, 0.6], nothing: [200, 0.2] };
const GROWN = [{ transform: "scale(0.5)" }, { transform: "scale(1.12)", offset: 0.6 }, { transform: "none" }];
const BEATS = { stamped: 60, already: [60, 60, 60], unknown: [250, 80, 250], refused: [400, 80, 400] };

const main = document.querySelector("main");
const find = (selector) => main.querySelector(selector);
const words = find(".words").content;
const word = (name) => words.querySelector(`[data-word="${name}"]`).textContent;
const CODE = find(".code-field");
const SHOOT = find(".shoot input");
const UNDO = find("button[type=button].undo");
const SOUVENIR = find(".souvenir");
const addresses = { module: new URL(main.dataset.zxing, location).href, wasm: main.dataset.wasm };
const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
const isLaptop = matchMedia("(pointer: fine)").matches && !navigator.maxTouchPoints;

let current = null; // the scan whose answer the big area is for
let isFresh = false; // it was scanned a moment ago
let left = { waiting: 0, unkept: 0 };
let over = false;
let sound = null;
let undoable = null;
let ticking = 0;
const late = {};

// What is told at arm's length

function tell({ result, words: said, more = "", card = "", complete = false, souvenir = "" }) {
  const answer = find(".answer");
  answer.dataset.answer = result;
  // The same answer twice is to be seen twice.
  find(".shape").animate(isStill ? [{ opacity: 0.1 }, { opacity: 1 }] : GROWN, 300);
  find(".shape use").setAttribute("href", `#shape-${result}`);
  for (const [name, text] of [["said", said], ["more", more], ["card-code", card]]) {
    const line = find(`.answer .${name}`);
    line.textContent = text ?? "";
    line.hidden = !text;
  }
  find(".whole").hidden = !complete;
  SOUVENIR.hidden = !souvenir;
  SOUVENIR.elements.card.value = souvenir;
  find(".looks").hidden = result !== "busy";
  offerUndo(null);
}

function signal(result) {
  if (!sound) return;
  navigator.vibrate?.(BEATS[result] ?? 60);
  const [pitch, seconds] = TONES[result] ?? [];
  if (!pitch) return;
  const [tone, loudness] = [sound.createOscillator(), sound.createGain()];
  tone.frequency.value = pitch;
  loudness.gain.setValueAtTime(0.3, sound.currentTime);
  loudness.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + seconds);
  tone.connect(loudness).connect(sound.destination);
  tone.start();
  tone.stop(sound.currentTime + seconds);
}

function remember({ result, words: said, card }) {
  const line = document.createElement("li");
  line.dataset.answer = result;
  const picture = find(".answer .shape").cloneNode(true);
  picture.setAttribute("class", "mark");
  picture.querySelector("use").setAttribute("href", `#shape-${result}`);
  const code = document.createElement("b");
  code.textContent = card ?? "";
  line.append(picture, said, " ", code);
  const list = find(".recent");
  list.prepend(line);
  while (list.children.length > RECENT) list.lastChild.remove();
}

function tellLate({ result }) {
  late[result] = (late[result] ?? 0) + 1;
  const line = find(".notice-late");
  const parts = Object.entries(late).map(([one, count]) => `${word(`late-${one}`)} ${count}`);
  line.textContent = `${word("late")} · ${parts.join(" · ")}`;
  line.classList.toggle("notice-bad", !!(late.unknown || late.refused));
  line.hidden = false;
}

function tellLeft() {
  const { waiting, unkept } = left;
  find(".waiting-count").textContent = waiting;
  find(".notice-waiting").hidden = waiting < (isFresh ? 2 : 1);
  find(".leave").disabled = waiting > 0;
  find(".hint-leave").hidden = !waiting;
  find(".notice-unkept").hidden = !unkept;
  // What is in this page only would end with it.
  window.onbeforeunload = unkept ? (event) => event.preventDefault() : null;
}

const tellWaiting = ({ words: said, more } = {}) =>
  tell({ result: "waiting", words: said || word("waiting"), more: more || word("waiting-more") });

// The queue, and what comes back

const queue = openQueue({
  shift: main.dataset.shift,
  device: main.dataset.device,
  address: main.dataset.send,
  onAnswer(row, answer) {
    const { result } = answer;
    // What is still handed in after the shift covers no word that it is over.
    if (row.id === current && !over) {
      if (result === "waiting") return tellWaiting(answer);
      current = null;
      tell(answer);
      offerUndo(answer.undo, answer.undo_ms);
      signal(result);
    } else if (result === "waiting") {
      return;
    } else {
      tellLate(answer);
      if (result !== "stamped") signal(result);
    }
    remember(answer);
  },
  onChange(now) {
    left = now;
    tellLeft();
  },
  onCounts({ scans, people }) {
    find(".count-scans").textContent = scans;
    find(".count-people").textContent = people;
  },
  onOver(said) {
    if (over) return;
    over = true;
    stopListening();
    tell({ result: "refused", words: said });
    main.toggleAttribute("data-over", true);
    find(".work").inert = true;
  },
});

let fresh = 0;

function scan(read, how) {
  if (over) return;
  isFresh = true;
  clearTimeout(fresh);
  current = queue.add(read, how);
  fresh = setTimeout(() => {
    isFresh = false;
    tellLeft();
    if (current) tellWaiting();
  }, QUICK_MS);
}

// Undoing the last stamp

function offerUndo(entry, milliseconds = 0) {
  clearInterval(ticking);
  undoable = entry ?? null;
  UNDO.hidden = !undoable;
  UNDO.disabled = false;
  if (!undoable) return;
  const end = performance.now() + milliseconds;
  const tick = () => {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    find(".undo-left").textContent = seconds;
    if (seconds <= 0) offerUndo(null);
  };
  ticking = setInterval(tick, 250);
  tick();
}

// Send a form's fields; returns the kiosk's own words. Throws where they did not reach it.
async function post(address, fields) {
  const body = new URLSearchParams(fields);
  const headers = { Accept: "application/json" };
  const response = await fetch(address, { method: "POST", body, headers, cache: "no-store" });
  const said = await response.json();
  if (said.kiosk !== main.dataset.device) throw new Error("not the kiosk");
  return said;
}

function add(words) {
  const more = find(".answer .more");
  more.textContent = words;
  more.hidden = false;
}

UNDO.addEventListener("click", async () => {
  const entry = undoable;
  UNDO.disabled = true;
  try {
    const { ok, words: said } = await post(main.dataset.undo, { entry });
    if (!ok) throw new Error("not undone");
    if (undoable === entry) tell({ result: "undone", words: said });
  } catch {
    if (undoable !== entry) return;
    UNDO.disabled = false;
    add(word("not-undone"));
  }
});

SOUVENIR.addEventListener("submit", async (event) => {
  event.preventDefault();
  const card = SOUVENIR.elements.card.value;
  SOUVENIR.inert = true;
  const said = await post(SOUVENIR.action, { card }).catch(() => null);
  SOUVENIR.inert = false;
  if (SOUVENIR.elements.card.value !== card) return;
  SOUVENIR.hidden = !!said;
  add(said ? said.words : word("not-noted"));
});

// By photo

SHOOT.addEventListener("change", async () => {
  const [file] = SHOOT.files;
  if (!file) return;
  SHOOT.disabled = true;
  main.toggleAttribute("data-shot", true);
  current = null;
  tell({ result: "busy", words: word("busy") });
  const bar = find(".looks");
  try {
    const read = await readPhoto(file, addresses, (number, all) => {
      bar.max = all;
      bar.value = number;
    });
    if (read) scan(read, "camera");
    else {
      tell({ result: "nothing", words: word("nothing"), more: word("nothing-more") });
      signal("nothing");
    }
  } catch {
    tell({ result: "nothing", words: word("unreadable"), more: word("unreadable-more") });
  }
  SHOOT.disabled = false;
  SHOOT.value = ""; // so that the same file counts again
  SHOOT.focus({ preventScroll: true });
});

// By code

const typed = () => folded(CODE.value).replace(/[^0-9A-Z]/g, "").slice(0, 12);
const spaced = (code) => code.replace(/(.{4})(?=.)/g, "$1 ");

CODE.addEventListener("input", () => {
  // Grouped while somebody types at the end; in the middle the caret would jump.
  if (CODE.selectionStart === CODE.value.length) CODE.value = spaced(typed());
});
find(".pad").addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (!key) return;
  CODE.value = spaced((key === "back" ? typed().slice(0, -1) : typed() + key).slice(0, 12));
});
find(".way-code").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = typed();
  if (!isShortCode(code)) return tell({ result: "nothing", words: word("short") });
  CODE.value = "";
  scan(code, "code");
});

// By scanner, on whatever way the page stands

const stopListening = listenForScanner((read) => scan(read, "scanner"));

// The page itself

function choose(way) {
  main.dataset.way = way;
  for (const button of main.querySelectorAll("[data-choose]")) {
    button.setAttribute("aria-pressed", button.dataset.choose === way);
  }
  fetchReader();
}

// Before it is wanted, because then the network may be gone; what fails is told when a photo is there.
function fetchReader() {
  if (main.dataset.way === "photo") prepareReader(addresses).catch(() => {});
}

find(".ways").addEventListener("click", (event) => {
  const way = event.target.closest("[data-choose]")?.dataset.choose;
  if (way) choose(way);
});
find(".sound").addEventListener("click", ({ currentTarget }) => {
  // A browser lets a page sound only after a tap, so this is made here.
  if (sound) sound.close();
  sound = sound ? null : new AudioContext();
  currentTarget.setAttribute("aria-checked", !!sound);
  signal("stamped");
});

addEventListener("online", fetchReader);
main.toggleAttribute("data-laptop", isLaptop);
// The keys are on the screen; a phone's keyboard would cover them.
if (!isLaptop) CODE.inputMode = "none";
find(".hint-dark").hidden = isLaptop || keepAwake();
// The reader is a megabyte: the page is usable before it comes.
if (document.readyState === "complete") choose(isLaptop ? "scanner" : "photo");
else addEventListener("load", () => choose(isLaptop ? "scanner" : "photo"));
tellLeft();
// What the page came with: the answer to a card that the phone's own camera opened.
const { undoEntry, undoMs } = find(".answer").dataset;
if (undoEntry) offerUndo(undoEntry, Number(undoMs));
