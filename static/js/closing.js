// Reads the file that staff downloaded, where it lies, and tells the kiosk its checksum. The file itself stays there.

import { Sha256 } from "./sha256.js";

// So much at a time, then the page may paint: a phone takes about a twentieth of a second for it.
const PIECE = 1 << 20;

const form = document.querySelector("[data-reading]");
if (form) {
  form.hidden = false;
  const field = form.querySelector("input[type=file]");
  const bar = form.querySelector("progress");
  const told = form.querySelector("[role=alert]");
  let turn = 0;

  const read = async (file, mine) => {
    const sum = new Sha256();
    for (let at = 0; at < file.size; at += PIECE) {
      sum.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
      bar.value = Math.floor((100 * at) / file.size);
      await new Promise((go) => setTimeout(go));
      if (mine !== turn) return null;
    }
    return sum.hex();
  };

  field.addEventListener("change", async () => {
    const [file] = field.files;
    turn += 1;
    told.hidden = true;
    if (!file) return;
    bar.hidden = false;
    try {
      const whole = await read(file, turn);
      if (!whole) return;
      form.elements.whole.value = whole;
      form.submit();
    } catch {
      told.textContent = form.dataset.unreadable;
      told.hidden = false;
      bar.hidden = true;
    }
  });
}
