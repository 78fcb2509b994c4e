// What the script adds to the summary's form: saving without losing a word, and asking before words are left unsaved.

import { savesHere } from "./save_here.js";

let isChanged = false;

begins();
window.addEventListener("beforeunload", (event) => {
  if (isChanged) event.preventDefault();
});

function begins() {
  const form = document.querySelector(".summary-form");
  if (!form) return;
  form.addEventListener("input", () => (isChanged = true));
  const { save } = savesHere(form, {
    isSaved: (url) => new URL(url).pathname === new URL(form.action).pathname,
    saved: () => (isChanged = false),
    refused: (page) => {
      const main = page.querySelector("main");
      if (!main.querySelector(".summary-form")) return false;
      // It carries all that was typed, with what is wrong beside each field.
      document.querySelector("main").replaceWith(document.importNode(main, true));
      const why = document.querySelector("[data-refused]");
      why.tabIndex = -1;
      why.focus();
      isChanged = true;
      begins();
      return true;
    },
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
}
