// Tells a scanner that types like a keyboard from a person, whatever has the focus; never disturbs who types.

const MEAN_MS = 60; // no person's keys are that close for long
const FIRST_MEAN_MS = 90; // while one late key weighs much
const PAUSE_MS = 120; // ends what comes without Enter, by the keys' own time …
const SILENT_MS = 400; // … and by ours, because on a busy machine they come late
const SAME_MS = 1500;
const SIGNS = { Minus: "-_", Period: ".>", Semicolon: ";:", Slash: "/?" };

// By the physical key of a US layout, as scanners mean it, whatever layout and IME make of it.
function characterOf(event) {
  const { code, key, shiftKey } = event;
  const [, kind, plain] = /^(Key|Digit|Numpad)([A-Z\d])$/.exec(code) ?? [];
  if (kind === "Key") return shiftKey === event.getModifierState("CapsLock") ? plain.toLowerCase() : plain;
  return plain ?? SIGNS[code]?.[+shiftKey] ?? (key.length === 1 ? key : "");
}

export function listenForScanner(onRead, { least = 12 } = {}) {
  let text = "", began = 0, last = 0, read = "", readAt = -SAME_MS, field, before, timer;

  const finish = (now) => {
    const same = text === read && now - readAt < SAME_MS;
    [read, readAt, text] = [text, now, ""];
    if (field && field.value !== before) {
      field.blur(); // ends what an IME is composing
      field.value = before;
      field.focus();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    if (!same) onRead(read);
  };

  const hear = (event) => {
    const { key, timeStamp: now } = event;
    if (/^(Shift|CapsLock|NumLock)$/.test(key)) return;
    clearTimeout(timer);
    const late = now - last > PAUSE_MS;
    if (late && text.length >= least) finish(last + PAUSE_MS);
    if (/(Enter|Tab)$/.test(event.code || key)) {
      const ends = text.length >= least && !late;
      // Some scanners end a line twice.
      if (ends || now - readAt < PAUSE_MS) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
      if (ends) finish(now);
      text = "";
      return;
    }
    const character = event.repeat || event.ctrlKey || event.altKey || event.metaKey ? "" : characterOf(event);
    if (!character) text = "";
    else if (!text || late || now - began > text.length * (text.length < 4 ? FIRST_MEAN_MS : MEAN_MS)) {
      const one = document.activeElement;
      [text, began, field] = [character, now, one?.matches("input, textarea, select") && one];
      before = field?.value;
    } else {
      text += character;
      // Or the browser would act, such as open its search at “/”.
      if (!field) event.preventDefault();
      if (text.length >= least) timer = setTimeout(finish, SILENT_MS, now + PAUSE_MS);
    }
    last = now;
  };
  addEventListener("keydown", hear, true);
  return () => removeEventListener("keydown", hear, true);
}
