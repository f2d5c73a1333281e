// The controls of one paper's mark. What they look like and say stands in the page's template "marks".
import { bothNotes, inDays, isHidden, now } from "./shape.js";
import * as store from "./store.js";

const PAUSE_MS = 400;
const template = document.getElementById("marks");
const words = template.dataset;
const shown = new Map(); // Paper -> what shows its mark anew, in each of its places.
const unkept = new Map(); // Of notes that the browser did not keep: the area, and what tries again.

const ask = (event) => event.preventDefault(); // Whether to leave what was typed.

/** Return what a mark has, as words for styles. */
export const has = (mark) =>
  [mark.starred && "starred", mark.seen && "seen", mark.note && "noted", isHidden(mark) && "hidden"]
    .filter(Boolean)
    .join(" ");

export const why = (error) => words[error.why] ?? error.message;

/** Return whether a row has a note that the browser did not keep. */
export const isUnkept = (row) => [...unkept.keys()].some((area) => row.contains(area));

/** Try again to keep the notes that were not kept. */
export const tryAgain = () => [...unkept.values()].forEach((keepNote) => keepNote());

/** Put the controls of a paper into each box, whose data name the paper. */
export function mount(boxes) {
  boxes.forEach(mountOne);
}

function mountOne(box) {
  const { paper: id, title } = box.dataset;
  box.append(template.content.cloneNode(true));
  const one = (selector) => box.querySelector(selector);
  const [away, hide, fold, area, said] = [".away", ".hide", ".own-note", "textarea", ".said"].map(one);
  const again = away.querySelector("button");
  // Where papers are listed, a hidden one is this line alone.
  const row = box.closest("[data-hides]");
  if (row) row.prepend(away);
  away.querySelector(".name").textContent = title;
  for (const each of [...box.querySelectorAll("button, summary"), again])
    each.setAttribute("aria-label", `${each.textContent.trim()}: ${title}`);
  area.setAttribute("aria-label", `${words.note}: ${title}`);

  let base = ""; // The note as this browser keeps it, when it was read or written here last.
  let timer;
  let isComposing = false; // A syllable of Hangul is under way.

  function keep(changes) {
    try {
      store.change(id, { title, ...changes });
      return true;
    } catch (error) {
      said.textContent = why(error);
      return false;
    }
  }

  function keepNote() {
    clearTimeout(timer);
    if (area.value === base) return settle();
    const kept = store.get(id).note ?? "";
    // The area shows a joined note at once, or the next pause would write over the other's.
    if (isComposing && kept !== base) return void (timer = setTimeout(keepNote, PAUSE_MS));
    const note = kept === base ? area.value : bothNotes(kept, area.value);
    if (!keep({ note })) {
      unkept.set(area, keepNote);
      return addEventListener("beforeunload", ask);
    }
    base = note;
    if (area.value !== note) area.value = note;
    said.textContent = note ? words.kept : words.deleted;
    settle();
  }

  function leave() {
    isComposing = false; // What is composed is kept as it stands.
    keepNote();
  }

  function settle() {
    unkept.delete(area);
    if (!unkept.size) removeEventListener("beforeunload", ask);
  }

  function show() {
    const mark = store.get(id);
    const hidden = isHidden(mark);
    for (const button of box.querySelectorAll("[data-mark]"))
      button.setAttribute("aria-pressed", Boolean(mark[button.dataset.mark]));
    box.dataset.has = has(mark);
    if (row) row.dataset.has = box.dataset.has;
    away.hidden = !hidden;
    hide.hidden = hidden;
    if (hidden) away.querySelector(".until").textContent = until(mark.hidden_until);
    const note = mark.note ?? "";
    // What is being typed here stays; it is joined with the other when it is kept.
    if (area.value === base && note !== base && !isComposing) area.value = base = note;
  }

  // A page of thirty papers has one place to speak from, not thirty: that of the paper in use.
  for (const begin of ["focusin", "pointerdown"])
    box.addEventListener(begin, () => (said.role = "status"));
  box.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    said.textContent = "";
    const { mark, days } = button.dataset;
    if (mark) keep({ [mark]: button.getAttribute("aria-pressed") === "true" ? "" : now() });
    if (days && keep({ hidden_until: inDays(days) })) {
      hide.open = false;
      again.focus();
    }
  });
  again.addEventListener("click", () => {
    if (!keep({ hidden_until: "" })) return void (away.querySelector(".until").textContent = said.textContent);
    const folded = box.closest(".fold:not([open])");
    (folded ?? hide).querySelector("summary").focus();
  });
  for (const each of [hide, fold])
    each.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing || !each.open) return;
      each.open = false;
      each.firstElementChild.focus();
    });
  fold.addEventListener("toggle", () => fold.open && !area.value && area.focus());
  area.addEventListener("compositionstart", () => (isComposing = true));
  area.addEventListener("compositionend", () => (isComposing = false));
  area.addEventListener("input", () => {
    said.textContent = "";
    clearTimeout(timer);
    timer = setTimeout(keepNote, PAUSE_MS);
  });
  area.addEventListener("change", keepNote);
  addEventListener("pagehide", leave);
  // A phone may end a browser that one has switched away from.
  addEventListener("visibilitychange", () => document.hidden && leave());
  shown.set(id, [...(shown.get(id) ?? []), show]);
  show();
}

function until(moment) {
  if (moment === "ever") return words.forEver;
  const day = new Date(moment).toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  return words.until.replace("{day}", day);
}

const showAll = () => [...shown.values()].flat().forEach((show) => show());
store.onChange((id) => (id ? shown.get(id)?.forEach((show) => show()) : showAll()));
// Time has passed: what was hidden for some days may be there again.
addEventListener("visibilitychange", () => document.visibilityState === "visible" && showAll());
addEventListener("pageshow", ({ persisted }) => persisted && showAll());
