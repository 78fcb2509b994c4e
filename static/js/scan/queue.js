// Keeps scans until the kiosk has answered for each: on this phone first, then sent, and only an answer takes one out.
// Knows nothing of the page; what an answer says is for others.

import { newId } from "./id.js";

const BATCH = 40;
const PAUSES_MS = [1000, 15_000];
const PATIENCE_MS = 8000;
const LONGEST_READ = 200; // a token stands at the end of what was read
const REFUSED_WHOLE = [400, 413, 422, 500]; // one row may be why

// Each row has a key of its own, so that two tabs of one shift never write over each other's; plain HTTP has no locks.
// What is left of an earlier shift of this phone is sent with the rest, for the kiosk to say what becomes of it.
// A tab keeps its own rows in mind until it has their answer itself, whatever another one sent meanwhile: ids make
// repeats harmless. For the same reason storage that is full or forbidden costs nothing while the page stays open.
export function openQueue({ shift, device, address, onAnswer, onChange, onCounts, onOver, onTrouble }) {
  const ALL = "scans.";
  const prefix = `${ALL}${shift}.`;
  const own = new Map();
  const unkept = new Set();
  const behind = new Map(); // how often a row was left without an answer, for others to go first
  let size = BATCH;
  let pause = PAUSES_MS[0];
  let timer = 0;
  let busy = false;
  let again = false;
  let closed = false;

  const rows = () => {
    const found = new Map(own);
    try {
      for (let at = 0; at < localStorage.length; at += 1) {
        const key = localStorage.key(at);
        const row = key?.startsWith(ALL) && parse(localStorage.getItem(key));
        if (row?.id && !found.has(row.id)) found.set(row.id, { shift: key.split(".")[1], ...row });
      }
    } catch {
      // What this tab has in mind is all there is.
    }
    const order = (row) => behind.get(row.id) ?? 0;
    return [...found.values()].sort((one, other) => order(one) - order(other) || one.at - other.at);
  };

  const told = () => onChange?.({ waiting: rows().length, unkept: unkept.size });

  const add = (read, how) => {
    const row = { id: newId(), shift, read: read.slice(-LONGEST_READ), how, at: Date.now() };
    own.set(row.id, row);
    try {
      localStorage.setItem(prefix + row.id, JSON.stringify(row));
    } catch {
      unkept.add(row.id);
      onTrouble?.();
    }
    told();
    kick();
    return row.id;
  };

  const forget = ({ id, shift: kept }) => {
    own.delete(id);
    unkept.delete(id);
    behind.delete(id);
    try {
      localStorage.removeItem(`${ALL}${kept}.${id}`);
    } catch {
      // Sent again at the next opening, and answered the same.
    }
  };

  const setBehind = (id) => behind.set(id, (behind.get(id) ?? 0) + 1);

  // Returns the status and, where it is this kiosk that speaks, what it said. A captive portal's 200 says nothing.
  const send = async (batch) => {
    const now = Date.now();
    const scans = batch.map(({ id, shift: kept, read, how, at }) => ({ id, shift: kept, read, how, age_ms: Math.max(0, now - at) }));
    const stop = new AbortController();
    const patience = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      const response = await fetch(address, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ scans }),
        cache: "no-store",
        signal: stop.signal,
      });
      const { status } = response;
      const speaks = (status === 200 || status === 403) && /\bjson\b/.test(response.headers.get("Content-Type"));
      const said = speaks ? await response.json() : null;
      const isOurs = said?.kiosk === device && Array.isArray(said.answers) && (status === 200 || said.over === true);
      return { status, said: isOurs ? said : null };
    } catch {
      return { status: 0, said: null };
    } finally {
      clearTimeout(patience);
    }
  };

  const take = (said, batch) => {
    const left = new Set(batch.map(({ id }) => id));
    for (const answer of said.answers) {
      const row = batch.find(({ id }) => id === answer?.id);
      if (!row || !answer.result) continue;
      if (answer.result !== "waiting") {
        forget(row);
        left.delete(row.id);
      }
      try {
        onAnswer?.(row, answer);
      } catch (error) {
        console.error(error); // what cannot be shown must not keep the others
      }
    }
    left.forEach(setBehind);
    if (said.counts) onCounts?.(said.counts);
    if (said.over) onOver?.(said.words);
    return left.size < batch.length;
  };

  // Every row is tried once, until somebody does not answer.
  const sendAll = async () => {
    const tried = new Set();
    for (;;) {
      const batch = rows().filter(({ id }) => !tried.has(id)).slice(0, size);
      if (!batch.length || closed) return;
      const { status, said } = await send(batch);
      if (said) {
        for (const { id } of batch) tried.add(id);
        if (take(said, batch)) pause = PAUSES_MS[0];
        size = Math.min(BATCH, size * 2);
        told();
      } else if (REFUSED_WHOLE.includes(status) && batch.length > 1) {
        size = Math.ceil(batch.length / 2);
      } else if (!status) {
        // Too many for a slow card, perhaps.
        size = Math.max(1, Math.ceil(size / 2));
        return;
      } else {
        // Alone and refused: others go first from now on.
        if (REFUSED_WHOLE.includes(status)) setBehind(batch[0].id);
        return;
      }
    }
  };

  const kick = async () => {
    if (closed) return;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    clearTimeout(timer);
    try {
      do {
        again = false;
        await sendAll();
      } while (again && !closed);
    } finally {
      busy = false;
    }
    if (!rows().length || closed) return;
    timer = setTimeout(kick, pause);
    pause = Math.min(PAUSES_MS[1], pause * 2);
  };

  const hearOthers = (event) => event.key?.startsWith(ALL) && told();
  const hurry = () => {
    pause = PAUSES_MS[0];
    kick();
  };
  addEventListener("online", hurry);
  addEventListener("storage", hearOthers);
  told();
  kick();

  const close = () => {
    closed = true;
    clearTimeout(timer);
    removeEventListener("online", hurry);
    removeEventListener("storage", hearOthers);
  };
  return { add, close };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
