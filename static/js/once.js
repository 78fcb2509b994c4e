// No form is sent twice, where pages are gone to in the ordinary way: on phones and on the staff's pages.

export function sendOnce() {
  const sent = new Set();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    // Sent in another way: then that sees to it.
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
