// Counting on screen without loading a page for every tap: the next step's <main> takes the place of this one, and taps
// that come meanwhile are kept. Any doubt ends in an ordinary visit to the link.

import { focusOn, loadPage } from "./swap.js";

// `visit` goes to an address in the ordinary way; while `isUnderWay`, what is on screen is being left.
export function countInPlace(visit, isUnderWay = () => false) {
  const taps = [];
  let busy = false;
  let opener = null;

  const tapped = (event) => {
    const pressed = event.target.closest?.("main[data-swap] :is(a[href], button)");
    if (!pressed || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (!busy && isUnderWay()) return event.preventDefault();
    // The way on waits for its turn: what is on screen may not have all the taps yet.
    if (!busy && isWayOn(pressed)) return;
    event.preventDefault();
    taps.push(placeOf(pressed));
    if (!busy) work();
  };
  document.addEventListener("click", tapped, { capture: true });

  async function work() {
    busy = true;
    let onward = null;
    while (taps.length && !onward) {
      const place = taps.shift();
      const there = find(place);
      if (there && isWayOn(there)) onward = there;
      else if (there && !(await follow(there.href, place))) break;
    }
    taps.length = 0;
    busy = false;
    onward?.click();
  }

  async function follow(address, place) {
    const old = document.querySelector("main");
    const next = await loadPage(address);
    const main = next?.querySelector("main[data-swap]");
    // Someone else changed the page meanwhile.
    if (!old.isConnected) return false;
    if (!main) {
      visit(address);
      return false;
    }
    const opens = main.querySelector(".pad-over") && !old.querySelector(".pad-over");
    const closes = !main.querySelector(".pad-over") && old.querySelector(".pad-over");
    if (opens) opener = place;
    old.replaceWith(main);
    document.querySelector(".bar")?.replaceWith(next.querySelector(".bar"));
    document.title = next.title;
    history.replaceState(history.state, "", address);
    focusOn(
      (opens && main.querySelector(".pad-over .key[href]")) ||
        (closes && opener && find(opener)) ||
        find(place) ||
        // Its button has become idle: the number beside it.
        (place.row >= 0 && rows()[place.row]?.querySelector("a.number")) ||
        main.querySelector("h1"),
    );
    return true;
  }
}

function isWayOn(element) {
  return element.matches("button, [data-leave]");
}

function rows() {
  return [...document.querySelectorAll("main li")];
}

function ofKind(kind, row) {
  return [...(rows()[row] ?? document.querySelector("main")).querySelectorAll(`.${kind}`)];
}

// Where something stands: its kind, its row (-1 for none), and which of its kind in there.
function placeOf(element) {
  const kind = element.classList[0];
  const row = rows().indexOf(element.closest("li"));
  return { kind, row, nth: ofKind(kind, row).indexOf(element) };
}

// What can be pressed at a place, null where nothing can (any more).
function find({ kind, row, nth }) {
  const there = ofKind(kind, row)[nth];
  return there?.matches("[href], button") ? there : null;
}
