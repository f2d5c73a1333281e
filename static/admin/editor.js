"use strict";

// The site renders the Markdown preview, so that editors see what readers get.
{
  const DELAY_MS = 250;
  const asked = new WeakMap();

  async function show(textarea, preview, text) {
    asked.get(preview)?.abort();
    const question = new AbortController();
    asked.set(preview, question);
    const token = textarea.form.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(textarea.dataset.renderUrl, {
        method: "POST",
        body: new URLSearchParams({ text, csrfmiddlewaretoken: token }),
        signal: question.signal,
      });
      const body = await answer.text();
      if (answer.ok) preview.innerHTML = body;
      else preview.textContent = answer.status === 413 ? body : `HTTP ${answer.status}`;
    } catch (error) {
      if (error.name !== "AbortError") preview.textContent = String(error);
    }
  }

  function connect(textarea) {
    const editor = textarea.easymde;
    if (!editor || editor.previewedBySite) return;
    editor.previewedBySite = true;
    let timer;
    editor.options.previewRender = (text, preview) => {
      preview.classList.add("site-preview");
      clearTimeout(timer);
      timer = setTimeout(() => show(textarea, preview, text), preview.innerHTML ? DELAY_MS : 0);
      return null; // EasyMDE leaves the preview as it is until the response arrives.
    };
  }

  const connectAll = () =>
    document.querySelectorAll("textarea[data-render-url]").forEach(connect);

  document.addEventListener("DOMContentLoaded", () =>
    new MutationObserver(connectAll).observe(document.body, { childList: true, subtree: true }),
  );
}

// Marks the span of a finding in its text. The finding's button goes to the span.
{
  // Spans count characters as the server does. A JavaScript string counts some of them twice.
  const units = (text, characters) => [...text].slice(0, characters).join("").length;

  function spanOf(finding, codemirror) {
    const text = codemirror.getValue();
    return ["start", "end"].map((edge) =>
      codemirror.posFromIndex(units(text, Number(finding.dataset[edge]))),
    );
  }

  const besideOf = (finding, field) =>
    finding
      .closest(".form-group, [data-inline-type], .inline-related, fieldset")
      ?.querySelector(field);

  const editorOf = (finding) =>
    besideOf(finding, "textarea[data-render-url]")?.easymde?.codemirror;

  function selectInLine(finding, line) {
    const span = ["start", "end"].map((edge) => units(line.value, Number(finding.dataset[edge])));
    line.focus();
    line.setSelectionRange(...span);
  }

  function mark(finding) {
    const codemirror = editorOf(finding);
    if (!codemirror || finding.marked) return;
    finding.marked = true;
    const level = finding.matches(".answered") ? "answered" : finding.classList[1];
    codemirror.markText(...spanOf(finding, codemirror), { className: `found ${level}` });
  }

  const markAll = () => document.querySelectorAll(".finding[data-start]").forEach(mark);
  document.addEventListener("DOMContentLoaded", () =>
    new MutationObserver(markAll).observe(document.body, { childList: true, subtree: true }),
  );

  document.addEventListener("click", (event) => {
    const finding = event.target.closest("[data-show-finding]")?.closest(".finding");
    if (!finding) return;
    const line = besideOf(finding, "input[data-longest]");
    if (line) return selectInLine(finding, line);
    const codemirror = editorOf(finding);
    if (!codemirror) return;
    codemirror.setSelection(...spanOf(finding, codemirror));
    codemirror.scrollIntoView(null, 80);
    codemirror.focus();
  });
}

// Says how long a line is, and may be. The server counts the same way: characters, in NFC.
document.addEventListener("DOMContentLoaded", () => {
  for (const line of document.querySelectorAll("input[data-longest]")) {
    const said = document.createElement("span");
    said.className = "length quiet";
    said.id = `${line.id}-length`;
    line.after(said);
    line.setAttribute("aria-describedby", `${line.getAttribute("aria-describedby") ?? ""} ${said.id}`);
    const count = () => {
      const length = [...line.value.normalize("NFC").trim()].length;
      said.textContent = `${length} / ${line.dataset.longest}`;
      said.classList.toggle("over", length > Number(line.dataset.longest));
    };
    line.addEventListener("input", count);
    count();
  }
});

// Opens the tab of the section that the URL names.
document.addEventListener("alpine:initialized", () => {
  const place = /^#section-\d+$/.test(location.hash) && document.querySelector(location.hash);
  const group = place && place.closest("[data-inline-type]");
  if (!group) return;
  const tab = document.querySelector(`a[href="#${group.id.replace(/-group$/, "")}"]`);
  // The theme listens to the click. The URL and the browser's history stay as they are.
  tab?.addEventListener("click", (event) => event.preventDefault(), { once: true });
  tab?.click();
  const row = place.closest(".form-group");
  // The Markdown editors grow after this, and would push the section out of view.
  const stay = new ResizeObserver(() => row.scrollIntoView());
  stay.observe(group);
  setTimeout(() => stay.disconnect(), 2_000);
});

// Fetches a live part of the page again while jobs run, but not in a hidden tab.
{
  function follow(place) {
    const part = place.querySelector("[data-live-part]");
    const status = place.querySelector("[data-live-status]");
    const heading = () => part.querySelector("[data-live-said]").textContent.replace(/\s+/g, " ");
    const fresh = document.createElement("template");
    let timer, reading;
    let said = heading();

    function show(html) {
      fresh.innerHTML = html;
      // If nothing changed, the reader's selection is kept.
      if (fresh.innerHTML.trim() === part.innerHTML.trim()) return;
      const focused = part.contains(document.activeElement) && document.activeElement.id;
      part.replaceChildren(fresh.content);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      if (said !== heading()) status.textContent = said = heading();
      place.querySelector("[data-live-outrun]")?.removeAttribute("hidden");
    }

    async function read() {
      if (reading) return;
      reading = true;
      try {
        const answer = await fetch(place.dataset.live, { redirect: "manual" });
        if (answer.ok) show(await answer.text());
        else if (answer.status < 500) return lose(); // Logged out, or the row is gone.
      } catch {
        // The network or the server is down for a while.
      } finally {
        reading = false;
      }
      wait();
    }

    function wait() {
      clearTimeout(timer);
      const seconds = part.querySelector("[data-again]").dataset.again;
      if (seconds && !document.hidden) timer = setTimeout(read, seconds * 1000);
    }

    function lose() {
      document.removeEventListener("visibilitychange", onVisible);
      place.querySelector("[data-live-lost]").hidden = false;
    }

    const onVisible = () => (document.hidden ? clearTimeout(timer) : read());
    document.addEventListener("visibilitychange", onVisible);
    wait();
  }

  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("[data-live]").forEach(follow),
  );
}

// Enter chooses an existing tag. A new tag is offered last, or made with a comma.
document.addEventListener("DOMContentLoaded", () =>
  window.django?.jQuery?.fn.select2?.defaults.set("insertTag", (offered, fresh) =>
    offered.push(fresh),
  ),
);

// Opens a row that was just added.
document.addEventListener("formset:added", (event) => {
  const row = event.target.closest("[x-data*=openRow]");
  if (row) setTimeout(() => row.querySelector("h3 strong")?.click());
});

// Alt with an arrow key moves a row, as the mouse does by dragging.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest("[data-ordering-field] > .form-group.original");
  const other = event.key === "ArrowUp" ? row?.previousElementSibling : row?.nextElementSibling;
  if (!other?.matches(".form-group.original")) return;
  event.preventDefault();
  other[event.key === "ArrowUp" ? "before" : "after"](row);
  event.target.focus();
  sortRecords({ from: row.parentElement }); // The theme's function, as after dragging.
});

// Lets Enter and the space bar press elements with the role of a button.
document.addEventListener("keydown", (event) => {
  if (!["Enter", " "].includes(event.key) || !event.target.matches("[role=button]")) return;
  event.preventDefault();
  event.target.click();
});

// Ctrl+S saves, and stays on the page if possible. It captures the key before any widget does.
const saveByKey = (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const button =
    document.querySelector("#submit-row [name=_continue]") ??
    document.querySelector("#submit-row [name=_save]");
  if (!button) return;
  event.preventDefault();
  button.click();
};
document.addEventListener("keydown", saveByKey, { capture: true });
