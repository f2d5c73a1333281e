"use strict";

// What is pasted from Word, a document, a page or a chat becomes Markdown, by way of the server.
// In a line it becomes plain text. Ctrl+Shift+V pastes the plain text, as in every editor.
{
  const PATIENCE_MS = 5_000;
  // Anything else is plain text with line breaks, as copied from a terminal or an editor.
  const FORMATTED =
    /<(?:a|b|strong|em|i|h[1-6]|li|table|code|math|blockquote|del|s|su[bp]|img)\b|mso-list|font-weight:\s*(?:bold|[6-9]00)|font-style:\s*italic/i;
  let about;

  /** Return what to paste into, if it is one of our fields. */
  function placeOf(target) {
    const area = target.closest?.(".CodeMirror")?.CodeMirror;
    const textarea = area?.getTextArea();
    if (textarea) return textarea.dataset.renderUrl && areaPlace(area, textarea);
    return target.matches?.("input[data-unsaved]:not([type=number])") && linePlace(target);
  }

  /** Cut what is selected. What is typed before the answer comes stands after the place. */
  function areaPlace(area, field) {
    return {
      field,
      isLine: false,
      hold() {
        area.replaceSelection("");
        const mark = area.setBookmark(area.getCursor(), { insertLeft: false });
        return (text) => {
          const at = mark.find();
          mark.clear();
          if (at) area.replaceRange(text, at, at, "paste");
        };
      },
    };
  }

  function linePlace(field) {
    return {
      field,
      isLine: true,
      hold() {
        const [start, end] = [field.selectionStart, field.selectionEnd];
        const before = field.value;
        return (text) => {
          const isSame = field.value === before;
          if (isSame) field.setSelectionRange(start, end); // Else at the cursor, as it is by now.
          if (document.activeElement === field) document.execCommand("insertText", false, text);
          else field.setRangeText(text);
          field.dispatchEvent(new Event("input", { bubbles: true }));
        };
      },
    };
  }

  async function converted(html, isLine) {
    const answer = await fetch(about.pasteAt, {
      method: "POST",
      body: JSON.stringify({ html, line: isLine }),
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
      },
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return answer.json();
  }

  async function paste(place, html, plain) {
    const insert = place.hold();
    const said = await converted(html, place.isLine).catch(() => ({ text: plain, pictures: 0 }));
    insert(said.text || plain);
    note(place.field, said.pictures ? about.picturesLeftOut : "");
  }

  function note(field, text) {
    const shown = field.closest(".markdown-widget-wrapper") ?? field;
    let place = shown.parentElement.querySelector(":scope > .paste-note");
    if (!place && !text) return;
    if (!place) {
      place = Object.assign(document.createElement("output"), { className: "paste-note quiet" });
      place.setAttribute("role", "status");
      shown.after(place);
    }
    place.textContent = text;
  }

  const hasPicture = ({ items }) =>
    [...items].some(({ kind, type }) => kind === "file" && type.startsWith("image/"));
  const hasText = (html) =>
    new DOMParser().parseFromString(html, "text/html").body.textContent.trim() !== "";

  function onPaste(event) {
    const data = event.clipboardData;
    const place = data && placeOf(event.target);
    if (!place) return;
    const [html, plain] = [data.getData("text/html"), data.getData("text/plain")];
    if (hasPicture(data) && !plain && !hasText(html)) return refusePicture(event, place);
    const isMarkup = html && FORMATTED.test(html) && !data.types.includes("vscode-editor-data");
    if (!isMarkup) return note(place.field, "");
    event.preventDefault();
    event.stopPropagation();
    paste(place, html, place.isLine ? plain.replace(/\s+/g, " ").trim() : plain);
  }

  function refusePicture(event, place) {
    event.preventDefault();
    event.stopPropagation();
    note(place.field, about.noPictures);
  }

  function onDrop(event) {
    const place = hasPicture(event.dataTransfer) && placeOf(event.target);
    if (place) refusePicture(event, place);
  }

  document.addEventListener("DOMContentLoaded", () => {
    about = document.querySelector("[data-paste-at]")?.dataset;
    if (!about) return;
    document.addEventListener("paste", onPaste, { capture: true });
    document.addEventListener("drop", onDrop, { capture: true });
  });
}
