// Lists every visible piece of text with its colour, its opacity and where its letters stand, for tests/browser/eyes.py
// to compare with the pixels behind them; also hides the letters (and nothing else), so that these pixels can be taken.
({ what }) => {
  const root = document.documentElement;

  if (what === "hide" || what === "show") {
    const kept = document.adoptedStyleSheets.filter((sheet) => !sheet.forContrast);
    if (what === "hide") {
      // A constructed sheet, because the policy of the pages forbids written ones. The fill and not the colour, because
      // lines and icons are drawn in `currentColor` and must stay.
      const sheet = new CSSStyleSheet();
      sheet.forContrast = true;
      sheet.replaceSync(`*, *::before, *::after {
        -webkit-text-fill-color: transparent !important; -webkit-text-stroke-color: transparent !important;
        text-decoration-color: transparent !important; text-emphasis-color: transparent !important;
        text-shadow: none !important; caret-color: transparent !important; transition: none !important;
      } svg text { fill: transparent !important; }`);
      kept.push(sheet);
    }
    document.adoptedStyleSheets = kept;
    return null;
  }
  if (what === "take away" || what === "put back") {
    // What stays in place while the page moves below it: it would cover other things in a picture of the whole page. What
    // has no words of its own is a ground for others, and is left.
    const stays = (one) => ["fixed", "sticky"].includes(getComputedStyle(one).position) && one.textContent.trim();
    const staying = [...document.querySelectorAll("body *")].filter(stays);
    for (const one of staying) one.style.visibility = what === "take away" ? "hidden" : "";
    return null;
  }

  // Any colour the browser knows, as red, green, blue from 0 to 255 and alpha from 0 to 1.
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const channels = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(colour, [red, green, blue, alpha / 255]);
    }
    return known.get(colour);
  };

  const say = (element) => {
    const name = element.className.baseVal ?? element.className;
    return element.localName + (name ? "." + name.trim().replace(/\s+/g, ".") : "");
  };
  const isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest("dialog:not([open])");
  const clips = (overflow) => overflow !== "visible";

  // The part of a box that is really painted, in the page's own coordinates, or nothing.
  const painted = (box, element) => {
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    for (let one = element; one && one !== root && one !== document.body; one = one.parentElement) {
      const style = getComputedStyle(one);
      const edge = one.getBoundingClientRect();
      if (clips(style.overflowX)) [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      if (clips(style.overflowY)) [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
      if (style.clip === "rect(0px, 0px, 0px, 0px)" || style.clipPath === "inset(50%)") return null;
    }
    const found = { left: left + scrollX, top: top + scrollY, right: right + scrollX, bottom: bottom + scrollY };
    return right - left < 2 || bottom - top < 2 || found.right <= 0 || found.bottom <= 0 || found.left >= root.clientWidth ? null : found;
  };

  // Whether something opaque that is neither around nor inside an element lies over a place in the window.
  const isCovered = (x, y, element) => {
    for (const one of document.elementsFromPoint(x, y)) {
      if (one.contains(element) || element.contains(one)) return false;
      const style = getComputedStyle(one);
      if (style.position !== "fixed" && (["IMG", "CANVAS"].includes(one.tagName) || channels(style.backgroundColor)[3] > 0.9)) return true;
    }
    return false;
  };

  const pieces = [];
  const add = (element, style, words, boxes) => {
    let opacity = 1;
    let stays = false;
    let filtered = false;
    for (let one = element; one; one = one.parentElement) {
      const its = getComputedStyle(one);
      opacity *= Number(its.opacity);
      stays ||= ["fixed", "sticky"].includes(its.position);
      filtered ||= its.filter !== "none" || its.mixBlendMode !== "normal";
    }
    const fill = element instanceof SVGElement ? style.fill : style.webkitTextFillColor;
    const [red, green, blue, alpha] = channels(fill);
    const size = parseFloat(style.fontSize);
    const rects = [];
    for (const box of boxes) {
      // The box of a line is taller than its letters: only the height of one em in its middle counts.
      const spare = Math.max(0, box.height - size) / 2;
      const rect = painted({ left: box.left, right: box.right, top: box.top + spare, bottom: box.bottom - spare }, element);
      if (!rect || isCovered((box.left + box.right) / 2, (box.top + box.bottom) / 2, element)) continue;
      rects.push([rect.left, rect.top, rect.right, rect.bottom]);
    }
    if (rects.length) {
      pieces.push({ where: say(element), words: words.slice(0, 24), colour: [red, green, blue], alpha: alpha * opacity, stays, filtered, rects });
    }
  };

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const words = node.data.trim().replace(/\s+/g, " ");
    if (!words || ["SCRIPT", "STYLE", "NOSCRIPT", "TEMPLATE"].includes(element.tagName) || !isShown(element)) continue;
    // A letter that is drawn with a broad ground of its own around it, as in a drawn portrait: its box has lines of the
    // drawing in it, the letter never. tests/unit/test_monogram.py compares it with that ground.
    if (element.localName === "text" && element.getAttribute("paint-order") === "stroke") continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    add(element, getComputedStyle(element), words, range.getClientRects());
  }
  // What a field shows is no text node.
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox]), textarea, select")) {
    const words = field.value || field.placeholder || "";
    if (!words.trim() || !isShown(field)) continue;
    const style = getComputedStyle(field, field.value ? null : "::placeholder");
    add(field, style, words, [field.getBoundingClientRect()]);
  }
  return pieces;
}
