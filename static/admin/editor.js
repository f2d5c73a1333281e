"use strict";

// The Markdown preview is the site's own: what an editor sees is what readers get.
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
      return null; // EasyMDE leaves the preview as it is until the answer is there.
    };
  }

  const connectAll = () =>
    document.querySelectorAll("textarea[data-render-url]").forEach(connect);

  document.addEventListener("DOMContentLoaded", () =>
    new MutationObserver(connectAll).observe(document.body, { childList: true, subtree: true }),
  );
}

// Ctrl+S saves, and stays on the page where it can.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
  const button =
    document.querySelector("#submit-row [name=_continue]") ??
    document.querySelector("#submit-row [name=_save]");
  if (!button) return;
  event.preventDefault();
  button.click();
});
