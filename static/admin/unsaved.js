"use strict";

// Keeps what is typed and not saved: in this browser at each pause, on the server every 10 s.
// What was kept and never saved is offered on the next visit. It is never put in by itself.
const unsaved = (() => {
  const PAUSE_MS = 400;
  const SERVER_MS = 10_000;
  const SERVER_ALONE_MS = 2_000; // Where this browser keeps nothing.
  const PATIENCE_MS = 3_000; // A browser's database may never answer.
  const AGAIN_MS = 5_000;
  const LONGEST_WAIT_MS = 60_000;
  const LEAVING_BYTES = 60_000; // A browser sends no more for a page that is gone.
  const OLD_MS = 30 * 24 * 3600 * 1000;
  const opened = Date.now();
  const tab = `${opened}-${Math.random().toString(36).slice(2)}`;
  const stored = new Map(); // Field -> its text as it was saved from here.
  const seen = new Map(); // Field -> its text as it was kept last.
  const unkept = new Set(); // Fields whose text this browser could not keep.
  const forServer = new Map(); // Key -> what the server should keep, or forget.
  const flying = new Set(); // Keys of what is on its way to the server.
  const undecided = new Set(); // Texts that were shown here and neither put in nor discarded.
  let isAllOffered = false;
  let about; // The part of the page that says who edits, and what to say.
  let shelf, opening; // The database of this browser, and the promise of it.
  let timer, againTimer, serverTimer;

  const fields = (root = document) =>
    [...root.querySelectorAll("[data-unsaved]")].filter((field) => !/__prefix__/.test(field.name));
  const pageOf = (field) => field.dataset.unsavedPage;
  // A row that was added has the number that Django's script gave it.
  const nameOf = (field) =>
    field.dataset.unsaved.replace("__prefix__", () => field.name.match(/-(\d+)-/)?.[1] ?? "");
  const keyOf = (page, name) => JSON.stringify([page, name]);
  /** Return the pages that are edited here, also by parts that are no fields before they open. */
  const pages = () => {
    const parts = [...document.querySelectorAll("[data-of-page]")];
    const all = [...fields().map(pageOf), ...parts.map((part) => part.dataset.ofPage)];
    return [...new Set(all)].sort();
  };
  let opener; // Opens the part that has a field, where a page shows fields only when asked.
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

  const isChanged = (field) => read(field) !== savedText(field);
  const isDirty = (form) => fields(form).some(isChanged);

  // --- The browser's shelf --------------------------------------------------------------------
  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const patiently = (work) =>
    Promise.race([work, sleep(PATIENCE_MS).then(() => Promise.reject(new Error("no answer")))]);

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open("unsaved", 1);
      asked.onupgradeneeded = () =>
        asked.result.createObjectStore("texts", { keyPath: ["user", "page", "name", "tab"] });
      asked.onerror = () => reject(asked.error);
      asked.onsuccess = () => resolve(use(asked.result));
    });
  }

  function use(database) {
    const leave = () => (shelf = opening = undefined);
    database.onclose = leave; // Somebody cleared what sites keep here.
    database.onversionchange = () => leave(database.close());
    return (shelf = database);
  }

  function ready() {
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  /** Do work on the shelf, in the order in which it is asked for. Resolve once it is stored. */
  function onShelf(mode, work) {
    const run = (database) =>
      new Promise((resolve, reject) => {
        const transaction = database.transaction("texts", mode);
        transaction.onabort = () => reject(transaction.error);
        const asked = work(transaction.objectStore("texts"));
        transaction.oncomplete = () => resolve(asked?.result);
      });
    return shelf ? run(shelf) : ready().then(run);
  }

  const shelved = (page) =>
    onShelf("readonly", (texts) =>
      texts.getAll(IDBKeyRange.bound([about.editor, page], [about.editor, page, []])),
    );

  const put = (text) => onShelf("readwrite", (texts) => texts.put(text));
  const remove = (text) =>
    onShelf("readwrite", (texts) => texts.delete([text.user, text.page, text.name, text.tab]));

  /** Remove those copies of a text for which `isDone`, in one step: a newer one may follow. */
  function removeAll(page, name, isDone) {
    const key = [about.editor, page, name];
    const work = (texts) => eachOf(texts, isDone, IDBKeyRange.bound(key, [...key, []]));
    return onShelf("readwrite", work).catch(() => null); // What stays is offered once more.
  }

  function eachOf(texts, isDone, range) {
    texts.openCursor(range).onsuccess = ({ target }) => {
      const cursor = target.result;
      if (!cursor) return;
      if (isDone(cursor.value)) cursor.delete();
      cursor.continue();
    };
  }

  const forgetOld = () =>
    onShelf("readwrite", (texts) => eachOf(texts, (text) => text.at < opened - OLD_MS));

  // --- Keeping --------------------------------------------------------------------------------
  function look() {
    clearTimeout(timer);
    timer = undefined;
    for (const field of fields()) {
      const text = read(field);
      if (unkept.has(field) || text !== (seen.get(field) ?? savedText(field))) keep(field, text);
    }
  }

  function keep(field, value) {
    seen.set(field, value);
    const [page, name] = [pageOf(field), nameOf(field)];
    const text = { user: about.editor, page, name, tab, value, at: Date.now() };
    text.label = labelOf(field);
    const saved = value === savedText(field);
    const isKept = (kept) => {
      unkept[kept ? "delete" : "add"](field);
      if (!kept) again();
      tell();
    };
    patiently(saved ? remove(text) : put(text)).then(
      () => isKept(true),
      () => isKept(saved),
    );
    toServer(page, name, saved ? forgotten() : text);
  }

  /** Return what a field is called, with the paper of the row that it is in. */
  function labelOf(field) {
    const paper = field.closest(".original")?.querySelector(".entry-title a")?.textContent;
    return [field.dataset.unsavedLabel, paper].filter(Boolean).join(": ");
  }

  /** Return what makes the server forget this tab's text, and those of others until then. */
  const forgotten = (at = 0) => ({ label: "", value: null, at });

  function again() {
    clearTimeout(againTimer);
    againTimer = setTimeout(look, AGAIN_MS);
  }

  const tell = () =>
    document.dispatchEvent(new CustomEvent("unsaved", { detail: { kept: !unkept.size } }));

  function soon() {
    timer ??= setTimeout(look, PAUSE_MS);
  }

  function toServer(page, name, text) {
    forServer.set(keyOf(page, name), { page, name, text });
    serverTimer ??= setTimeout(flush, unkept.size ? SERVER_ALONE_MS : SERVER_MS);
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

  function flush({ isLeaving } = {}) {
    clearTimeout(serverTimer);
    serverTimer = undefined;
    const texts = [...forServer.values()];
    forServer.clear();
    return texts.length ? deliver(texts, isLeaving) : null;
  }

  async function deliver(texts, isLeaving) {
    const keys = texts.map(({ page, name }) => keyOf(page, name));
    keys.forEach((key) => flying.add(key));
    const answer = await carry(texts, isLeaving).catch(() => null);
    keys.forEach((key) => flying.delete(key));
    if (answer?.ok) return;
    if ([400, 413].includes(answer?.status)) return deliverEach(texts);
    if (answer?.status === 403) await who().catch(() => null);
    for (const { page, name, text } of texts)
      if (!forServer.has(keyOf(page, name))) toServer(page, name, text);
  }

  /** Deliver each text alone, so that one that is too much takes no other with it. */
  async function deliverEach(texts) {
    if (texts.length > 1) for (const text of texts) await deliver([text]);
  }

  function carry(texts, isLeaving) {
    const pages = {};
    for (const { page, name, text } of texts) (pages[page] ??= {})[name] = text;
    const body = { tab, user: Number(about.editor), pages };
    const isShort = new Blob([JSON.stringify(body)]).size < LEAVING_BYTES;
    return post(about.unsavedAt, body, { keepalive: Boolean(isLeaving && isShort) });
  }

  /** Return who is signed in and what the server keeps, or null. The page gets a fresh token. */
  async function who() {
    const asked = new URLSearchParams(pages().map((page) => ["page", page]));
    const answer = await fetch(`${about.unsavedAt}?${asked}`, { redirect: "manual" });
    if (answer.type === "opaqueredirect") return null;
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const found = await answer.json();
    if (String(found.user) === about.editor)
      for (const input of document.querySelectorAll("[name=csrfmiddlewaretoken]"))
        input.value = found.token;
    return found;
  }

  // --- Offering -------------------------------------------------------------------------------
  /** Offer what was not saved. Return whether that is done, or has to be tried again. */
  async function offer() {
    isAllOffered = false;
    undecided.clear(); // What is still open is offered anew.
    const edited = pages();
    const here = await patiently(Promise.all(edited.map(shelved))).catch(() => []);
    const there = await who();
    if (there && String(there.user) !== about.editor) return true;
    if (!there) return false;
    const kept = Object.entries(there.kept).flatMap(([page, texts]) =>
      Object.entries(texts).map(([name, text]) => ({ ...text, page, name })),
    );
    const found = await Promise.all(different([...here.flat(), ...kept]).map(beside));
    if (edited.join() !== pages().join()) return true; // Another entry was swapped in meanwhile.
    const offers = found.flat();
    isAllOffered = !offers.length || (await show(offers));
    return isAllOffered;
  }

  async function offerUntilDone() {
    let wait = 1_000;
    while (!(await offer().catch(() => false))) {
      await sleep(wait);
      wait = Math.min(2 * wait, LONGEST_WAIT_MS);
    }
  }

  /** Return each text of a field once, the newest first: two tabs may have left different ones. */
  function different(texts) {
    const found = new Map();
    for (const text of texts) {
      const key = JSON.stringify([text.page, text.name, text.value]);
      const isHere = text.tab === tab && fieldOf(text.page, text.name);
      if (!isHere && !(found.get(key)?.at >= text.at)) found.set(key, text);
    }
    return [...found.values()].sort((one, other) => other.at - one.at);
  }

  /** Return a text with what its field shows, or nothing if that is the same.
   *
   * What a field shows need not be saved: a browser puts it in when a tab is duplicated.
   */
  async function beside(text) {
    const field = fieldOf(text.page, text.name) ?? (await opener?.(text.page, text.name));
    if (!field && opener) return []; // It belongs to another page of the same row.
    const shown = field ? read(field) : "";
    if (shown !== text.value) return [{ ...text, shown }];
    if (!field || !isChanged(field)) discard(text);
    return [];
  }

  async function show(offers) {
    const answer = await post(about.offerAt, offers);
    if (!answer.ok) return false;
    const place = document.createElement("div");
    place.innerHTML = await answer.text();
    document.getElementById("content-main").prepend(place);
    const articles = [...place.querySelectorAll(".offer")];
    articles.forEach((article, at) => connect(article, offers[at]));
    const all = (name, of) => () =>
      of.forEach((article) => article.querySelector(`[data-${name}]:not([hidden])`)?.click());
    const firstOfField = ({ dataset: { page, name } }) =>
      articles.find((each) => each.dataset.page === page && each.dataset.name === name);
    const newest = articles.filter((article) => firstOfField(article) === article);
    place.querySelector("[data-put-in-all]")?.addEventListener("click", all("put-in", newest));
    place.querySelector("[data-discard-all]")?.addEventListener("click", all("discard", articles));
    return true;
  }

  function connect(article, text) {
    const { page, name } = text;
    const part = (selector) => article.querySelector(selector);
    const hide = (isHidden) => {
      part("[data-undo]").hidden = !isHidden;
      for (const each of article.querySelectorAll("[data-put-in], [data-discard], .diff"))
        each.hidden = isHidden;
    };
    undecided.add(text);
    let replaced; // What the field had before the text was put in.
    if (!fieldOf(page, name)) {
      part("[data-put-in]").hidden = true;
      part("[data-copy]").hidden = part("[data-no-field]").hidden = false;
    }
    part("[data-put-in]").addEventListener("click", () => {
      const field = fieldOf(page, name);
      replaced = read(field);
      write(field, text.value);
      look();
      decide(text);
      hide(true);
      article.classList.add("taken");
      field.easymde?.codemirror.focus();
    });
    part("[data-copy]").addEventListener("click", () => {
      const area = part("[data-offered]");
      area.hidden = false;
      area.select();
      document.execCommand("copy"); // The newer way works over https alone.
    });
    part("[data-discard]").addEventListener("click", () => {
      discard(text);
      hide(true);
    });
    part("[data-undo]").addEventListener("click", () => {
      const field = fieldOf(page, name);
      if (replaced !== undefined) write(field, replaced);
      replaced = undefined;
      look();
      undecided.add(text);
      put({ ...text, user: about.editor }).catch(() => null);
      if (!field || !isChanged(field)) toServer(page, name, text);
      hide(false);
      article.classList.remove("taken");
      part("[data-put-in]").hidden = !field;
    });
  }

  /** Remove what was offered from this browser, but for this tab's own. */
  function decide(offered) {
    const { page, name, value, at, tab: from } = offered;
    undecided.delete(offered);
    removeAll(page, name, (text) => {
      const isThis = text.value === value && text.at <= at;
      return isThis && (text.tab !== tab || from === tab);
    });
  }

  function discard(text) {
    decide(text);
    toServer(text.page, text.name, forgotten(text.at));
  }

  // --- What saving.js tells and asks ----------------------------------------------------------
  const snapshot = (form) => new Map(fields(form).map((field) => [field, read(field)]));

  /** Note that the server has stored these texts. What was typed since stays unsaved. */
  function saved(texts) {
    for (const [field, text] of texts) {
      const [page, name, changed] = [pageOf(field), nameOf(field), text !== savedText(field)];
      stored.set(field, text);
      seen.delete(field);
      unkept.delete(field);
      forServer.delete(keyOf(page, name));
      // An older text may arrive at the server later than the one that was saved.
      if (flying.has(keyOf(page, name))) toServer(page, name, forgotten());
      if (changed) removeSaved(page, name, text);
    }
    look();
    tell();
  }

  /** Remove this tab's copy and those that say the same. What was decided on is gone already. */
  const removeSaved = (page, name, saved) =>
    removeAll(page, name, (text) => text.tab === tab || text.value === saved);

  document.addEventListener("DOMContentLoaded", () => {
    about = document.querySelector("[data-editor]")?.dataset;
    if (!about) return;
    for (const name of ["input", "change", "click", "keyup", "drop", "paste", "compositionend"])
      document.addEventListener(name, soon, { capture: true });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) return;
      look();
      flush({ isLeaving: true });
    });
    window.addEventListener("pagehide", () => {
      look();
      flush({ isLeaving: true });
    });
    window.addEventListener("beforeunload", (event) => {
      if (unkept.size && isDirty()) event.preventDefault();
    });
    // A browser would put text in by itself in a duplicated tab, or on going back.
    for (const field of fields()) if (field.form) field.form.autocomplete = "off";
    forgetOld().catch(() => null);
    offerUntilDone();
  });

  return {
    tab, fields, fieldOf, read, write, savedText, look, flush, isDirty, isChanged, who,
    offer: offerUntilDone, snapshot, saved, stored,
    set opener(open) { opener = open; },
    get about() { return about; },
    /** The time until which texts that another tab left were decided on here, or 0. */
    get opened() { return isAllOffered && !undecided.size ? opened : 0; },
  };
})();
