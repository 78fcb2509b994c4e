// Saving a form without leaving its page, so that nothing typed is lost when nobody answers or the session has ended.

const PATIENCE_MS = 60_000;

// Sends the form; leaves for the page behind it once it is saved, and otherwise says why not, in `.save-told`.
// `said` gives what is sent; `isSaved` tells the page of what was saved by its address; `refused` takes the page that
// says what is wrong, and returns whether it has shown that itself.
export function savesHere(form, { said = () => new FormData(form), isSaved, refused = () => false, saved = () => {} }) {
  const told = form.querySelector(".save-told");
  const button = form.querySelector("button.button-main");

  const tell = (words) => {
    told.textContent = words;
    told.hidden = !words;
    if (words) told.scrollIntoView({ block: "nearest" });
  };

  const save = async () => {
    button.disabled = true;
    tell("");
    let words = form.dataset.lost;
    try {
      const body = new URLSearchParams(said());
      const response = await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
      if (response.redirected && response.ok) {
        if (isSaved(response.url)) {
          saved();
          return location.replace(response.url);
        }
        words = form.dataset.signedOut;
      } else if (response.status === 413) {
        words = form.dataset.tooMuch;
      } else {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const why = page.querySelector("[data-refused]");
        if (why && refused(page)) return;
        words = why?.innerText.trim() || words;
      }
    } catch {
      // Told below; what was typed is still there.
    }
    button.disabled = false;
    tell(words);
  };

  return { save, tell };
}
