"use strict";

// The tags field completes from all names that the server knows. Enter takes what is offered first,
// a comma the words as typed. A new name is offered last.
const completeTags = (field) => {
  const $ = window.django.jQuery;
  const { completions, paper, fresh, was, none, asking } = field.dataset;
  const plain = (item) => item.text;

  const shown = (item) => {
    const note = item.fresh ? fresh : item.was && `${was} ${item.was}`;
    if (!note) return item.text;
    const hint = $("<span class=quiet>").text(` ${note}`);
    return $("<span>").text(item.text).append(hint);
  };

  const insertTag = (offered, added) => {
    const same = (item) => item.was?.toLowerCase() === added.text.toLowerCase();
    if (!offered.some(same)) offered.push(added);
  };

  $(field).select2({
    theme: "admin-autocomplete",
    width: "100%",
    tags: true,
    tokenSeparators: [","],
    templateResult: shown,
    templateSelection: plain,
    createTag: ({ term }) => {
      const text = (term ?? "").trim();
      return text === "" ? null : { id: text, text, fresh: true };
    },
    insertTag,
    language: { noResults: () => none, searching: () => asking },
    ajax: {
      url: completions,
      delay: 150,
      data: ({ term }) => ({ term: term ?? "", paper: paper ?? "" }),
      // Without an answer the typed name is still offered.
      transport: (params, found) => {
        const refused = (_, why) => why === "abort" || found({ results: [] });
        return $.ajax(params).done(found).fail(refused);
      },
    },
  });
  waitWithEnter($(field).data("select2"));
};

// Enter that comes before the answer waits for it. Else it would take what was offered before.
const waitWithEnter = (select) => {
  let pending = false;
  let wanted = false;
  select.on("query", () => (pending = true));
  select.on("close", () => (pending = wanted = false));
  select.on("results:all", () => {
    pending = false;
    if (wanted) select.trigger("results:select");
    wanted = false;
  });
  const wait = (event) => {
    if (event.key !== "Enter" || event.isComposing || !pending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wanted = true;
  };
  select.$container[0].addEventListener("keydown", wait, { capture: true });
};

// htmx says so once for the page, and for each part that it puts in.
document.addEventListener("htmx:load", (event) => {
  const fields = [...event.target.querySelectorAll(".tags-field")];
  if (event.target.matches(".tags-field")) fields.push(event.target);
  for (const field of fields) {
    if (!field.classList.contains("select2-hidden-accessible")) completeTags(field);
  }
});
