"use strict";

// Chooses listed papers in place, takes a choice back, and opens rows.
document.addEventListener("DOMContentLoaded", () => {
  const list = document.querySelector("[data-listings]");
  if (!list) return;
  const said = document.getElementById("listing-said");
  const chosen = []; // The ids of the rows with a choice to take back, the newest last.
  let before = Promise.resolve();

  const rowOf = (element) => element?.closest("tbody[id^=listing-]");
  const keyOf = (row) => row.id.replace("listing-", "");
  const addressOf = (row, act) => `${list.dataset.listings}${keyOf(row)}/${act}/`;
  const titleOf = (row) => row.querySelector(".title");

  // Announces the same words twice too: a screen reader hears only what changes.
  function announce(text) {
    said.textContent = "";
    requestAnimationFrame(() => (said.textContent = text));
  }

  // A redirect leads to the login page.
  async function ask(address, form) {
    const body = form && new URLSearchParams(form);
    body?.set("csrfmiddlewaretoken", document.querySelector("#changelist-form [name=csrfmiddlewaretoken]").value);
    const answer = await fetch(address, { method: body ? "POST" : "GET", body, redirect: "manual" });
    if (answer.ok || answer.status === 409) return answer.text();
    throw new Error(answer.type === "opaqueredirect" ? list.dataset.lost : list.dataset.failed);
  }

  const why = (error) => (error instanceof TypeError ? list.dataset.failed : error.message);

  // Replaces the parts of the page that the answer brings. The focus stays in its row.
  function show(row, html) {
    const focused = row.contains(document.activeElement) && document.activeElement;
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    for (const part of [...fresh.content.children]) {
      if (part.dataset.said) announce(part.dataset.said);
      document.getElementById(part.id)?.replaceWith(part);
    }
    if (focused && !focused.isConnected) {
      (document.getElementById(focused.id || "none") ?? titleOf(row)).focus({ preventScroll: true });
    }
    if (focused) row.rows[0].scrollIntoView({ block: "nearest" }); // It may have grown.
    list.querySelectorAll(".undo").forEach((way) => (way.hidden = rowOf(way) !== row));
    document.querySelector("[data-live]")?.dispatchEvent(new Event("live:read"));
  }

  function fail(row, text) {
    const place = row.querySelector(".choice .failed") ?? document.createElement("p");
    place.className = "failed";
    place.textContent = text;
    row.querySelector(".choice").append(place);
    announce(text);
  }

  async function send(row, act, form) {
    row.setAttribute("aria-busy", "true");
    try {
      show(row, await ask(addressOf(row, act), form));
    } catch (error) {
      fail(row, why(error));
    }
    row.removeAttribute("aria-busy");
  }

  // One after the other, so that each sees what the one before it has changed.
  const queue = (act) => (before = before.then(act));

  function choiceOf(row) {
    const pressed = row.querySelector(".choice [aria-pressed=true]");
    return pressed ? (pressed.matches(".pick") ? "picked" : "excluded") : "pending";
  }

  const choose = (row, choice, reason) =>
    queue(async () => {
      if (!row.querySelector(".choice button")) return; // The user may only read.
      if (choiceOf(row) === choice && reason === undefined) return;
      await send(row, "choose", { choice, [`reason-${keyOf(row)}`]: reason ?? "" });
      if (row.querySelector("[data-way]")) chosen.push(row.id);
    });

  const wayOf = (row) => row?.querySelector("[data-way]")?.dataset.way;

  const takeBack = (row) =>
    queue(async () => {
      if (wayOf(row)) await send(row, "undo", { way: wayOf(row) });
    });

  const takeLastBack = () =>
    queue(async () => {
      let row;
      while (!wayOf(row) && chosen.length) row = document.getElementById(chosen.pop());
      if (!wayOf(row)) return;
      row.hidden = false;
      titleOf(row).focus();
      await send(row, "undo", { way: wayOf(row) });
    });

  function detailsOf(row) {
    const place = row.insertRow();
    place.className = "opened";
    place.id = `details-${keyOf(row)}`;
    place.insertCell().colSpan = 6;
    titleOf(row).setAttribute("aria-controls", place.id);
    return place;
  }

  // What was fetched stays in the row while it is closed.
  async function open(row) {
    const place = row.querySelector(".opened") ?? detailsOf(row);
    const opens = titleOf(row).getAttribute("aria-expanded") !== "true";
    titleOf(row).setAttribute("aria-expanded", opens);
    place.hidden = !opens;
    if (!opens || place.dataset.read) return;
    place.dataset.read = "true";
    place.cells[0].textContent = "…";
    try {
      place.cells[0].innerHTML = await ask(addressOf(row, "details"));
    } catch (error) {
      delete place.dataset.read; // The next opening tries again.
      place.cells[0].textContent = why(error);
      announce(why(error));
    }
  }

  list.addEventListener("click", (event) => {
    const row = rowOf(event.target);
    const button = event.target.closest("button");
    if (!row || !button) return;
    if (button.matches(".title")) open(row);
    else if (button.matches("[data-way]")) takeBack(row);
    else if (button.matches(".choice button")) choose(row, button.value);
  });
  // A reason is saved by Enter, or by leaving its field.
  list.addEventListener("change", ({ target }) => {
    if (target.matches(".choice input")) choose(rowOf(target), "excluded", target.value);
  });

  window.choosing = { list, rowOf, titleOf, choiceOf, open, choose, takeLastBack };
});
