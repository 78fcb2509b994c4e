// What the script adds to the check before doors open: the time of the phone in hand, and a word while the check lasts.

const form = document.querySelector("[data-phone-clock]");
// The touchscreen's own clock is the one that may be wrong.
if (form && document.body.dataset.place !== "kiosk") {
  const shown = form.querySelector("[data-phone-time]");
  const show = () => {
    shown.textContent = new Date().toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "medium" });
  };
  show();
  setInterval(show, 1000);
  form.hidden = false;
  form.addEventListener("submit", () => {
    form.querySelector("input").value = String(Date.now());
  });
}

const check = document.querySelector("[data-working]");
check?.addEventListener("submit", () => {
  const button = check.querySelector("button");
  button.textContent = check.dataset.working;
  // After the form is on its way: a button that is off sends nothing.
  setTimeout(() => (button.disabled = true));
});
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
