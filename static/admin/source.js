"use strict";

// Searches the source of an entry, and shows the sentence of the paper that something names.
{
  const main = () => document.querySelector(".writing");
  const source = () => main().querySelector("[data-source]");
  let hits = []; // Ranges, in the order of the source.
  let current = -1;
  let timer;

  /** Return all text of the source, folded, with the place of each of its characters. */
  function read() {
    const places = [];
    let text = "";
    const nodes = document.createTreeWalker(source(), NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const node = nodes.currentNode;
      if (node.parentElement.closest("annotation")) continue; // A formula's TeX is not shown.
      for (let at = 0; at < node.data.length; at += 1) {
        const folded = fold(node.data[at]);
        if (folded === " " && text.endsWith(" ")) continue;
        text += folded;
        for (let part = 0; part < folded.length; part += 1) places.push([node, at]);
      }
    }
    return { text, places };
  }

  const fold = (letter) => (/\s/.test(letter) ? " " : letter.toLowerCase());
  const folded = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();

  function find(sought) {
    const found = [];
    const { text, places } = sought ? read() : {};
    for (let at = sought ? text.indexOf(sought) : -1; at >= 0; at = text.indexOf(sought, at + sought.length)) {
      const range = document.createRange();
      const [last, end] = places[at + sought.length - 1];
      range.setStart(...places[at]);
      range.setEnd(last, end + 1);
      found.push(range);
    }
    return found;
  }

  function mark(found, sought) {
    hits = found;
    current = -1;
    if (window.Highlight) {
      CSS.highlights.set("hit", new Highlight(...hits));
      CSS.highlights.delete("hit-now");
      CSS.highlights.delete("hit-word");
    }
    if (hits.length) step(1);
    else tell(sought);
  }

  function tell(sought) {
    const place = main().querySelector("[data-hits]");
    place.textContent = hits.length ? `${current + 1} / ${hits.length}` : sought ? place.dataset.none : "";
  }

  function step(by) {
    if (!hits.length) return;
    current = (current + by + hits.length) % hits.length;
    const hit = hits[current];
    const start = hit.startContainer.parentElement;
    for (let each = start.closest("details"); each; each = each.parentElement.closest("details"))
      each.open = true;
    if (window.Highlight) CSS.highlights.set("hit-now", new Highlight(hit));
    start.scrollIntoView({ block: "center" });
    tell(true);
  }

  async function withFullText() {
    const details = main().querySelector("[data-source] [data-load]");
    if (details) await writing.fill(details);
  }

  /** Mark a sentence of the paper, and in it the words that a sentence of the summary renders. */
  async function showEvidence(quote) {
    writing.show("source");
    await withFullText();
    const said = quote.textContent.replace(/…$/, "");
    const pieces = [said, ...said.split(/\$[^$]*\$/).sort((one, other) => other.length - one.length)];
    const sought = pieces.map(folded).find((piece) => piece && find(piece).length) ?? folded(said);
    mark(find(sought), sought);
    const words = [...quote.querySelectorAll("mark")].flatMap((each) => find(folded(each.textContent)));
    const lies = (word) => hits.some((hit) => hit.comparePoint(word.startContainer, word.startOffset) === 0);
    if (window.Highlight) CSS.highlights.set("hit-word", new Highlight(...words.filter(lies)));
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!main()) return;
    document.addEventListener("input", ({ target }) => {
      if (!target.matches("[data-find]")) return;
      clearTimeout(timer);
      timer = setTimeout(async () => {
        const sought = folded(target.value);
        if (sought) await withFullText();
        mark(find(sought), sought);
      }, 200);
    });
    document.addEventListener("keydown", (event) => {
      if (event.code !== "Enter" || event.isComposing || !event.target.matches("[data-find]")) return;
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    });
    document.addEventListener("click", ({ target }) => {
      const button = target.closest(".writing [data-hit], .writing [data-show-source]");
      if (button?.dataset.hit) step(Number(button.dataset.hit));
      else if (button) showEvidence(button.closest(".evidence").querySelector("q"));
    });
  });
}
