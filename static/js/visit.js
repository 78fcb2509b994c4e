// Going from page to page at the touchscreen: links and forms bring the next page into the same document. Instead of the
// browser's own page of errors, what cannot be had is said calmly, and home is always at hand.

import { focusOn } from "./focus.js";
import { PATIENCE_MS, addSheets, fitsHere, parsePage, partAt, putPage } from "./swap.js";
import { guardTaps } from "./taps.js";

const RETRY_MS = 5000;

let underWay = null;
let failed = null;
let retry = 0;
let home = null; // the start screen as it last came, for when nobody answers

export function goInPlace() {
  if (isStart(location) && document.body.dataset.screen !== "failure") home = document.documentElement.outerHTML;
  document.addEventListener("click", followed);
  document.addEventListener("submit", sent);
}

// The start screen as everyone finds it: no language, no size of text, nobody's visit.
export function isStart({ pathname, search }) {
  return pathname === "/" && !search;
}

// Bring in the page at an address, unless another is on its way; `pressed` is lit meanwhile.
export function visit(address, pressed) {
  go({ address: new URL(address, location), pressed });
}

export function isUnderWay() {
  return underWay !== null;
}

// The screen is the next visitor’s, whatever is under way.
export function leaveForHome() {
  underWay = null;
  go({ address: new URL("/", location), byItself: true });
}

function followed(event) {
  const again = event.target.closest?.("[data-again]");
  if (again && failed) {
    again.closest("dialog").close();
    return go(failed);
  }
  const link = event.target.closest?.("a[href]");
  if (event.defaultPrevented || !link) return;
  const address = new URL(link.href);
  if (address.origin !== location.origin) return;
  event.preventDefault();
  if (address.hash && address.href.split("#")[0] === location.href.split("#")[0]) {
    const part = partAt(address.hash);
    part?.scrollIntoView();
    focusOn(part);
  } else {
    visit(address, link);
  }
}

function sent(event) {
  const { target: form, submitter: pressed } = event;
  if (event.defaultPrevented || form.method === "dialog") return;
  event.preventDefault();
  const address = new URL(form.action);
  const fields = new URLSearchParams(new FormData(form, pressed));
  if (form.method === "get") address.search = fields;
  go({ address, body: form.method === "post" ? fields : undefined, pressed });
}

// {address, body, pressed, byItself}
export async function go(request) {
  // What is tapped meanwhile was meant for the old page. Only a start screen that renews itself gives way.
  if (underWay && !(underWay.byItself && isStart(location))) return;
  clearTimeout(retry);
  underWay = request;
  request.pressed?.setAttribute("data-pressed", "");
  const act = await ask(request).catch(() => () => tell(request));
  request.pressed?.removeAttribute("data-pressed");
  // Overtaken meanwhile: the next visitor has the screen.
  if (underWay !== request) return;
  underWay = null;
  act();
}

// Returns what is to be done with the answer. Throws when there is none, or none of ours.
async function ask({ address, body, byItself }) {
  const response = await fetch(address, {
    method: body ? "POST" : "GET",
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const isGet = !body || response.redirected;
  // What came of a form has no address of its own unless it led to one.
  const last = new URL(isGet ? response.url : location);
  const elsewhere = () => location.replace(last);
  if (last.pathname.startsWith("/staff")) return elsewhere;
  // Our own 503 says what was not recorded, and carries a form to send it again.
  if (response.status >= 500 && response.status !== 503) throw new Error("no answer");
  const html = await response.text();
  const page = parsePage(html);
  if (!fitsHere(page)) {
    if (response.ok && isGet) return elsewhere;
    if (!page.body.dataset.place) throw new Error("not a page of ours");
  }
  if (isGet) last.hash ||= address.hash;
  await addSheets(page);
  return () => {
    failed = null;
    if (response.ok && isStart(last)) home = html;
    putPage(page, last, byItself);
  };
}

// There was no answer: home is remembered, anything else can be tried again.
function tell(request) {
  if (isStart(request.address) && home) {
    failed = null;
    const page = parsePage(home);
    // So that it is asked for again.
    page.body.dataset.displayVersion = "";
    putPage(page, "/", request.byItself);
  } else if (request.byItself) {
    retry = setTimeout(leaveForHome, RETRY_MS);
  } else {
    failed = request;
    const dialog = document.querySelector("dialog.failed");
    dialog.toggleAttribute("data-form", Boolean(request.body));
    if (!dialog.open) dialog.showModal();
    guardTaps(true);
  }
}
