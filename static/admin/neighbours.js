"use strict";

// The way through the entries of a post: the next one comes without a load of the page.
{
  const LETTERS = "writing-letters";
  const GLANCE_MS = 2_000; // Nobody has read a text that came so short a time ago.
  const REST_MS = 1_000; // A press that comes so soon was a second one, meant for what stood there before.
  let shown, latest, marking;

  const bar = () => writing.main().querySelector(".neighbours");
  const isWriting = (address) => new URL(address, location.href).pathname.endsWith("/write/");

  /** Show the entry of an address in the place of this one. What is unsaved is kept before. */
  async function go(address, { push = true } = {}) {
    const asked = (latest = {});
    unsaved.look();
    unsaved.flush();
    const answer = await writing.ask(address).catch(() => null);
    if (asked !== latest) return; // Another was asked for meanwhile.
    if (!answer) return writing.say(bar(), writing.main().dataset.away, "bad");
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(".writing");
    if (!answer.ok || !fresh) return location.assign(address);
    if (push) history.pushState(null, "", address);
    put(fresh, page.title);
  }

  function put(fresh, title) {
    unsaved.look(); // What was typed while the next one was on its way.
    unsaved.flush();
    writing.main().replaceWith(document.adoptNode(fresh));
    shown = location.pathname;
    document.title = title;
    ready();
    rest(fresh.querySelector("#go-on button"));
    window.scrollTo(0, 0);
    window.htmx?.process(fresh);
    fresh.querySelectorAll("[data-live]").forEach(live.follow);
    fresh.querySelector("h2").focus({ preventScroll: true });
    unsaved.offer().catch(() => null);
  }

  function ready() {
    writing.arrange();
    const letters = writing.main().querySelector("[data-letters]");
    letters.checked = localStorage.getItem(LETTERS) !== "off";
  }

  /** Let the button of an entry that has just come take no press for a moment. */
  function rest(button) {
    button?.setAttribute("aria-disabled", "true");
    setTimeout(() => button?.removeAttribute("aria-disabled"), REST_MS);
  }

  /** Mark the sections that are shown as reviewed, and go on. What is unsaved is saved before. */
  async function goOn(form) {
    const pressed = Date.now();
    if (!(await writing.saveAll()))
      return writing.say(bar(), writing.main().dataset.notSaved, "bad");
    const answer = await writing.ask(form.action, () => read(form, pressed - GLANCE_MS)).catch(() => null);
    if (!answer?.ok) return writing.say(bar(), writing.whyNot(answer), "bad");
    const { next, said } = await answer.json();
    if (!isWriting(next)) return location.assign(next);
    await go(next, { push: !said });
    if (said) writing.say(bar(), said, "bad");
  }

  /**
   * Return what to send: the texts in the languages that are shown. For one that came since a
   * moment, it is the one before: the site refuses that, and shows the new one to be read.
   */
  function read(form, since) {
    const body = new FormData(form);
    body.delete("read");
    for (const input of document.querySelectorAll(".column:not([hidden]) [name=read]"))
      body.append("read", input.dataset.came > since ? input.dataset.before : input.value);
    return { method: "POST", body, headers: { Accept: "application/json" } };
  }

  const step = (rel) => bar().querySelector(`a[rel=${rel}]`)?.click();
  const isTyping = (target) =>
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable], .CodeMirror, .select2-container");
  const STEPS = { KeyJ: "next", KeyK: "prev" };
  const PAGES = { PageDown: "next", PageUp: "prev" };

  function onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const letters = localStorage.getItem(LETTERS) !== "off" && !isTyping(event.target);
    const rel = event.altKey ? PAGES[event.code] : letters && STEPS[event.code];
    if (!rel && !(event.altKey && event.code === "Enter")) return;
    event.preventDefault();
    if (rel) step(rel);
    else if (!event.repeat) document.getElementById("go-on")?.requestSubmit();
  }

  document.addEventListener("DOMContentLoaded", () => {
    if (!writing.main()) return;
    shown = location.pathname;
    ready();
    document.addEventListener("click", (event) => {
      const link = event.target.closest(".writing a[data-go]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(link.href);
    });
    document.addEventListener("submit", (event) => {
      if (event.target.id !== "go-on") return;
      event.preventDefault();
      if (marking || event.target.querySelector("[aria-disabled]")) return;
      marking = goOn(event.target).finally(() => (marking = null));
    });
    document.addEventListener("change", ({ target }) => {
      if (target.matches("[data-letters]")) localStorage.setItem(LETTERS, target.checked ? "on" : "off");
    });
    document.addEventListener("keydown", onKey, { capture: true });
    window.addEventListener("popstate", () => {
      if (location.pathname !== shown) go(location.href, { push: false });
    });
  });
}
