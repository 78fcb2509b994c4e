// What a public screen must not do: open menus, zoom, drag, open windows, or send the same form twice.

const ZOOM_KEYS = new Set(["+", "-", "=", "0"]);

export function teachManners(atKiosk) {
  sendOnce();
  // Some phones show a touch at once only where somebody listens for it.
  document.addEventListener("touchstart", () => {}, { passive: true });
  if (!atKiosk) return;
  const refuse = (event) => event.preventDefault();
  for (const type of ["contextmenu", "dragstart", "gesturestart", "auxclick"]) document.addEventListener(type, refuse);
  document.addEventListener("wheel", (event) => event.ctrlKey && refuse(event), { passive: false });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && ZOOM_KEYS.has(event.key)) refuse(event);
    // A switch often gives a space only, which a browser keeps for buttons.
    if (event.key === " " && !event.repeat && event.target.matches?.("a[href]")) {
      refuse(event);
      event.target.click();
    }
  });
}

function sendOnce() {
  const sent = new Set();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // Sent in place: then that sees to it.
    if (event.defaultPrevented) return;
    if (sent.has(form)) {
      event.preventDefault();
      return;
    }
    sent.add(form);
    // Later, because a button that is disabled now would not send its value.
    setTimeout(() => setDisabled(form, true));
  });

  // A page that comes back as it was left can be used again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of sent) setDisabled(form, false);
    sent.clear();
  });
}

function setDisabled(form, disabled) {
  for (const button of form.querySelectorAll("button")) button.disabled = disabled;
}
