// Blocks the first paint, so that no page flashes in another theme or moves once site.js runs.
const root = document.documentElement;
root.dataset.script = "";
// Storage may be refused.
try {
  root.dataset.theme = localStorage.getItem("theme") ?? "";
} catch {}
