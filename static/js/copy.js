// Copies the text of a box with one tap. A page over plain http has no clipboard of its own; there the text is selected
// and copied the old way, and where even that is refused it stays selected for whoever copies by hand.

const button = document.querySelector("[data-copy]");
if (button) {
  const box = document.getElementById(button.dataset.copy);
  const copied = document.querySelector("[data-copied]");
  const marked = document.querySelector("[data-marked]");
  button.hidden = false;

  const select = () => {
    box.focus({ preventScroll: true });
    box.setSelectionRange(0, box.value.length);
  };

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(box.value);
      return true;
    } catch {
      select();
      return document.execCommand("copy");
    }
  };

  button.addEventListener("click", async () => {
    copied.hidden = marked.hidden = true;
    const done = await copy();
    copied.hidden = !done;
    marked.hidden = done;
    if (done) button.focus({ preventScroll: true });
  });
}
