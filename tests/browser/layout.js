// Looks at a page as it stands in the window and returns what a visitor could not see, read or hit, in short phrases.
// target: the least width and height of what is hit, in pixels; inline: whether links in running text are exempt, as they
// are to WCAG; letters: the least size of letters; whole: words that may never span two lines.
({ target = 0, inline = true, letters = 0, whole = [] }) => {
  const found = [];
  const root = document.documentElement;
  const width = root.clientWidth;
  const say = (element) => {
    const words = (element.getAttribute("aria-label") || element.textContent).trim().replace(/\s+/g, " ");
    return `${element.localName}.${element.className.baseVal ?? element.className} “${words.slice(0, 30)}”`;
  };
  const isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !element.closest("dialog:not([open])");
  // Kept for screen readers, or brought on screen when it gets the focus.
  const isAway = (element) => {
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      const box = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      if (box.width <= 1.5 || box.height <= 1.5 || style.clip === "rect(0px, 0px, 0px, 0px)") return true;
      if (one.classList.contains("skip") || box.bottom + scrollY <= 0 || box.right + scrollX <= 0) return true;
    }
    return false;
  };
  const hides = (overflow) => overflow === "hidden" || overflow === "clip";
  const scrolls = (overflow) => overflow === "auto" || overflow === "scroll";

  if (Math.max(root.scrollWidth, document.body.scrollWidth) > width) found.push(`wider than the window: ${root.scrollWidth} > ${width}`);

  // Whether what lies below the window can be brought into it.
  const isOutOfReach = (element) => {
    for (let one = element; one && one !== root; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (scrolls(style.overflowY) && one !== document.body) return false;
      if (style.position === "fixed") return true;
    }
    return hides(getComputedStyle(root).overflowY) || (hides(getComputedStyle(document.body).overflowY) && getComputedStyle(root).overflowY === "visible");
  };

  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !isShown(element) || isAway(element)) continue;
    texts.push(node);
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < letters - 0.05) found.push(`small letters: ${say(element)} ${size.toFixed(1)}`);
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (!box.width || !box.height) continue;
      if (box.left < -1 || box.right > width + 1) found.push(`text beside the window: ${say(element)}`);
      if (box.bottom > root.clientHeight + 4 && isOutOfReach(element)) found.push(`text below the window: ${say(element)}`);
      for (let one = element; one && one !== root; one = one.parentElement) {
        const style = getComputedStyle(one);
        const edge = one.getBoundingClientRect();
        const line = 4; // the box of a line is a little taller than its letters
        if (hides(style.overflowX) && (box.left < edge.left - 1 || box.right > edge.right + 1)) found.push(`text cut off at a side: ${say(element)}`);
        if (hides(style.overflowY) && (box.top < edge.top - line || box.bottom > edge.bottom + line)) found.push(`text cut off above or below: ${say(element)}`);
        if (style.webkitLineClamp !== "none" && one.scrollHeight > one.clientHeight + 2) found.push(`lines left out: ${say(one)}`);
      }
    }
  }

  // Words that must stay whole, wherever they are on the page and however many elements they are spread over.
  const all = texts.map((node) => node.data).join("");
  const place = (at) => {
    for (const node of texts) {
      if (at < node.data.length) return [node, at];
      at -= node.data.length;
    }
    return null;
  };
  for (const word of whole) {
    for (let at = all.indexOf(word); at >= 0; at = all.indexOf(word, at + 1)) {
      const range = document.createRange();
      range.setStart(...place(at));
      const [last, offset] = place(at + word.length - 1);
      range.setEnd(last, offset + 1);
      const boxes = [...range.getClientRects()].filter((box) => box.width > 0);
      const middles = boxes.map((box) => (box.top + box.bottom) / 2);
      if (Math.max(...middles) - Math.min(...middles) > boxes[0].height / 2) found.push(`on two lines: ${word}`);
    }
  }

  const ticks = "[type=radio], [type=checkbox]";
  const what = `a[href], area[href], button, summary, select, textarea, [role=button], [role=switch], label:has(${ticks}), input:not([type=hidden])`;
  const isInText = (element) =>
    getComputedStyle(element).display === "inline" &&
    [...element.parentElement.childNodes].some((one) => one.nodeType === Node.TEXT_NODE && one.data.trim());
  const targets = [...document.querySelectorAll(what)].filter(
    (one) => isShown(one) && !isAway(one) && !(one.matches(ticks) && one.closest("label")),
  );
  for (const one of targets) {
    const box = one.getBoundingClientRect();
    if (inline && isInText(one)) continue;
    if (Math.min(box.width, box.height) < target - 0.5) found.push(`too small to hit: ${say(one)} ${Math.round(box.width)}×${Math.round(box.height)}`);
  }
  // What stays in place while the page moves below it covers other things for a while only.
  const stays = (element) => {
    for (let one = element; one; one = one.parentElement) {
      if (["fixed", "sticky"].includes(getComputedStyle(one).position)) return true;
    }
    return false;
  };
  for (let at = 0; at < targets.length; at += 1) {
    const one = targets[at].getBoundingClientRect();
    for (const other of targets.slice(at + 1)) {
      if (targets[at].contains(other) || other.contains(targets[at]) || stays(targets[at]) !== stays(other)) continue;
      const box = other.getBoundingClientRect();
      const covers = Math.min(one.right, box.right) - Math.max(one.left, box.left) > 2 && Math.min(one.bottom, box.bottom) - Math.max(one.top, box.top) > 2;
      if (covers && !document.querySelector(".pad-over, dialog[open]")) found.push(`one target over another: ${say(targets[at])} and ${say(other)}`);
    }
  }
  return { faults: [...new Set(found)], scrolls: root.scrollHeight - root.clientHeight };
}
