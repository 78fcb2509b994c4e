// Looks at a page as it stands in the window and returns what a visitor could not see or hit, in short phrases.
(smallest) => {
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

  if (Math.max(root.scrollWidth, document.body.scrollWidth) > width) found.push(`wider than the window: ${root.scrollWidth} > ${width}`);

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !isShown(element) || isAway(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (!box.width || !box.height) continue;
      if (box.left < -1 || box.right > width + 1) found.push(`text beside the window: ${say(element)}`);
      for (let one = element; one && one !== root; one = one.parentElement) {
        const style = getComputedStyle(one);
        const edge = one.getBoundingClientRect();
        const line = 4; // the box of a line is a little taller than its letters
        const hides = (overflow) => overflow === "hidden" || overflow === "clip";
        if (hides(style.overflowX) && (box.left < edge.left - 1 || box.right > edge.right + 1)) found.push(`text cut off at a side: ${say(element)}`);
        if (hides(style.overflowY) && (box.top < edge.top - line || box.bottom > edge.bottom + line)) found.push(`text cut off above or below: ${say(element)}`);
        if (style.webkitLineClamp !== "none" && one.scrollHeight > one.clientHeight + 2) found.push(`lines left out: ${say(one)}`);
      }
    }
  }

  const targets = [...document.querySelectorAll("a[href], button, summary, input:not([type=hidden])")].filter((one) => isShown(one) && !isAway(one));
  for (const one of targets) {
    const box = one.getBoundingClientRect();
    if (Math.min(box.width, box.height) < smallest - 0.5) found.push(`too small to hit: ${say(one)} ${Math.round(box.width)}×${Math.round(box.height)}`);
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
