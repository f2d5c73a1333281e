"use strict";

// A preview link is shown once: a button copies it.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-copy-link]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copyLink);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // The newer way works over https alone.
  }
  button.textContent = button.dataset.done;
});
