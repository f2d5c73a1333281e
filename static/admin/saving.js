"use strict";

// Saves a form in place: it is sent by script, and answered with what was stored, or with what
// stands against it. It is sent again while the line is away, and after signing in again.
const saving = (() => {
  const LONGEST_WAIT_S = 30;
  const LOOK_FOR_SIGN_IN_MS = 5_000;
  const TIMEOUT_MS = 60_000;
  const AWAY = [429, 502, 503, 504];
  const MAX_TRIED = 4_000_000; // Characters of texts that were sent without an answer.
  const forms = new WeakMap(); // Form -> {busy, next: {button}, leave: address, tried, hurry}

  const isPart = (form) => form.matches("[data-in-place]"); // One of several forms of a page.
  const rowOf = (form) =>
    isPart(form) ? form : document.querySelector("#submit-row [class*=container]");
  const statusOf = (form) => rowOf(form)?.querySelector("output.saving");

  function makeStatus(form) {
    const made = document.createElement("output");
    made.className = "saving";
    made.setAttribute("role", "status");
    rowOf(form)?.append(made);
    return made;
  }

  const say = (form, text, kind = "") => {
    const status = statusOf(form) ?? makeStatus(form);
    if (status.textContent === text) return;
    status.textContent = text;
    status.dataset.kind = kind;
  };
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  /** Save a form, after what is under way. Resolve when nothing more is to be saved. */
  function save(form, button) {
    const work = forms.get(form) ?? { tried: [] };
    forms.set(form, work);
    work.next = { button: button ?? work.next?.button };
    if (work.busy) work.hurry?.();
    else work.busy = saveAll(form, work).finally(() => (work.busy = null));
    return work.busy;
  }

  async function saveAll(form, work) {
    while (work.next) {
      const pressed = work.next.button;
      work.next = null;
      if (!(await carryOut(form, pressed, work))) break;
      if (work.leave && !unsaved.isDirty(form)) return location.assign(work.leave);
      // What was typed meanwhile is saved before one goes.
      if (work.leave) work.next = { button: stayButton(form) };
    }
    work.leave = null;
  }

  /** Send the form until it is answered, and act on the answer. Return whether it was stored. */
  async function carryOut(form, button, work) {
    let renewed = false;
    for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_WAIT_S)) {
      say(form, unsaved.about.saving);
      const { answer, texts } = await send(form, button, work);
      if (!answer || AWAY.includes(answer.status)) {
        work.tried = withTexts(work.tried, texts);
        await pause(form, wait, work);
      } else if (answer.status === 403 || answer.type === "opaqueredirect") {
        const found = await unsaved.who().catch(() => undefined);
        if (found === undefined) await pause(form, wait, work);
        else if (!isEditor(found)) await waitForSignIn(form, found, work);
        else if (renewed) return fail(form, unsaved.about.forbidden);
        else renewed = true; // The token was of a session before.
      } else {
        work.tried = [];
        return act(form, answer, texts, work, button);
      }
    }
  }

  const isEditor = (found) => String(found?.user) === unsaved.about.editor;
  const stayButton = (form) =>
    isPart(form)
      ? form.querySelector("[type=submit]")
      : document.querySelector("#submit-row [name=_continue]");

  /** Return what was tried with these texts, each once, without the oldest if it is too much. */
  function withTexts(tried, texts) {
    const known = new Set(tried.map(([field, text]) => JSON.stringify([field.name, text])));
    const isNew = ([field, text]) => !known.has(JSON.stringify([field.name, text]));
    const all = [...tried, ...[...texts].filter(isNew)];
    let length = 0;
    const from = all.findLastIndex(([, text]) => (length += text.length) > MAX_TRIED);
    return all.slice(from + 1);
  }

  async function send(form, button, work) {
    for (const { easymde } of unsaved.fields(form)) easymde?.codemirror.save();
    unsaved.look();
    const texts = unsaved.snapshot(form);
    const body = new FormData(form, button?.form === form ? button : null);
    body.set("_editor", unsaved.about.editor);
    body.set("_tab", unsaved.tab);
    body.set("_opened", unsaved.opened);
    for (const [field, text] of work.tried)
      if (text !== texts.get(field)) body.append(`tried-${field.name}`, asSent(field, text));
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => null);
    return { answer, texts };
  }

  const asSent = (field, text) =>
    field.multiple ? text.split("\n").map((tag) => `"${tag}"`).join(", ") : text;

  /** Wait until it is time to try again, the line is back, or its person presses Save. */
  async function pause(form, seconds, work) {
    say(form, unsaved.about.away.replace("SECONDS", seconds), "bad");
    await new Promise((resolve) => {
      work.hurry = resolve;
      setTimeout(resolve, seconds * 1000);
      window.addEventListener("online", resolve, { once: true });
    });
    work.hurry = null;
  }

  /** Wait until the person of this page is signed in again. */
  function waitForSignIn(form, found, work) {
    const { somebodyElse, signedOut } = unsaved.about;
    say(form, found ? somebodyElse.replace("NAME", found.name) : signedOut, "bad");
    return signIn(work);
  }

  async function signIn(work = {}) {
    const dialog = document
      .querySelector("[data-signed-out-dialog]")
      .content.querySelector("dialog")
      .cloneNode(true);
    document.body.append(dialog);
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    work.hurry = () => dialog.open || dialog.showModal();
    work.hurry();
    await untilSignedIn();
    work.hurry = null;
    dialog.remove();
  }

  function untilSignedIn() {
    return new Promise((resolve) => {
      const look = async () => {
        if (!isEditor(await unsaved.who().catch(() => null))) return;
        clearInterval(timer);
        window.removeEventListener("focus", look);
        resolve();
      };
      const timer = setInterval(look, LOOK_FOR_SIGN_IN_MS);
      window.addEventListener("focus", look);
    });
  }

  function fail(form, text) {
    say(form, text, "bad");
    return false;
  }

  async function act(form, answer, texts, work, button) {
    const said = await answer.json().catch(() => null);
    clear(form);
    if (answer.ok && said) return accept(form, said, texts, work, button);
    if (said && "general" in said) return refuse(form, answer.status, said);
    return fail(form, unsaved.about.broken.replace("STATUS", answer.status));
  }

  // --- What was stored ------------------------------------------------------------------------
  async function accept(form, said, texts, work, button) {
    for (const [name, now] of Object.entries(said.fields)) update(form, name, now, texts);
    unsaved.saved(texts);
    if (said.next) {
      work.leave ??= said.next;
      if (!said.again) location.assign(work.leave);
      return said.again;
    }
    if (said.reload) {
      location.reload();
      return false; // This page ends. Its new rows would be made a second time.
    }
    say(form, [unsaved.about.savedAt.replace("TIME", clock()), ...said.said].join(" "));
    await refresh((part) => isRead(part) || part.closest(".part").contains(form));
    form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: { button } }));
    return true;
  }

  /** Let a field carry what is stored now, and show it unless its person has typed on. */
  function update(form, name, { value, carried }, texts) {
    const field = form.elements[name];
    if (!field || field instanceof RadioNodeList) return carry(form, name, carried);
    if (field.type === "checkbox") {
      field.checked = value;
      return carry(form, name, carried);
    }
    const sent = texts.get(field);
    if (sent === undefined) return carry(form, name, carried);
    const text = asText(value, sent);
    const typedOn = unsaved.read(field) !== sent;
    if (typedOn && !same(text, sent)) return; // Somebody else's, not seen yet: a conflict later.
    carry(form, name, carried);
    if (typedOn || same(text, sent)) return;
    unsaved.write(field, text);
    texts.set(field, unsaved.read(field));
  }

  /** Return a value as the script reads it from its field. */
  const asText = (value, sent) =>
    Array.isArray(value) ? inOrder(value, sent).join("\n") : String(value ?? "");

  /** Return tags in the order in which they were sent, which is no difference. */
  function inOrder(tags, sent) {
    const order = sent.split("\n");
    return tags.toSorted((one, other) => order.indexOf(one) - order.indexOf(other));
  }

  const same = (one, other) => folded(one) === folded(other);
  const folded = (text) => text.normalize("NFC").trim().replace(/\s+/g, " ");

  function carry(form, name, text) {
    let hidden = form.elements[`initial-${name}`];
    if (!hidden) {
      hidden = Object.assign(document.createElement("input"), { type: "hidden" });
      hidden.name = `initial-${name}`;
      form.append(hidden);
    }
    hidden.value = text;
  }

  /** Show anew what follows from the texts: findings, states. The fields stay as they are. */
  async function refresh(isWanted) {
    const parts = [...document.querySelectorAll("[data-fresh][id]")];
    if (!parts.length) return;
    const html = await fetch(location.href)
      .then((answer) => (answer.ok ? answer.text() : ""))
      .catch(() => "");
    const page = new DOMParser().parseFromString(html, "text/html");
    const focused = document.activeElement;
    const { top, bottom } = focused.getBoundingClientRect();
    const isSeen = focused !== document.body && bottom > 0 && top < innerHeight;
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (!fresh || !isWanted(part) || isInUse(part)) continue;
      if (isRead(part)) noteCome(textIn(part), textIn(fresh));
      for (const { id } of part.querySelectorAll(".finding[open]"))
        fresh.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
      part.replaceWith(document.adoptNode(fresh));
      window.htmx?.process(fresh);
    }
    // What came above a field, such as findings, pushes it out of the sight of who types in it.
    if (isSeen) window.scrollBy(0, focused.getBoundingClientRect().top - top);
  }

  /** Return whether a part shows its text. One that is being edited shows that of its editor. */
  const isRead = (part) => !part.closest(".editing");
  const textIn = (part) => part.querySelector("[name=read]");

  /** Note at a text that is another now when it came, and what stood there for who is reading. */
  function noteCome(before, text) {
    if (!text) return;
    if (text.value === before?.value) return void Object.assign(text.dataset, before.dataset);
    text.dataset.came = Date.now();
    text.dataset.before = before?.value ?? `${text.value.split(":")[0]}:`;
  }

  /** Return whether a person is in a part, or has typed or ticked something in it. */
  const isInUse = (part) =>
    part.contains(document.activeElement) ||
    [...part.querySelectorAll("input:not([type=hidden]), textarea, select")].some(isChanged);

  function isChanged(field) {
    if (field.options) return [...field.options].some((each) => each.selected !== each.defaultSelected);
    if (["checkbox", "radio"].includes(field.type)) return field.checked !== field.defaultChecked;
    return field.value !== field.defaultValue;
  }

  // --- What stands against it -----------------------------------------------------------------
  function refuse(form, code, { errors = {}, conflicts = {}, general }) {
    const places = Object.entries(errors).map(([name, said]) => mark(form, name, said));
    const homeless = places.filter((place) => typeof place === "string");
    if (general.length || homeless.length) above(form, [...general, ...homeless]);
    for (const [name, now] of Object.entries(conflicts)) offerChoice(form, name, now);
    places.find((place) => place instanceof Element)?.scrollIntoView({ block: "center" });
    return fail(form, code === 409 ? unsaved.about.conflicting : unsaved.about.refused);
  }

  function mark(form, name, said) {
    const field = form.elements[name];
    if (!(field instanceof Element) || field.type === "hidden") return said.join(" ");
    const box = document.createElement("div");
    box.className = "refused";
    box.setAttribute("role", "alert");
    box.dataset.field = name;
    box.innerHTML = said.map((each) => `<div>${each}</div>`).join("");
    const shown = field.closest(".markdown-widget-wrapper") ?? field;
    (shown.parentElement.querySelector(":scope > .select2-container") ?? shown).after(box);
    openTabOf(box);
    return box;
  }

  function above(form, said) {
    const box = document.createElement("div");
    box.className = "refused errornote";
    box.setAttribute("role", "alert");
    box.textContent = said.join(" ");
    form.prepend(box);
  }

  function offerChoice(form, name, { value, carried }) {
    const box = form.querySelector(`.refused[data-field="${CSS.escape(name)}"]`);
    const choices = box?.querySelector(".choices");
    carry(form, name, carried); // The person sees it now, so saving again is a decision.
    const field = form.elements[name];
    if (!choices || !(field instanceof Element) || value === null) return;
    choices.hidden = false;
    choices.querySelector("[data-keep-mine]").addEventListener("click", () => {
      box.remove();
      form.requestSubmit(stayButton(form));
    });
    choices.querySelector("[data-take-theirs]").addEventListener("click", () => {
      take(field, value);
      box.remove();
    });
  }

  function take(field, value) {
    if (field.type === "checkbox") field.checked = value;
    else unsaved.write(field, asText(value, unsaved.read(field)));
    unsaved.saved(new Map([[field, unsaved.read(field)]])); // It is what the server has.
  }

  const clear = (form) => form.querySelectorAll(".refused").forEach((each) => each.remove());

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("[data-editor]")) return;
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (!isInPlace(form) || event.defaultPrevented) return;
      event.preventDefault();
      save(form, event.submitter);
    });
    document.addEventListener("keydown", (event) => {
      const isLine = event.target.matches?.("form:has([data-editor]) input[data-unsaved]");
      if (event.key !== "Enter" || event.isComposing || !isLine) return;
      const button = stayButton(event.target.form);
      if (!button) return;
      event.preventDefault(); // A browser would press the first button, whatever that does.
      button.click();
    });
    // A draft has come. A text that is being edited stays: saving it says that there is another.
    document.addEventListener("live:ended", () => refresh(isRead));
    document.addEventListener("unsaved", ({ detail }) => {
      for (const form of document.forms) if (isInPlace(form)) tell(form, detail.kept);
    });
  });

  const isInPlace = (form) =>
    isPart(form) || form.querySelector("[data-editor]:not([data-natively])");

  function tell(form, kept) {
    const { allSaved, notSaved, notKept } = unsaved.about;
    const status = statusOf(form);
    const isTold = status?.dataset.kind === "bad" && status.textContent !== notKept;
    if (isTold || form.querySelector(".refused")) return;
    if (!unsaved.isDirty(form)) return status && say(form, allSaved);
    say(form, kept ? notSaved : notKept, kept ? "" : "bad");
  }

  return { save, signIn };
})();
