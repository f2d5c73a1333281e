"use strict";

// Saves a form in place: it is sent by script, and answered with what was stored, or with what
// stands against it. It is sent again while the line is away, and after signing in again.
{
  const LONGEST_WAIT_S = 30;
  const LOOK_FOR_SIGN_IN_MS = 5_000;
  const TIMEOUT_MS = 60_000;
  const AWAY = [429, 502, 503, 504];
  const forms = new WeakMap(); // Form -> {busy, next: button, tried: [texts]}
  let status;

  const say = (text, kind = "") => {
    if (!status) {
      status = document.createElement("output");
      status.className = "saving";
      status.setAttribute("role", "status");
      document.querySelector("#submit-row [class*=container]")?.append(status);
    }
    if (status.textContent === text) return;
    status.textContent = text;
    status.dataset.kind = kind;
  };
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  async function save(form, button) {
    const work = forms.get(form) ?? { tried: [] };
    forms.set(form, work);
    work.next = button;
    if (work.busy) return;
    work.busy = true;
    try {
      while (work.next) {
        const pressed = work.next;
        work.next = null;
        if (!(await carryOut(form, pressed, work))) break;
      }
    } finally {
      work.busy = false;
    }
  }

  /** Send the form until it is answered, and act on the answer. Return whether it was stored. */
  async function carryOut(form, button, work) {
    let renewed = false;
    for (let wait = 1; ; wait = Math.min(wait * 2, LONGEST_WAIT_S)) {
      say(unsaved.about.saving);
      const { answer, texts } = await send(form, button, work);
      if (!answer || AWAY.includes(answer.status)) {
        work.tried.push(texts);
        await pause(wait);
      } else if (answer.type === "opaqueredirect") {
        await signIn();
      } else if (answer.status === 403) {
        const found = renewed ? undefined : await unsaved.who().catch(() => undefined);
        if (found === undefined) return fail(unsaved.about.forbidden);
        renewed = true; // The token was of a session before.
        if (!found || String(found.user) !== unsaved.about.editor) await signIn(found);
      } else {
        work.tried = [];
        return act(form, answer, texts);
      }
    }
  }

  async function send(form, button, work) {
    for (const { easymde } of unsaved.fields(form)) easymde?.codemirror.save();
    unsaved.look();
    const texts = unsaved.snapshot(form);
    const body = new FormData(form, button?.form === form ? button : null);
    body.set("_editor", unsaved.about.editor);
    body.set("_tab", unsaved.tab);
    body.set("_opened", unsaved.opened);
    for (const tried of work.tried)
      for (const [field, text] of tried)
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

  /** Wait until it is time to try again, or the line is back. */
  function pause(seconds) {
    say(unsaved.about.away.replace("SECONDS", seconds), "bad");
    return new Promise((resolve) => {
      setTimeout(resolve, seconds * 1000);
      window.addEventListener("online", resolve, { once: true });
    });
  }

  /** Wait until the person of this page is signed in again. */
  async function signIn(found) {
    say(found ? unsaved.about.somebodyElse.replace("NAME", found.name) : unsaved.about.signedOut, "bad");
    const dialog = document
      .querySelector("[data-signed-out-dialog]")
      .content.querySelector("dialog")
      .cloneNode(true);
    document.body.append(dialog);
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.showModal();
    await new Promise((resolve) => {
      const look = async () => {
        const who = await unsaved.who().catch(() => null);
        if (!who || String(who.user) !== unsaved.about.editor) return;
        clearInterval(timer);
        window.removeEventListener("focus", look);
        resolve();
      };
      const timer = setInterval(look, LOOK_FOR_SIGN_IN_MS);
      window.addEventListener("focus", look);
    });
    dialog.remove();
  }

  function fail(text) {
    say(text, "bad");
    return false;
  }

  async function act(form, answer, texts) {
    const said = await answer.json().catch(() => null);
    clear(form);
    if (answer.ok && said) return accept(form, said, texts);
    if (said && "general" in said) return refuse(form, answer.status, said);
    return fail(unsaved.about.broken.replace("STATUS", answer.status));
  }

  // --- What was stored ------------------------------------------------------------------------
  function accept(form, said, texts) {
    if (said.next) {
      unsaved.saved(texts);
      location.assign(said.next);
      return false; // This page ends: nothing more is sent from it.
    }
    for (const [name, now] of Object.entries(said.fields)) update(form, name, now, texts);
    unsaved.saved(texts);
    if (said.reload) location.reload();
    say([unsaved.about.savedAt.replace("TIME", clock()), ...said.said].join(" "));
    refresh();
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
    const text = Array.isArray(value) ? inOrder(value, sent).join("\n") : (value ?? "");
    const typedOn = unsaved.read(field) !== sent;
    if (typedOn && !same(text, sent)) return; // Somebody else's, not seen yet: a conflict later.
    carry(form, name, carried);
    if (typedOn || same(text, sent)) return;
    unsaved.write(field, text);
    texts.set(field, unsaved.read(field));
  }

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
  async function refresh() {
    const parts = [...document.querySelectorAll("[data-fresh][id]")];
    if (!parts.length) return;
    const html = await fetch(location.href)
      .then((answer) => (answer.ok ? answer.text() : ""))
      .catch(() => "");
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (!fresh || part.contains(document.activeElement)) continue;
      part.replaceWith(document.adoptNode(fresh));
      window.htmx?.process(fresh);
    }
  }

  // --- What stands against it -----------------------------------------------------------------
  function refuse(form, code, { errors = {}, conflicts = {}, general }) {
    const places = Object.entries(errors).map(([name, said]) => mark(form, name, said));
    const homeless = places.filter((place) => typeof place === "string");
    if (general.length || homeless.length) above(form, [...general, ...homeless]);
    for (const [name, standing] of Object.entries(conflicts)) offerChoice(form, name, standing);
    places.find((place) => place instanceof Element)?.scrollIntoView({ block: "center" });
    return fail(code === 409 ? unsaved.about.conflicting : unsaved.about.refused);
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

  function offerChoice(form, name, standing) {
    const box = form.querySelector(`.refused[data-field="${CSS.escape(name)}"]`);
    const choices = box?.querySelector(".choices");
    carry(form, name, standing); // The person sees it now, so saving again is a decision.
    if (!choices) return;
    choices.hidden = false;
    choices.querySelector("[data-keep-mine]").addEventListener("click", () => {
      box.remove();
      form.requestSubmit(document.querySelector("#submit-row [name=_continue]"));
    });
    choices.querySelector("[data-take-theirs]").addEventListener("click", () => {
      unsaved.write(form.elements[name], standing);
      box.remove();
      unsaved.look();
    });
  }

  const clear = (form) => form.querySelectorAll(".refused").forEach((each) => each.remove());

  document.addEventListener("DOMContentLoaded", () => {
    if (!document.querySelector("[data-editor]")) return;
    document.addEventListener("submit", (event) => {
      const form = event.target;
      const inPlace = form.querySelector("[data-editor]") && !form.elements._popup;
      if (!inPlace || event.defaultPrevented) return;
      event.preventDefault();
      save(form, event.submitter);
    });
    document.addEventListener("unsaved", ({ detail }) => {
      if (status?.dataset.kind === "bad" || document.querySelector(".refused")) return;
      if (!unsaved.isDirty()) return status && say(status.textContent || unsaved.about.allSaved);
      say(detail.kept ? unsaved.about.notSaved : unsaved.about.notKept, detail.kept ? "" : "bad");
    });
  });
}
