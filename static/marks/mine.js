// The page of all marks that this browser keeps.
import { isUnkept, mount, tryAgain, why } from "./controls.js";
import * as exports from "./exports.js";
import * as file from "./file.js";
import { importer } from "./imports.js";
import { save } from "./saving.js";
import { isHidden, now } from "./shape.js";
import * as store from "./store.js";

const page = document.querySelector(".mine");
const words = page.dataset;
const AT_ONCE = 200; // Each row is controls of its own.
const one = (selector, within = page) => within.querySelector(selector);
let most = AT_ONCE;
const listed = new Map(); // Paper -> its row. A row stays when its mark goes: so that can be undone.
const GROUPS = {
  starred: ({ starred }) => starred,
  noted: ({ note }) => note,
  hidden: isHidden,
};
const pathOf = (sample, id) => sample.replace(words.sample, id);
const isListed = ([, mark]) => Object.values(GROUPS).some((has) => has(mark));

function list() {
  const marks = store.all();
  const left = marks.filter((each) => isListed(each) && !listed.has(each[0]));
  left.sort(([, a], [, b]) => (b.starred ?? "").localeCompare(a.starred ?? ""));
  const next = left.splice(0, Math.max(0, most - listed.size));
  for (const [id, mark] of next) add(id, mark);
  one("[data-more]").hidden = !left.length;
  one("[data-more] span").textContent = left.length;
  for (const group of page.querySelectorAll("[data-group]")) group.hidden = !one("li", group);
  one("[data-seen]").textContent = marks.filter(([, { seen }]) => seen).length;
  one("[data-empty]").hidden = marks.length > 0 || listed.size > 0;
  one("[data-exports]").hidden = one("[data-all]").hidden = marks.length === 0;
}

function add(id, mark) {
  const row = one("#mine-row").content.cloneNode(true).firstElementChild;
  const group = Object.keys(GROUPS).find((name) => GROUPS[name](mark));
  const title = mark.title ?? id;
  Object.assign(one(".title", row), { textContent: title, href: pathOf(words.paper, id) });
  one(".id", row).textContent = `arXiv:${id}`;
  const box = one(".marks", row);
  Object.assign(box.dataset, { paper: id, title });
  one(`[data-group="${group}"] ol`).append(row);
  mount([box]);
  one(".own-note", box).open = Boolean(mark.note);
  listed.set(id, row);
}

function forget() {
  for (const [id, row] of listed) {
    if (isUnkept(row)) continue; // Its text is nowhere else.
    row.remove();
    listed.delete(id);
  }
  tryAgain();
  list();
}

one("[data-more] button").addEventListener("click", () => {
  const before = listed.size;
  most = before + AT_ONCE;
  list();
  one(".title", [...listed.values()][before]).focus();
});

const wanted = () => store.all().filter(([, { starred, note }]) => starred || note);
const name = (extension) => `${words.file}-${now().slice(0, 10)}.${extension}`;
const EXPORTS = {
  json: () => save(name("json"), "application/json", file.write(store.all(), now())),
  md: () => {
    const address = (id) => new URL(pathOf(words.paper, id), location).href;
    save(name("md"), "text/markdown", exports.markdown(document.querySelector("h1").textContent, wanted(), address));
  },
  bib: async () => {
    const marks = wanted();
    const bar = Object.assign(one("progress"), { max: marks.length, value: 0, hidden: false });
    const tell = (count) => {
      bar.value = count;
      say(words.progress.replace("{count}", count).replace("{all}", marks.length));
    };
    const { text, missing } = await exports.bibtex(marks, (id) => pathOf(words.bib, id), tell);
    bar.hidden = true;
    if (text) save(name("bib"), "application/x-bibtex", text);
    one("[data-missing]").replaceChildren(...missing.map(absent));
    return !text ? "nothing" : missing.length ? "some" : "saved";
  },
};

/** Return a line about a paper that has no reference. Its row says so too. */
function absent({ id, mark, why }) {
  const said = `${mark.title ?? id} (arXiv:${id}): ${words[why]}`;
  if (why === "gone" && listed.has(id)) one(".gone", listed.get(id)).hidden = false;
  return Object.assign(document.createElement("li"), { textContent: said });
}

const said = one("[data-exports] [role=status]");
const say = (text) => (said.textContent = text);
for (const button of page.querySelectorAll("[data-export]"))
  button.addEventListener("click", async () => {
    if (said.dataset.busy) return;
    said.dataset.busy = "yes";
    one("[data-missing]").replaceChildren();
    const { export: kind } = button.dataset;
    try {
      say(words[kind === "json" || wanted().length ? (await EXPORTS[kind]()) ?? "saved" : "none"]);
    } catch (error) {
      say(why(error));
    } finally {
      delete said.dataset.busy;
    }
  });

const deleted = one("[data-deleted]");
const undo = one("button", deleted);
const trying = (work) => () => {
  try {
    work();
  } catch (error) {
    one("[role=status]", deleted).textContent = why(error);
  }
};
one("[data-delete]").onclick = trying(() => {
  deleted.hidden = false;
  const before = store.all();
  store.putAll(before.map(([id]) => [id, {}]));
  forget();
  one("[role=status]", deleted).textContent = words.deleted;
  undo.onclick = trying(() => {
    // A note that had no room may be kept by now: it stays beside the other.
    store.putAll(before.map(([id, mark]) => [id, file.merge(mark, store.get(id))]));
    deleted.hidden = true;
    forget();
    one("[data-delete]").focus();
  });
  undo.focus();
});

importer(one("[data-importer]"), forget);
// An import changes many at once.
let due;
store.onChange(() => {
  due ??= requestAnimationFrame(() => {
    due = undefined;
    list();
  });
});
forget();
