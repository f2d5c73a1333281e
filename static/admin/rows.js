"use strict";

// Opens a row that was just added.
document.addEventListener("formset:added", (event) => {
  const row = event.target.closest("[x-data*=openRow]");
  if (row) setTimeout(() => row.querySelector("h3 strong")?.click());
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
