// Counting without a page for every tap: the next step's <main> takes the place of this one, and taps that come
// meanwhile are kept. Any doubt ends in an ordinary visit to the link.

import { focusOn } from "./focus.js";
import { loadPage } from "./swap.js";

// `visit` goes to an address; while `isUnderWay`, what is on screen is being left.
export function countInPlace(visit, isUnderWay = () => false) {
  const taps = []; // ids of what was pressed, the same at the next step
  let busy = false;
  let opener = null;

  const tapped = (event) => {
    const pressed = event.target.closest?.("main[data-swap] :is(a[href], button)");
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!busy && isUnderWay()) return event.preventDefault();
    // The way on waits for its turn: the screen may not have all the taps yet.
    if (!busy && isWayOn(pressed)) return;
    event.preventDefault();
    taps.push(pressed.id);
    if (!busy) work();
  };
  document.addEventListener("click", tapped, { capture: true });

  async function work() {
    busy = true;
    let onward = null;
    while (taps.length && !onward) {
      const there = document.getElementById(taps.shift());
      if (there && isWayOn(there)) onward = there;
      else if (there && !(await follow(there))) break;
    }
    taps.length = 0;
    busy = false;
    onward?.click();
  }

  async function follow({ href, id }) {
    const old = document.querySelector("main");
    const next = await loadPage(href);
    const main = next?.querySelector("main[data-swap]");
    // Someone else changed the page meanwhile.
    if (!old.isConnected) return false;
    if (!main) {
      visit(href);
      return false;
    }
    const had = old.querySelector(".pad-over");
    const pad = main.querySelector(".pad-over");
    if (pad && !had) opener = id;
    old.replaceWith(main);
    document.querySelector(".bar")?.replaceWith(next.querySelector(".bar"));
    document.title = next.title;
    history.replaceState(history.state, "", href);
    focusOn(
      (pad && !had && pad.querySelector(".key[href]")) ||
        (had && !pad && document.getElementById(opener)) ||
        document.getElementById(id) ||
        // Its button has become idle: the number beside it.
        document.getElementById(id.replace(/^[a-z]+/, "number")) ||
        main.querySelector("h1"),
    );
    return true;
  }
}

function isWayOn(element) {
  return element.matches("button, [data-leave]");
}
