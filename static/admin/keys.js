"use strict";

// Lets Enter and the space bar press elements with the role of a button.
document.addEventListener("keydown", (event) => {
  if (!["Enter", " "].includes(event.key) || !event.target.matches("[role=button]")) return;
  event.preventDefault();
  event.target.click();
});

// Ctrl+S saves, and stays on the page if possible. It captures the key before any widget does.
const saveByKey = (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const part = event.target.closest?.("form[data-in-place]") ?? document.querySelector("form[data-in-place]");
  const button =
    document.querySelector("#submit-row [name=_continue]") ??
    document.querySelector("#submit-row [name=_save]");
  if (!button && !part) return;
  event.preventDefault();
  if (part) part.requestSubmit();
  else button.click();
};
document.addEventListener("keydown", saveByKey, { capture: true });
