// Blocks the first paint, so that the page never flashes in another theme. Storage may be refused.
try {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {}
