// What a page does beyond being read. Without it every text is there, and so is every link.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const phone = matchMedia("(width < 46rem)");
// A browser may refuse to store anything.
const stored = (name, value, where = "localStorage") => {
  try {
    if (value !== undefined) window[where].setItem(name, value);
    return window[where].getItem(name) ?? "";
  } catch {
    return value ?? "";
  }
};

function theme(button) {
  const themes = ["", "light", "dark"];
  const show = (chosen) => {
    button.textContent = button.dataset[chosen || "system"];
    document.documentElement.dataset.theme = chosen;
  };
  button.addEventListener("click", () => {
    const next = themes[(themes.indexOf(stored("theme")) + 1) % themes.length];
    show(stored("theme", next));
  });
  show(stored("theme"));
}

function folds(entries) {
  const folds = entries.map((entry) => one(".fold", entry));
  const button = one(".open-all");
  const open = (yes) => folds.forEach((fold) => (fold.open = yes));
  const fit = () => {
    // Where the summaries are always open, a row that folds nothing is no stop for the keyboard.
    if (!phone.matches) open(true);
    folds.forEach((fold) => (fold.firstElementChild.tabIndex = phone.matches ? 0 : -1));
  };
  const every = () => folds.every((fold) => fold.open);
  const label = () => (button.textContent = button.dataset[every() ? "close" : "open"]);
  const arrive = () => {
    const target = one(":target");
    const fold = target?.closest(".fold");
    if (fold && !fold.open) {
      fold.open = true;
      target.scrollIntoView();
    }
  };
  button.addEventListener("click", () => open(!every()));
  folds.forEach((fold) => fold.addEventListener("toggle", label));
  phone.addEventListener("change", fit);
  addEventListener("hashchange", arrive);
  addEventListener("beforeprint", () => open(true));
  fit();
  arrive();
}

function place(entries) {
  const links = all(".toc a");
  const contents = one(".toc");
  const bar = one(".place");
  const next = one("[rel=next]", bar);
  const seen = new Set();
  const show = (current) => {
    const shown = entries.filter((entry) => !entry.hidden);
    const at = shown.indexOf(current);
    links.forEach((link) => link.removeAttribute("aria-current"));
    bar.classList.toggle("idle", at < 0 || !one(".fold", current).open);
    if (at < 0) return;
    const link = links[entries.indexOf(current)];
    link.setAttribute("aria-current", "true");
    contents.scrollTop = link.offsetTop - contents.clientHeight / 2;
    one(".number", bar).textContent = `${at + 1} / ${shown.length}`;
    next.hidden = !shown[at + 1];
    if (!next.hidden) next.hash = one(".unfolded", shown[at + 1]).id;
  };
  const watch = new IntersectionObserver(
    (changes) => {
      for (const each of changes) seen[each.isIntersecting ? "add" : "delete"](each.target);
      show(entries.find((entry) => seen.has(entry)));
    },
    { rootMargin: "-15% 0px -70% 0px" },
  );
  entries.forEach((entry) => watch.observe(entry));
}

function filters(group, entries) {
  const rows = all(".glance .row");
  const contents = all(".toc li");
  const said = one("[role=status]", group);
  const choose = (key) => {
    const has = (entry) => !key || entry.dataset.filters.split(" ").includes(key);
    const found = entries.filter(has).length;
    all("button", group).forEach((each) => each.setAttribute("aria-pressed", each.dataset.filter === key));
    entries.forEach((entry, n) => {
      entry.hidden = rows[n].hidden = contents[n].hidden = found > 0 && !has(entry);
    });
    said.textContent = !key ? "" : found ? `${found} / ${entries.length}` : said.dataset.none;
  };
  group.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (!button) return;
    const key = button.getAttribute("aria-pressed") === "true" ? "" : button.dataset.filter;
    history.replaceState(null, "", location.pathname + (key && `?${key}`));
    choose(key);
  });
  const [asked] = new URLSearchParams(location.search);
  if (asked && ["tag", "category"].includes(asked[0])) choose(asked.join("="));
}

// One date in the browser: of the newest digest that was seen before this visit.
function news(dated) {
  const newest = dated.map((each) => each.dataset.published).sort().at(-1);
  const seen = stored("seen");
  const before = stored("seen", undefined, "sessionStorage") || stored("seen", seen || newest, "sessionStorage");
  dated.forEach((each) => each.classList.toggle("is-new", each.dataset.published > before));
  if (newest > seen) stored("seen", newest);
}

function copies(button) {
  const [text, before] = [document.getElementById(button.dataset.copy).textContent, button.textContent];
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = before), 2000);
  });
}

const entries = all(".entries > .entry:has(.fold)");
const switcher = one(".theme");
if (switcher) theme(switcher);
if (navigator.clipboard) all("[data-copy]").forEach(copies);
if (navigator.share)
  addEventListener("click", (event) => {
    const link = event.target.closest("[data-share]");
    if (!link) return;
    event.preventDefault();
    navigator.share({ url: link.href }).catch(() => {});
  });
const dated = all("[data-published]");
if (dated.length) news(dated);
if (entries.length) {
  folds(entries);
  place(entries);
  const group = one(".filters");
  if (group) filters(group, entries);
}
