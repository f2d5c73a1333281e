// Marks from a file: first what they would change, then, if the reader says so, the change.
import { why } from "./controls.js";
import { compare, merge, open, Unreadable } from "./file.js";
import * as store from "./store.js";

const MOST_SHOWN = 50;

export function importer(form, done) {
  const one = (selector) => form.querySelector(selector);
  const [input, preview, said, problems, undo] =
    ["[type=file]", "[data-preview]", "[role=status]", "[role=alert]", "[data-undo]"].map(one);
  const words = form.dataset;
  let found;

  function clear() {
    preview.hidden = undo.hidden = true;
    problems.replaceChildren();
    said.textContent = "";
  }

  input.addEventListener("change", async () => {
    clear();
    const [file] = input.files;
    if (!file) return;
    try {
      show(compare(await open(file), store.get));
    } catch (error) {
      complain(error);
    }
    input.value = ""; // The same file may be chosen again.
  });

  function complain(error) {
    const list = error instanceof Unreadable ? error.problems : [{ place: "", why: "unread" }];
    for (const { place, why } of list) {
      const item = document.createElement("p");
      if (place) item.append(Object.assign(document.createElement("code"), { textContent: place }), " ");
      item.append(one(`[data-problem="${why}"]`).content.textContent);
      problems.append(item);
    }
    problems.append(one("[data-refused]").content.cloneNode(true));
  }

  function show(all) {
    found = all;
    for (const count of preview.querySelectorAll("[data-count]"))
      count.textContent = all[count.dataset.count].length;
    const conflicts = one("[data-conflicts]");
    one("[value=both]").checked = true;
    conflicts.hidden = all.differing.length === 0;
    const rows = all.differing.slice(0, MOST_SHOWN).map(({ id, mine, theirs }) => {
      const row = one("[data-conflict]").content.cloneNode(true);
      row.querySelector("dt").textContent = mine.title ?? id;
      row.querySelector("[data-mine]").textContent = mine.note;
      row.querySelector("[data-theirs]").textContent = theirs.note;
      return row;
    });
    one("dl").replaceChildren(...rows);
    one("[data-import]").disabled = !(all.added.length + all.changed.length + all.differing.length);
    preview.hidden = false;
    preview.focus();
  }

  one("[data-import]").addEventListener("click", () => {
    const choice = one("[name=notes]:checked").value;
    const put = [...found.added, ...found.changed, ...found.differing];
    try {
      // As the marks are by now: another tab may have changed them.
      const back = store.putAll(put.map(({ id, theirs }) => [id, merge(store.get(id), theirs, choice)]));
      clear();
      said.textContent = words.done.replace("{count}", put.length);
      undo.hidden = false;
      undo.onclick = () => {
        back();
        clear();
        said.textContent = words.undone;
        input.focus();
        done();
      };
      said.focus();
      done();
    } catch (error) {
      said.textContent = why(error);
    }
  });
  one("[data-cancel]").addEventListener("click", () => {
    clear();
    input.focus();
  });
}
