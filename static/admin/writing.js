"use strict";

// The page to read and write one entry: each part becomes an editor when it is opened.
const writing = (() => {
  const main = () => document.querySelector(".writing");
  const editorOf = (part) => part.querySelector(":scope > .editor");
  const formOf = (part) => editorOf(part).querySelector("form");
  const fetching = new WeakMap(); // Part -> the promise of its editor.

  /**
   * Fetch from this site. If the session has ended, go on once its person has signed in again: what
   * is sent is made anew then, with a fresh token.
   */
  async function ask(url, options = () => ({})) {
    for (;;) {
      const answer = await fetch(url, { redirect: "manual", ...options() });
      if (answer.type !== "opaqueredirect") return answer;
      await saving.signIn();
    }
  }

  function say(place, text, kind = "") {
    const said = place.querySelector("output.said");
    said.textContent = text;
    said.dataset.kind = kind;
  }

  const whyNot = (answer) =>
    answer?.status === 403 ? unsaved.about.forbidden : main().dataset.away;

  // --- Parts ----------------------------------------------------------------------------------
  async function open(part, { focus = true } = {}) {
    if (!formOf(part)) {
      if (!fetching.has(part)) fetching.set(part, load(part));
      await fetching.get(part);
      fetching.delete(part);
    }
    if (focus && formOf(part)) focusOn(part);
    return formOf(part);
  }

  async function load(part) {
    const answer = await ask(part.dataset.edit).catch(() => null);
    if (!answer?.ok) return say(main().querySelector(".neighbours"), whyNot(answer), "bad");
    editorOf(part).innerHTML = await answer.text();
    part.classList.add("editing");
    window.htmx?.process(editorOf(part));
    window.htmx?.trigger(editorOf(part), "htmx:load");
    window.initAllMarkdownEditors?.();
    for (const { easymde, dataset } of unsaved.fields(editorOf(part)))
      easymde?.codemirror.getInputField().setAttribute("aria-label", dataset.unsavedLabel);
    window.django?.jQuery?.(editorOf(part)).find(".unfold-admin-autocomplete").djangoCustomSelect2?.();
  }

  function focusOn(part) {
    const field = formOf(part).querySelector("[data-unsaved]");
    const codemirror = field?.easymde?.codemirror;
    if (codemirror) {
      codemirror.focus();
      codemirror.setCursor(codemirror.lineCount(), 0);
    } else if (field?.multiple) part.querySelector(".select2-search__field")?.focus();
    else field?.focus();
  }

  /** Close an editor in which nothing is unsaved. */
  function close(part) {
    const form = formOf(part);
    if (!form) return true;
    if (unsaved.isDirty(form)) {
      const status = form.querySelector("output.saving");
      status.textContent = unsaved.about.notSaved;
      return false;
    }
    editorOf(part).replaceChildren();
    part.classList.remove("editing");
    part.querySelector("[data-open]")?.focus({ preventScroll: true });
    part.scrollIntoView({ block: "nearest" });
    return true;
  }

  function revert(button) {
    if (!window.confirm(button.dataset.question)) return;
    for (const field of unsaved.fields(button.form)) unsaved.write(field, unsaved.savedText(field));
    unsaved.look();
    close(button.closest(".part"));
  }

  async function redraft(button) {
    const part = button.closest(".part");
    const sent = () => {
      const body = new FormData(document.getElementById("go-on"));
      body.set("_redraft", button.dataset.redraft);
      return { method: "POST", body };
    };
    const answer = await ask(main().dataset.redraft, sent).catch(() => null);
    if (!answer?.ok) return say(part, whyNot(answer), "bad");
    part.querySelector("output.said").innerHTML = await answer.text();
    main().querySelector("[data-live]").dispatchEvent(new Event("live:read"));
  }

  /** Show a finding's place in its text: in the editor, which opens for it. */
  async function showFinding(button) {
    const part = button.closest(".part");
    if (formOf(part) || !(await open(part))) return;
    button.click(); // Now findings.js finds the editor.
  }

  /** Save what is unsaved. Return whether all of it is stored now. */
  async function saveAll() {
    for (const part of main().querySelectorAll(".part.editing")) {
      const form = formOf(part);
      if (!unsaved.isDirty(form)) continue;
      await saving.save(form);
      if (unsaved.isDirty(form) || form.querySelector(".refused")) return focusOn(part), false;
    }
    return true;
  }

  const isOpenedBy = (event) =>
    event.target.closest("[data-open]") ||
    (event.target.closest(".rendered") &&
      event.target.closest(".part").querySelector("[data-open]") &&
      !event.target.closest("a, button") &&
      window.getSelection().isCollapsed);

  // --- What is shown --------------------------------------------------------------------------
  const LANGUAGES = "writing-languages";
  let side = "summary";

  /** Show the languages that were chosen last, and on a phone the side. */
  function arrange() {
    const chosen = localStorage.getItem(LANGUAGES) ?? "*";
    const columns = [...main().querySelectorAll(".column")];
    const known = columns.some((column) => column.dataset.language === chosen) ? chosen : "*";
    for (const column of columns) column.hidden = ![column.dataset.language, "*"].includes(known);
    for (const button of main().querySelectorAll("[data-languages]"))
      button.setAttribute("aria-pressed", button.dataset.languages === known);
    main().dataset.shown = side;
    for (const button of main().querySelectorAll("[data-side]"))
      button.setAttribute("aria-pressed", button.dataset.side === side);
  }

  function show(name) {
    side = name;
    arrange();
  }

  /** Load what was opened for the first time. */
  async function fill(details) {
    const url = details.dataset.load;
    delete details.dataset.load;
    const answer = await ask(url).catch(() => null);
    const place = details.querySelector("[data-place]");
    if (!answer?.ok) {
      details.dataset.load = url;
      place.textContent = whyNot(answer);
      return;
    }
    place.innerHTML = await answer.text();
    window.htmx?.process(place);
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!main()) return;
    unsaved.opener = async (page, name) => {
      const parts = [...main().querySelectorAll(`.part[data-of-page="${CSS.escape(page)}"]`)];
      const part = parts.find((each) => name.startsWith(each.dataset.unsavedName));
      return part && (await open(part, { focus: false })) && unsaved.fieldOf(page, name);
    };
    arrange();
    document.addEventListener("click", (event) => {
      const pressed = (selector) => event.target.closest(`.writing ${selector}`);
      if (pressed("[data-close-part]")) close(event.target.closest(".part"));
      else if (pressed("[data-revert]")) revert(pressed("[data-revert]"));
      else if (pressed("[data-redraft]")) redraft(pressed("[data-redraft]"));
      else if (pressed(".part [data-show-finding]")) showFinding(pressed("[data-show-finding]"));
      else if (pressed("[data-side]")) show(pressed("[data-side]").dataset.side);
      else if (pressed("[data-languages]")) {
        localStorage.setItem(LANGUAGES, pressed("[data-languages]").dataset.languages);
        arrange();
      } else if (pressed(".part") && isOpenedBy(event)) open(pressed(".part"));
    });
    document.addEventListener(
      "toggle",
      ({ target }) => target.open && target.matches("[data-load]") && fill(target),
      { capture: true },
    );
    document.addEventListener("saved", ({ target, detail }) => {
      if (detail.button?.name === "_close") close(target.closest(".part"));
    });
    document.addEventListener(
      "keydown",
      (event) => {
        const part = event.target.closest(".part.editing");
        if (!part || event.isComposing) return;
        if (event.code === "Escape" && !part.querySelector(".CodeMirror-fullscreen, .select2-container--open"))
          close(part);
        if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          formOf(part).querySelector("[name=_close]").click();
        }
      },
      { capture: true },
    );
  });

  return { main, ask, say, whyNot, open, arrange, show, fill, saveAll };
})();
