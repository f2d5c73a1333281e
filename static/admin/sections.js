"use strict";

/** Open the tab that a part of the page is in. */
function openTabOf(place) {
  const group = place.closest("[data-inline-type]");
  const tab = group && document.querySelector(`a[href="#${group.id.replace(/-group$/, "")}"]`);
  // The theme listens to the click. The URL and the browser's history stay as they are.
  tab?.addEventListener("click", (event) => event.preventDefault(), { once: true });
  tab?.click();
  return group;
}

// Opens the tab of the section that the URL names.
document.addEventListener("alpine:initialized", () => {
  const place = /^#section-\d+$/.test(location.hash) && document.querySelector(location.hash);
  const group = place && openTabOf(place);
  if (!group) return;
  const row = place.closest(".form-group");
  // The Markdown editors grow after this, and would push the section out of view.
  const stay = new ResizeObserver(() => row.scrollIntoView());
  stay.observe(group);
  setTimeout(() => stay.disconnect(), 2_000);
});
