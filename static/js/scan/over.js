// A phone whose shift is over hands in what it still keeps: nothing of it is stamped, and the kiosk notes it for staff.

import { openQueue } from "./queue.js";

const main = document.querySelector("main");
const handedIn = main.querySelector(".handed-in");
let count = 0;

openQueue({
  shift: "over",
  device: main.dataset.device,
  address: main.dataset.send,
  onAnswer(_row, { result }) {
    if (result === "waiting") return;
    count += 1;
    handedIn.hidden = false;
    handedIn.querySelector("b").textContent = count;
  },
});
