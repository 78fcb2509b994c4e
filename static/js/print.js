// What the script adds to sheets of paper: the button that prints, and type as large as each sheet allows.

const LARGEST = 1.3, SMALLEST = 0.5;

document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.fonts.ready.then(() => {
  for (const sheet of document.querySelectorAll("[data-crowded]")) {
    let fit = LARGEST;
    do sheet.style.setProperty("--fit", fit);
    while (sheet.scrollHeight > sheet.clientHeight && (fit -= 0.02) > SMALLEST);
  }
});
