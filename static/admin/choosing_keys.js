"use strict";

// Moves through the listed papers and chooses by keys. A person can switch the letters off.
document.addEventListener("DOMContentLoaded", () => {
  const help = document.getElementById("listing-keys");
  if (!help || !window.choosing) return;
  const { list, rowOf, titleOf, open, choose, takeLastBack } = window.choosing;
  const stored = `listing-keys-${help.dataset.person}`;
  const choice = help.querySelector("input");

  // The letter on the key. With a Korean input method on only the key's place says which it is.
  function letterOf(event) {
    if (/^[a-z]$/i.test(event.key)) return event.key.toLowerCase();
    if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return "?";
    if (event.code === "Slash") return "/";
    return event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : "";
  }

  const isTyping = (target) =>
    target.closest("textarea, select, dialog, [contenteditable], input:not([type=checkbox])");

  function move(step) {
    const rows = [...list.tBodies].filter((row) => !row.hidden);
    const here = rows.indexOf(rowOf(document.activeElement) ?? window.choosing.current);
    const row = rows[here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1)];
    if (!row) return;
    titleOf(row).focus({ preventScroll: true });
    row.rows[0].scrollIntoView({ block: "nearest" });
  }

  // Choices are made only in the row with the focus, which one sees.
  const inRow = (act) => () => {
    const row = rowOf(document.activeElement);
    if (row) act(row);
    return Boolean(row);
  };

  const LETTERS = {
    j: () => move(1),
    k: () => move(-1),
    o: inRow(open),
    p: inRow((row) => choose(row, "picked")),
    x: inRow((row) => choose(row, "excluded")),
    u: inRow((row) => choose(row, "pending")),
    z: () => takeLastBack(),
    m: () => document.querySelector("#day .make button")?.click(),
    "/": () => document.querySelector(".listing-bar [type=search]").focus(),
    "?": () => help.showModal(),
  };
  const ARROWS = { ArrowDown: 1, ArrowUp: -1 };
  const MOVING = ["j", "k"];

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return;
    if (isTyping(event.target)) return;
    if (ARROWS[event.key] && rowOf(event.target) && !event.shiftKey) {
      event.preventDefault();
      return move(ARROWS[event.key]);
    }
    const letter = letterOf(event);
    if (!choice.checked || !LETTERS[letter] || (event.shiftKey && letter !== "?")) return;
    if (event.repeat && !MOVING.includes(letter)) return;
    if (LETTERS[letter]() !== false) event.preventDefault();
  });

  // The row that had the focus last is where the keys go on.
  list.addEventListener("focusin", (event) => {
    window.choosing.current = rowOf(event.target) ?? window.choosing.current;
  });

  choice.checked = localStorage.getItem(stored) !== "off";
  choice.addEventListener("change", () => localStorage.setItem(stored, choice.checked ? "on" : "off"));
  document.querySelector("[data-keys-help]")?.addEventListener("click", () => help.showModal());
});
