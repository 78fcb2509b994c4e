// Loads a page again whose session has ended, for it to ask for the password. Not while the page is being left by signing
// out: its own questions are answered the same way then, and would call off the way to where signing out leads.

let isLeaving = false;
document.querySelector(".sign-out")?.addEventListener("submit", () => (isLeaving = true));

export function askToSignIn() {
  if (!isLeaving) location.reload();
}
