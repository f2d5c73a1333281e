"use strict";

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
      .closest(".part, .form-group, [data-inline-type], .inline-related, fieldset")
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
