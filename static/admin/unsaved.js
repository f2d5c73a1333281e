"use strict";

// Keeps what is typed and not saved: in this browser at each pause, on the server every 10 s.
// What was kept and never saved is offered on the next visit. It is never put in by itself.
const unsaved = (() => {
  const PAUSE_MS = 400;
  const SERVER_MS = 10_000;
  const OLD_MS = 30 * 24 * 3600 * 1000;
  const opened = Date.now();
  const tab = `${opened}-${Math.random().toString(36).slice(2)}`;
  const stored = new Map(); // Field -> its text as it was saved from here.
  const seen = new Map(); // Field -> its text as it was kept last.
  const forServer = new Map(); // Page -> name -> text, or null to forget it.
  let about; // The part of the page that says who edits, and what to say.
  let shelf; // The database of this browser. null: it has none.
  let timer, serverTimer;

  const fields = (root = document) =>
    [...root.querySelectorAll("[data-unsaved]")].filter((field) => !/__prefix__/.test(field.name));
  const pageOf = (field) => field.dataset.unsavedPage;
  // A row that was added has the number that Django's script gave it.
  const nameOf = (field) =>
    field.dataset.unsaved.replace("__prefix__", () => field.name.match(/-(\d+)-/)?.[1] ?? "");
  const fieldOf = (page, name) =>
    fields().find((field) => pageOf(field) === page && nameOf(field) === name);

  function read(field) {
    if (field.multiple) return [...field.selectedOptions].map((each) => each.value).join("\n");
    return field.easymde ? field.easymde.codemirror.getValue() : field.value;
  }

  function write(field, text) {
    if (field.multiple) return choose(field, text.split("\n").filter(Boolean));
    if (field.easymde) return field.easymde.codemirror.setValue(text);
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function choose(select, values) {
    for (const value of values)
      if (![...select.options].some((each) => each.value === value))
        select.add(new Option(value, value));
    for (const each of select.options) each.selected = values.includes(each.value);
    window.django?.jQuery?.(select).trigger("change");
  }

  /** Return the text that the field had when it was saved last, or when the page was made. */
  function savedText(field) {
    if (stored.has(field)) return stored.get(field);
    if (!field.multiple) return field.defaultValue.replace(/\r\n?/g, "\n");
    const chosen = [...field.options].filter((each) => each.defaultSelected);
    return chosen.map((each) => each.value).join("\n");
  }

  const isDirty = () => fields().some((field) => read(field) !== savedText(field));

  // --- The browser's shelf --------------------------------------------------------------------
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });

  async function open() {
    const asked = indexedDB.open("unsaved", 1);
    asked.onupgradeneeded = () =>
      asked.result.createObjectStore("texts", { keyPath: ["user", "page", "name", "tab"] });
    return done(asked);
  }

  async function onShelf(mode, act) {
    if (shelf === null) throw new Error("no database");
    try {
      shelf ??= await open();
    } catch (error) {
      shelf = null;
      throw error;
    }
    return act(shelf.transaction("texts", mode).objectStore("texts"));
  }

  const shelved = (page) =>
    onShelf("readonly", (texts) =>
      done(texts.getAll(IDBKeyRange.bound([about.editor, page], [about.editor, page, []]))),
    );

  const put = (text) => onShelf("readwrite", (texts) => done(texts.put(text)));
  const remove = (text) =>
    onShelf("readwrite", (texts) =>
      done(texts.delete([text.user, text.page, text.name, text.tab])),
    );

  /** Remove each copy of a text in this browser that was there when the page was opened. */
  function removeAll(page, name) {
    const isDone = (text) => text.name === name && (text.tab === tab || text.at <= opened);
    return shelved(page)
      .then((texts) => Promise.all(texts.filter(isDone).map(remove)))
      .catch(() => null); // What stays is offered once more.
  }

  async function forgetOld() {
    await onShelf("readwrite", (texts) => {
      texts.openCursor().onsuccess = ({ target }) => {
        const cursor = target.result;
        if (!cursor) return;
        if (cursor.value.at < opened - OLD_MS) cursor.delete();
        cursor.continue();
      };
    });
  }

  // --- Keeping --------------------------------------------------------------------------------
  function look() {
    clearTimeout(timer);
    timer = undefined;
    for (const field of fields()) {
      const text = read(field);
      if (text !== (seen.get(field) ?? savedText(field))) keep(field, text);
    }
  }

  function keep(field, value) {
    seen.set(field, value);
    const [page, name] = [pageOf(field), nameOf(field)];
    const text = { user: about.editor, page, name, tab, value, at: Date.now() };
    text.label = field.dataset.unsavedLabel;
    const saved = value === savedText(field);
    toServer(page, name, saved ? null : text);
    (saved ? remove(text) : put(text)).then(tell, tell);
  }

  const tell = () =>
    document.dispatchEvent(new CustomEvent("unsaved", { detail: { kept: shelf !== null } }));

  function soon() {
    timer ??= setTimeout(look, PAUSE_MS);
  }

  function toServer(page, name, text) {
    if (!forServer.has(page)) forServer.set(page, {});
    forServer.get(page)[name] = text;
    serverTimer ??= setTimeout(flush, SERVER_MS);
  }

  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const post = (url, body, more = {}) =>
    fetch(url, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      redirect: "manual",
      ...more,
    });

  async function flush(more) {
    clearTimeout(serverTimer);
    serverTimer = undefined;
    if (!forServer.size) return;
    const pages = Object.fromEntries(forServer);
    forServer.clear();
    const answer = await post(about.unsavedAt, { tab, user: Number(about.editor), pages }, more).catch(() => null);
    if (answer?.ok || answer?.status === 400) return; // What is too much stays in the browser.
    if (answer?.status === 403) await who().catch(() => null);
    for (const [page, texts] of Object.entries(pages))
      for (const [name, text] of Object.entries(texts))
        if (!(name in (forServer.get(page) ?? {}))) toServer(page, name, text);
  }

  /** Return who is signed in and what the server keeps, or null. The page gets a fresh token. */
  async function who() {
    const pages = new URLSearchParams([...new Set(fields().map(pageOf))].map((page) => ["page", page]));
    const answer = await fetch(`${about.unsavedAt}?${pages}`, { redirect: "manual" });
    if (answer.type === "opaqueredirect") return null;
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const found = await answer.json();
    if (String(found.user) === about.editor)
      for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]"))
        input.value = found.token;
    return found;
  }

  // --- Offering -------------------------------------------------------------------------------
  async function offer() {
    const pages = [...new Set(fields().map(pageOf))];
    const here = await Promise.all(pages.map(shelved)).catch(() => []);
    const there = await who().catch(() => null);
    if (there && String(there.user) !== about.editor) return;
    const kept = Object.entries(there?.kept ?? {}).flatMap(([page, texts]) =>
      Object.entries(texts).map(([name, text]) => ({ ...text, page, name })),
    );
    const offers = newest([...here.flat(), ...kept]).flatMap(beside);
    if (offers.length) show(offers);
  }

  function newest(texts) {
    const found = new Map();
    for (const text of texts) {
      const key = JSON.stringify([text.page, text.name]);
      if (text.tab !== tab && !(found.get(key)?.at >= text.at)) found.set(key, text);
    }
    return [...found.values()];
  }

  /** Return a text with what its field shows, or nothing if that is the same. */
  function beside(text) {
    const field = fieldOf(text.page, text.name);
    const shown = field ? read(field) : "";
    if (shown !== text.value) return [{ ...text, shown }];
    discard(text);
    return [];
  }

  async function show(offers) {
    const answer = await post(about.offerAt, offers);
    if (!answer.ok) return;
    const place = document.createElement("div");
    place.innerHTML = await answer.text();
    document.getElementById("content-main").prepend(place);
    for (const article of place.querySelectorAll(".offer")) connect(article, offers);
    const all = (name) => () =>
      place.querySelectorAll(`[data-${name}]:not([hidden])`).forEach((each) => each.click());
    place.querySelector("[data-put-in-all]")?.addEventListener("click", all("put-in"));
    place.querySelector("[data-discard-all]")?.addEventListener("click", all("discard"));
  }

  function connect(article, offers) {
    const { page, name } = article.dataset;
    const text = offers.find((each) => each.page === page && each.name === name);
    const part = (selector) => article.querySelector(selector);
    const end = (undoable) => {
      part("[data-undo]").hidden = !undoable;
      for (const each of article.querySelectorAll("[data-put-in], [data-discard], .diff"))
        each.hidden = true;
    };
    if (!fieldOf(page, name)) {
      part("[data-put-in]").hidden = true;
      part("[data-copy]").hidden = part("[data-no-field]").hidden = false;
    }
    part("[data-put-in]").addEventListener("click", () => {
      write(fieldOf(page, name), text.value);
      look();
      discard(text, { onServer: false });
      end(false);
      article.classList.add("taken");
      fieldOf(page, name).easymde?.codemirror.focus();
    });
    part("[data-copy]").addEventListener("click", () => {
      const area = part("[data-offered]");
      area.hidden = false;
      area.select();
      document.execCommand("copy"); // The newer way works over https alone.
    });
    part("[data-discard]").addEventListener("click", () => {
      discard(text);
      end(true);
    });
    part("[data-undo]").addEventListener("click", () => {
      put({ ...text, user: about.editor }).catch(() => null);
      toServer(page, name, text);
      part("[data-undo]").hidden = true;
      for (const each of article.querySelectorAll("[data-discard], .diff")) each.hidden = false;
      part("[data-put-in]").hidden = !fieldOf(page, name);
    });
  }

  function discard(text, { onServer = true } = {}) {
    removeAll(text.page, text.name);
    if (onServer) toServer(text.page, text.name, null);
  }

  // --- What saving.js tells and asks ----------------------------------------------------------
  const snapshot = (form) => new Map(fields(form).map((field) => [field, read(field)]));

  /** Note that the server has stored these texts. What was typed since stays unsaved. */
  function saved(texts) {
    for (const [field, text] of texts) {
      const changed = text !== savedText(field);
      stored.set(field, text);
      if (changed) removeAll(pageOf(field), nameOf(field));
      forServer.get(pageOf(field)) && delete forServer.get(pageOf(field))[nameOf(field)];
      seen.delete(field);
    }
    look();
    tell();
  }

  document.addEventListener("DOMContentLoaded", () => {
    about = document.querySelector("[data-editor]")?.dataset;
    if (!about) return;
    for (const name of ["input", "change", "click", "keyup", "drop", "paste", "compositionend"])
      document.addEventListener(name, soon, { capture: true });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) return;
      look();
      flush({ keepalive: true });
    });
    window.addEventListener("pagehide", () => {
      look();
      flush({ keepalive: true });
    });
    window.addEventListener("beforeunload", (event) => {
      if (shelf === null && isDirty()) event.preventDefault();
    });
    forgetOld().catch(() => null);
    offer().catch(() => null); // Without a line nothing is offered, and nothing is lost.
  });

  return { tab, opened, fields, read, write, look, isDirty, who, snapshot, saved, stored,
    get about() { return about; }, get isKept() { return shelf !== null; } };
})();
