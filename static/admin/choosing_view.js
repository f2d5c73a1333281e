"use strict";

// Filters and sorts the listed papers of a day in the page. On other pages the server does it.
document.addEventListener("DOMContentLoaded", () => {
  const bar = document.querySelector(".listing-bar[data-whole]");
  if (!bar || !window.choosing) return;
  const { list, choiceOf } = window.choosing;
  const rows = [...list.tBodies]; // In the order of the source.
  const search = bar.querySelector("[type=search]");
  const shown = bar.querySelector("output");
  // A reload, and the way back from another page, find the list as it was left.
  const view = { show: "", code: false, sort: "rank", text: "", ...history.state?.listing };

  const titleOf = (row) => row.querySelector(".title").textContent;
  const votesOf = (row) => Number(row.querySelector(".votes").textContent);
  const placeOf = (row) => Number(row.dataset.suggested ?? 10000); // Without a place it comes last.
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const CHOICES = ["picked", "pending", "excluded"];
  const SORTS = {
    rank: () => 0,
    suggested: (one, other) => placeOf(one) - placeOf(other),
    votes: (one, other) => votesOf(other) - votesOf(one),
    title: (one, other) => titleOf(one).localeCompare(titleOf(other), "en"),
    choice: (one, other) => CHOICES.indexOf(choiceOf(one)) - CHOICES.indexOf(choiceOf(other)),
  };

  const fits = (row) =>
    (!view.show || choiceOf(row) === view.show) &&
    (!view.code || row.matches("[data-code]")) &&
    plain(row.querySelector(".listed-paper").textContent).includes(plain(view.text.trim()));

  // Choosing hides and moves no row: only a press here does, so that nobody loses the place.
  function filter() {
    for (const row of rows) {
      row.hidden = !fits(row);
      const box = row.querySelector(".action-select");
      if (!box) continue;
      box.disabled = row.hidden; // No action reaches what is not seen.
      if (row.hidden) box.checked = false;
    }
    const count = rows.filter((row) => !row.hidden).length;
    const words = { shown: count, all: rows.length };
    shown.textContent = shown.dataset.shown.replace(/\{(\w+)\}/g, (_, name) => words[name]);
  }

  function sort() {
    const focused = document.activeElement;
    list.append(...rows.toSorted(SORTS[view.sort] ?? SORTS.rank));
    if (list.contains(focused)) focused.focus({ preventScroll: true });
    window.choosing.current?.rows[0].scrollIntoView({ block: "nearest" });
  }

  function mark() {
    const current = (link, is) =>
      is ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    bar.querySelectorAll("[data-show]").forEach((link) => current(link, link.dataset.show === view.show));
    bar.querySelectorAll("[data-sort]").forEach((link) => current(link, link.dataset.sort === view.sort));
    current(bar.querySelector("[data-code-only]"), view.code);
  }

  function change(changes) {
    Object.assign(view, changes);
    history.replaceState({ ...history.state, listing: view }, "");
    filter();
    if ("sort" in changes) sort();
    mark();
  }

  bar.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.matches("[data-code-only]")) change({ code: !view.code });
    else if (link.dataset.sort) change({ sort: link.dataset.sort });
    else change({ show: link.dataset.show });
  });
  search.addEventListener("input", () => change({ text: search.value }));
  search.form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("tbody:not([hidden]) .title")?.focus();
  });

  // After the theme has chosen all, what is hidden is chosen no longer, and is not counted.
  document.addEventListener("click", ({ target }) => {
    if (target.id !== "action-toggle") return;
    const { checked } = target;
    const boxes = [...list.querySelectorAll(".action-select")];
    boxes.filter((box) => box.disabled).forEach((box) => (box.checked = false));
    const seen = boxes.find((box) => !box.disabled);
    seen?.dispatchEvent(new Event("change", { bubbles: true }));
    target.checked = checked;
  });

  if (history.state?.listing) {
    search.value = view.text;
    change(view);
  }
});
