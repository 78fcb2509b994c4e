// Counting on screen without loading a page for every tap: the next step's <main> takes the place of this one.
// Any doubt ends in an ordinary visit to the link.

const PLACES = ["round", "number", "rest", "key", "button"];

export function swapInPlace() {
  const taps = [];
  let busy = false;
  let opener = null;

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("main[data-swap] a[href]");
    if (!link || link.hasAttribute("data-leave")) return;
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    // Taps that come while a step is on its way are kept and made on the step that arrives.
    taps.push(placeOf(link));
    if (!busy) work(link);
  });

  async function work(first) {
    busy = true;
    let link = first;
    while (taps.length) {
      const place = taps.shift();
      link ??= find(currentMain(), place);
      if (link && !(await follow(link.href, place))) return;
      link = null;
    }
    busy = false;
  }

  async function follow(address, place) {
    try {
      const next = await load(address);
      const old = currentMain();
      const opens = next.querySelector(".pad-over") && !old.querySelector(".pad-over");
      const closes = !next.querySelector(".pad-over") && old.querySelector(".pad-over");
      if (opens) opener = place;
      const main = document.importNode(next.querySelector("main"), true);
      old.replaceWith(main);
      const bar = next.querySelector(".bar");
      if (bar) document.querySelector(".bar")?.replaceWith(document.importNode(bar, true));
      document.title = next.title;
      history.replaceState(history.state, "", address);
      const focused =
        (opens && main.querySelector(".pad-over .key[href]")) ||
        (closes && opener && find(main, opener)) ||
        find(main, place) ||
        numberBeside(main, place) ||
        main.querySelector("h1");
      if (focused && !focused.matches("a, button")) focused.tabIndex = -1;
      focused?.focus({ preventScroll: true });
      return true;
    } catch {
      location.assign(address);
      return false;
    }
  }
}

function currentMain() {
  return document.querySelector("main");
}

async function load(address) {
  const response = await fetch(address, { credentials: "same-origin", signal: AbortSignal.timeout(5000) });
  if (!response.ok || response.redirected) throw new Error("not the step that was asked for");
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!page.querySelector("main[data-swap]")) throw new Error("not a step");
  return page;
}

// Where a link stands: its kind, its row, and which of its kind in that row.
function placeOf(link) {
  const kind = PLACES.find((name) => link.classList.contains(name)) ?? "button";
  const row = link.closest("li");
  const main = link.closest("main");
  return {
    kind,
    row: row ? [...main.querySelectorAll("li")].indexOf(row) : -1,
    nth: [...(row ?? main).querySelectorAll(`.${kind}`)].indexOf(link),
  };
}

// The link at a place, null where none is (any more).
function find(main, { kind, row, nth }) {
  const scope = row < 0 ? main : main.querySelectorAll("li")[row];
  const there = scope?.querySelectorAll(`.${kind}`)[nth];
  return there?.hasAttribute("href") ? there : null;
}

// Where the focus goes when its button has become idle: the number between less and more.
function numberBeside(main, { row }) {
  return row < 0 ? null : main.querySelectorAll("li")[row]?.querySelector("a.number");
}
