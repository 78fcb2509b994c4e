// A card that the phone's own camera app opened: stamps it by itself, once. Coming back to the page stamps nothing.

const form = document.querySelector("#stamp");

// A page that was only prepared is nobody's wish, and one that comes back was answered before.
if (form && !document.prerendering && performance.getEntriesByType("navigation")[0]?.type === "navigate") {
  form.requestSubmit();
}
