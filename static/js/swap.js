// One page in the place of another: no flash, no entry in the history, nothing left of the old one.

import { focusOn } from "./focus.js";
import { turnPage } from "./life.js";
import { guardTaps } from "./taps.js";

export const PATIENCE_MS = 8000;
const SHEET_MS = 3000;

export function parsePage(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  // Parsed without scripts, these are taken for real, and a refresh in one would be obeyed.
  for (const one of page.querySelectorAll("noscript")) one.remove();
  return page;
}

// Another page; null where nobody answers, or with something else.
export async function loadPage(address) {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok && !response.redirected ? parsePage(await response.text()) : null;
  } catch {
    return null;
  }
}

// Whether a page is for a touchscreen, and brings no other version of a script or style that is in use here.
export function fitsHere(page) {
  const inUse = assetsOf(document);
  const isOther = ({ pathname, href }) => inUse.some((one) => one.pathname === pathname && one.href !== href);
  return page.body.dataset.place === "kiosk" && !assetsOf(page).some(isOther);
}

// The styles that a page needs and this document has not yet.
export async function addSheets(page) {
  const here = sheetsOf(document).map(({ href }) => href);
  for (const link of sheetsOf(page)) if (!here.includes(link.href)) await load(document.importNode(link));
}

// `byItself`: nobody asked for it, so nobody is led anywhere.
export function putPage(page, address, byItself) {
  turnPage(() => {
    // Dark is the screen, not a page.
    page.documentElement.toggleAttribute("data-dark", document.documentElement.hasAttribute("data-dark"));
    for (const name of ["documentElement", "body"]) copyAttributes(page[name], document[name]);
    document.title = page.title;
    document.body.replaceChildren(...page.body.childNodes);
    history.replaceState(null, "", address);
    getSelection().removeAllRanges();
    const part = partAt(location.hash);
    part ? part.scrollIntoView() : scrollTo(0, 0);
    if (byItself) return;
    // What came of a form is read before the page that says it.
    const news = document.querySelector("main [data-news]");
    focusOn(part?.querySelector("a[href]") ?? part ?? news ?? document.querySelector("h1"));
  });
  guardTaps(byItself);
}

export function partAt(hash) {
  return document.getElementById(decodeURIComponent(hash.slice(1)));
}

function load(link) {
  return new Promise((done, fail) => {
    link.onload = done;
    link.onerror = (event) => {
      link.remove(); // so that it is asked for again
      fail(event);
    };
    setTimeout(done, SHEET_MS);
    document.head.append(link);
  });
}

function sheetsOf(page) {
  return [...page.querySelectorAll("link[rel=stylesheet]")];
}

function assetsOf(page) {
  return [...sheetsOf(page), ...page.scripts].map((one) => new URL(one.href ?? one.src));
}

function copyAttributes(from, to) {
  for (const { name } of [...to.attributes]) if (!from.hasAttribute(name)) to.removeAttribute(name);
  for (const { name, value } of from.attributes) to.setAttribute(name, value);
}
