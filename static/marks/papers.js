// Marks on the papers of a page: their controls, and what the lists of the same papers show of them.
import { has, mount } from "./controls.js";
import * as store from "./store.js";

const boxes = [...document.querySelectorAll(".marks")];
const links = [...document.querySelectorAll(".glance a, .toc a")];
const idOf = (hash) => hash.slice(1);

/** Show a paper's mark where the page names the paper in a list. */
function list(id) {
  for (const link of links)
    if (!id || idOf(link.hash) === id)
      link.closest("li").dataset.has = has(store.get(idOf(link.hash)));
}

/** Lead a link to a hidden paper to its line. */
function arrive() {
  const id = idOf(location.hash);
  const row = boxes.find((box) => box.dataset.paper === id)?.closest("[data-hides]");
  const away = row?.querySelector(".away:not([hidden])");
  away?.scrollIntoView({ block: "center" });
  away?.querySelector("button").focus({ preventScroll: true });
}

mount(boxes);
list();
store.onChange(list);
addEventListener("visibilitychange", () => list());
addEventListener("hashchange", arrive);
// Until then a browser looks for the place by itself, and takes the focus away.
addEventListener("load", () => requestAnimationFrame(arrive));
