"use strict";

/** Return whether a click is on the row itself or its button, and not on what stands in it. */
const opensRow = (event) => ["H3", "STRONG"].includes(event.target.tagName);

// Opens a row that was just added.
document.addEventListener("formset:added", (event) => {
  const row = event.target.closest("[x-data*=openRow]");
  if (row) setTimeout(() => row.querySelector("h3 strong")?.click());
});

// Says in a row that it will be taken out, with a way to keep it.
document.addEventListener("change", ({ target }) => {
  const row = target.matches(".delete") && target.closest(".form-group.original");
  const going = row && document.getElementById("going");
  if (!going) return;
  row.querySelector(".going")?.remove();
  if (!target.checked) return;
  row.append(going.content.cloneNode(true));
  row.querySelector(".going label").htmlFor = target.id;
});

// Alt with an arrow key moves a row, as the mouse does by dragging.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest("[data-ordering-field] > .form-group.original");
  const other = event.key === "ArrowUp" ? row?.previousElementSibling : row?.nextElementSibling;
  if (!other?.matches(".form-group.original")) return;
  event.preventDefault();
  other[event.key === "ArrowUp" ? "before" : "after"](row);
  event.target.focus();
  sortRecords({ from: row.parentElement }); // The theme's function, as after dragging.
});
