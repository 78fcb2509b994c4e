// Also on what takes no focus by itself: what a screen reader reads next.
export function focusOn(element) {
  if (!element) return;
  if (element.tabIndex < 0) {
    element.tabIndex = -1;
    element.addEventListener("blur", () => element.removeAttribute("tabindex"), { once: true });
  }
  element.focus({ preventScroll: true });
}
