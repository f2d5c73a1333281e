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
