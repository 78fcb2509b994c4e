// Taking a check-in back is offered for as long as it counts.

export function endUndo(page) {
  const undo = document.querySelector(".undo");
  if (undo) page.after(undo.closest("main").dataset.undoSeconds * 1000, () => undo.classList.add("gone"));
}
