"use strict";

// Ctrl+K opens the search also with a Korean keyboard, where the key has another name. The theme
// opens it for "k".
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.code !== "KeyK" || event.key === "k") return;
  if (event.altKey || event.shiftKey) return;
  if (event.target.closest("input, textarea, [contenteditable=true]")) return;
  event.preventDefault();
  window.dispatchEvent(new CustomEvent("opencommand"));
});
