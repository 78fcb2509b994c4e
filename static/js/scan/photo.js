// Finds a card's code in a photo. The reader is fetched when it is first wanted, or before, by `prepareReader`; the photo
// never leaves this phone, and nothing of it is kept.

import { endsWithToken } from "./token.js";

// Each look is dearer, or good for fewer photos, than the one before. `longest` side in pixels; Infinity for all there are.
const LOOKS = [
  { longest: 1600 },
  { longest: 1000, stretched: true },
  { longest: 3200 },
  { longest: 1600, sharpened: true },
  { longest: 1600, lifted: true },
];
const LIFT = 3;
const OPTIONS = {
  formats: ["QRCode"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: true,
  tryDenoise: true,
  maxNumberOfSymbols: 16,
};

let reader = null;

// Loads the reader, once; a load that failed is tried again at the next call.
export function prepareReader({ module, wasm }) {
  reader ??= import(module)
    .then(async (zxing) => {
      await zxing.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
      return zxing;
    })
    .catch((error) => {
      reader = null;
      throw error;
    });
  return reader;
}

// Returns what the card's code in the photo says, null where there is none. Throws where the photo can't be opened or the
// reader can't be had.
export async function readPhoto(file, addresses, onLook = () => {}) {
  const [zxing, picture] = await Promise.all([prepareReader(addresses), opened(file)]);
  try {
    const tried = new Set();
    for (const [number, look] of LOOKS.entries()) {
      onLook(number + 1, LOOKS.length);
      await painted();
      const data = drawn(picture, look);
      const [looked] = Object.keys(look).slice(1);
      if (tried.has(`${data.width} ${looked}`)) continue; // a small photo has no more pixels
      tried.add(`${data.width} ${looked}`);
      if (looked) stretch(data);
      if (look.lifted) lift(data);
      const found = await zxing.readBarcodes(look.sharpened ? sharpened(data) : data, OPTIONS);
      const read = mostCentral(found, data);
      if (read) return read;
    }
    return null;
  } finally {
    picture.close();
  }
}

async function opened(file) {
  const upright = { imageOrientation: "from-image" };
  // Whole, or smaller where a phone has not the memory for its own camera.
  for (const options of [upright, { ...upright, resizeWidth: 3200, resizeQuality: "high" }]) {
    try {
      return await createImageBitmap(file, options);
    } catch {
      // Tried again below.
    }
  }
  return createImageBitmap(file); // older Safari knows no options
}

// So that the page shows what it is doing before it does it.
const painted = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));

function drawn(picture, { longest }) {
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

// Grey, with the darkest and the lightest hundredth of the pixels as black and white.
function stretch({ data }) {
  const counts = new Uint32Array(256);
  for (let at = 0; at < data.length; at += 4) {
    const grey = (data[at] * 77 + data[at + 1] * 150 + data[at + 2] * 29) >> 8;
    data[at] = grey;
    counts[grey] += 1;
  }
  const share = data.length / 400;
  const end = (from, step) => {
    let seen = 0;
    for (let grey = from; ; grey += step) if ((seen += counts[grey]) >= share) return grey;
  };
  const dark = end(0, 1);
  const range = Math.max(1, end(255, -1) - dark);
  for (let at = 0; at < data.length; at += 4) {
    data[at] = data[at + 1] = data[at + 2] = Math.max(0, Math.min(255, ((data[at] - dark) * 255) / range));
  }
}

// Against a hard shadow: what lies in it becomes as light as the rest, which has light to spare.
function lift({ data }) {
  for (let at = 0; at < data.length; at += 4) {
    data[at] = data[at + 1] = data[at + 2] = Math.min(255, data[at] * LIFT);
  }
}

// Against a shaking hand: each pixel is pushed away from the mean of its neighbours at some distance.
function sharpened({ width, height, data }) {
  const sharp = new ImageData(new Uint8ClampedArray(data), width, height);
  const far = 4;
  const row = width * 4;
  for (let y = far; y < height - far; y += 1) {
    for (let x = far; x < width - far; x += 1) {
      const at = y * row + x * 4;
      const across = data[at - far * 4] + data[at + far * 4] + data[at - far * row] + data[at + far * row];
      sharp.data[at] = sharp.data[at + 1] = sharp.data[at + 2] = data[at] * 3 - across / 2;
    }
  }
  return sharp;
}

function mostCentral(found, { width, height }) {
  const away = ({ position: { topLeft, topRight, bottomLeft, bottomRight } }) => {
    const corners = [topLeft, topRight, bottomLeft, bottomRight];
    const middle = (axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / 4;
    return Math.hypot(middle("x") - width / 2, middle("y") - height / 2);
  };
  const cards = found.filter(({ text }) => endsWithToken(text));
  return cards.sort((one, other) => away(one) - away(other))[0]?.text ?? null;
}
