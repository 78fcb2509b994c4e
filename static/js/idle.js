// Someone walked away: ask, count down, and give the start screen to the next visitor.

const SIGNS_OF_LIFE = ["pointerdown", "keydown", "wheel", "scroll"];

export function watchIdleness() {
  const dialog = document.querySelector("dialog.idle");
  if (!dialog) return;
  const idleMs = Number(dialog.dataset.idleSeconds) * 1000;
  const answerSeconds = Number(dialog.dataset.idleAnswerSeconds);
  const isHome = document.body.dataset.screen === "home";
  // The start screen waits for ever; in another language it goes back to its own, without asking.
  if (isHome && !location.search) return;

  const count = dialog.querySelector(".idle-count b");
  let waiting = 0;
  let counting = 0;

  const wait = () => {
    clearTimeout(waiting);
    waiting = setTimeout(isHome ? leave : ask, idleMs);
  };

  const ask = () => {
    const end = performance.now() + answerSeconds * 1000;
    const tick = () => {
      const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
      if (count) count.textContent = String(left);
      if (left > 0) return;
      // Once: asked for again and again, a start screen that takes a moment would never arrive.
      clearInterval(counting);
      leave();
    };
    tick();
    dialog.showModal();
    counting = setInterval(tick, 250);
  };

  for (const sign of SIGNS_OF_LIFE) {
    document.addEventListener(sign, () => dialog.open || wait(), { capture: true, passive: true });
  }
  dialog.querySelector("[data-idle=stay]")?.addEventListener("click", () => dialog.close());
  // A touch beside the question is an answer too.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => {
    clearInterval(counting);
    wait();
  });
  wait();
}

function leave() {
  location.replace("/");
}
