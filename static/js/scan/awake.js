// Keeps the screen from going dark while a page is looked at. Browsers allow it over https only; returns whether this one
// does, so that the page can say what to set by hand.

export function keepAwake() {
  if (!("wakeLock" in navigator)) return false;
  const hold = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      await navigator.wakeLock.request("screen");
    } catch {
      // A nearly empty battery; asked for again at the next look.
    }
  };
  // The browser lets go whenever the page is hidden.
  document.addEventListener("visibilitychange", hold);
  hold();
  return true;
}
