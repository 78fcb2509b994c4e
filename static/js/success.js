// The page after check-in: back to the start by itself unless someone is still there; taking back only while it counts.

export function countDownSuccess() {
  const main = document.querySelector("main");
  hideUndoInTime(main);
  const seconds = Number(main.dataset.homeAfter);
  if (!seconds) return;

  const line = main.querySelector(".home-after");
  const shown = main.querySelector("[data-countdown]");
  const end = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    if (shown) shown.textContent = String(left);
    if (left > 0) return;
    clearInterval(counting);
    location.replace("/");
  };
  const counting = setInterval(tick, 250);
  tick();

  const stay = () => {
    clearInterval(counting);
    line?.classList.add("gone");
  };
  document.addEventListener("pointerdown", stay, { capture: true, once: true });
  document.addEventListener("keydown", stay, { capture: true, once: true });
  main.querySelector("[data-stay]")?.addEventListener("click", (event) => {
    event.preventDefault();
    stay();
  });
}

function hideUndoInTime(main) {
  const undo = main.querySelector(".undo");
  const seconds = Number(main.dataset.undoSeconds);
  if (undo && seconds) setTimeout(() => undo.classList.add("gone"), seconds * 1000);
}
