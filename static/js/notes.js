// What the script adds to the form of a note: photos, made smaller here and sent in pieces once the question about
// children is answered; and saving without ever losing what was typed.

import { savesHere } from "./save_here.js";

const LONGEST_SIDE = 2000;
const QUALITY = 0.85;
const LOOK_MS = 500;
const TRIES = 8;
const NOBODY = "00000000-0000-4000-8000-000000000000";

const form = document.querySelector(".note-form");
const chooser = document.querySelector(".photo-choose");
const cards = form.querySelector(".photo-cards");
// What each card of this page sends: its file, and which attempt is under way.
const sent = new WeakMap();

saves();
if (chooser) takesPhotos();
for (const card of cards.children) asks(card);

// Plain HTTP to another machine has no randomUUID.
function mint() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function addressOf(id, more = "") {
  const address = new URL(chooser.dataset.coming, location.href);
  address.pathname = address.pathname.replace(NOBODY, id) + more;
  return address;
}

function takesPhotos() {
  const field = chooser.querySelector("input[type=file]");
  const refused = chooser.querySelector(".photo-refused");
  const tell = (words) => {
    refused.textContent = words;
    refused.hidden = !words;
  };
  const take = () => {
    tell("");
    for (const file of field.files) {
      const shown = [...cards.children].filter((card) => !["left", "out", "refused"].includes(card.dataset.state));
      if (shown.length >= Number(chooser.dataset.most)) tell(chooser.dataset.wordsMany);
      else addCard(file);
    }
    field.value = "";
  };
  field.addEventListener("change", take);
  take(); // what was chosen before this was there
}

function addCard(file) {
  const card = document.querySelector("#photo-card").content.firstElementChild.cloneNode(true);
  const id = mint();
  card.dataset.photo = id;
  for (const field of card.querySelectorAll("[name]")) field.name = field.name.replace(".new", `.${id}`);
  card.querySelector("[name=photo]").value = id;
  cards.append(card);
  sent.set(card, { id, smaller: smaller(file, card), at: 0, turn: 0 });
  asks(card);
  if (!card.dataset.state) state(card, "asked", chooser.dataset.wordsAnswer);
}

// The photo as JPEG within 2000 px; as it is where the browser cannot read it, and the kiosk says why it cannot either.
async function smaller(file, card) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", file.name);
  card.querySelector(".photo-shown").replaceChildren(canvas);
  return new Promise((done) => canvas.toBlob((blob) => done(blob ?? file), "image/jpeg", QUALITY));
}

function state(card, name, words) {
  card.dataset.state = name;
  card.querySelector(".photo-told").textContent = words;
  card.dispatchEvent(new Event("photo", { bubbles: true }));
}

// The question decides: nothing leaves this phone before it is answered, and nothing stays at the kiosk after a no.
function asks(card) {
  const out = card.querySelector(".photo-out input");
  const decide = () => {
    const answer = card.querySelector("[type=radio]:checked")?.value;
    for (const one of card.querySelectorAll("[type=radio]")) one.required = !out.checked;
    const isKept = answer && chooser?.dataset.kept.split(" ").includes(answer);
    if (out.checked || (answer && !isKept)) return leave(card, out.checked ? "out" : "left");
    if (!answer) return;
    const mine = sent.get(card);
    if (!mine) return state(card, "ready", "");
    if (!["sending", "working", "ready"].includes(card.dataset.state)) send(card, answer);
  };
  card.addEventListener("change", decide);
  decide();
}

function leave(card, why) {
  if (!chooser) return;
  const mine = sent.get(card);
  state(card, why, why === "out" ? chooser.dataset.wordsOut : chooser.dataset.wordsLeft);
  if (!mine) return;
  mine.turn += 1;
  if (mine.at) fetch(addressOf(mine.id, "/discard"), { method: "POST" }).catch(() => {});
  mine.at = 0;
}

// What is known to have gone wrong is told; a hitch on the way is tried again.
async function ask(address, options) {
  for (let left = TRIES; left > 0; left -= 1) {
    try {
      const response = await fetch(address, { ...options, signal: AbortSignal.timeout(30_000) });
      if (response.redirected) return { error: form.dataset.signedOut };
      if (response.headers.get("Content-Type")?.includes("json")) return await response.json();
      if (response.status === 404) break;
    } catch {
      // Tried again below.
    }
    await new Promise((go) => setTimeout(go, LOOK_MS));
  }
  return { error: chooser.dataset.wordsLost };
}

async function send(card, child) {
  const mine = sent.get(card);
  const turn = (mine.turn += 1);
  const isOver = () => mine.turn !== turn;
  state(card, "sending", chooser.dataset.wordsSending);
  const photo = await mine.smaller;
  if (photo.size > Number(chooser.dataset.mostBytes)) return state(card, "refused", chooser.dataset.wordsLarge);
  const size = Number(chooser.dataset.piece);
  for (let at = 0; at < photo.size; ) {
    if (isOver()) return;
    const address = addressOf(mine.id);
    address.searchParams.set("at", at);
    address.searchParams.set("of", photo.size);
    address.searchParams.set("child", child);
    mine.at = at + 1;
    const answer = await ask(address, { method: "POST", body: photo.slice(at, at + size) });
    if (isOver()) return;
    if (!answer.received) return state(card, "refused", answer.error);
    at = answer.received;
  }
  state(card, "working", chooser.dataset.wordsWorking);
  while (!isOver()) {
    const answer = await ask(addressOf(mine.id), {});
    if (isOver()) return;
    if (answer.error) return state(card, "refused", answer.error);
    if (answer.state === "ready") return state(card, "ready", chooser.dataset.wordsReady);
    await new Promise((go) => setTimeout(go, LOOK_MS));
  }
}

function saves() {
  const isComing = () => [...cards.children].some((card) => ["sending", "working"].includes(card.dataset.state));
  let waits = false;

  const { save, tell } = savesHere(form, {
    said: () => {
      const said = new FormData(form);
      for (const card of cards.children) {
        // What was refused is not there; the rest of the note is.
        if (card.dataset.state === "refused") said.set(`out.${card.dataset.photo}`, "1");
      }
      return said;
    },
    isSaved: (url) => url.includes("/notes/"),
    refused: (page) => {
      // After a conflict the page says how it can be saved all the same.
      for (const name of ["id", "replaces"]) {
        const value = page.querySelector(`.note-form [name=${name}]`)?.value;
        if (value) field(name).value = value;
      }
      return false;
    },
  });
  const field = (name) => {
    let found = form.querySelector(`:scope > [name=${name}]`);
    if (!found) {
      found = Object.assign(document.createElement("input"), { type: "hidden", name });
      form.prepend(found);
    }
    return found;
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    waits = isComing();
    if (waits) return tell(chooser.dataset.wordsWait);
    save();
  });
  form.addEventListener("photo", () => {
    if (!waits || isComing()) return;
    waits = false;
    // Whether to do without that photo is for the person to say, who believes it is being saved.
    if ([...cards.children].some((card) => card.dataset.state === "refused")) return tell(chooser.dataset.wordsRefused);
    save();
  });
}
