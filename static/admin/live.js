"use strict";

// Fetches a live part of the page again while jobs run, but not in a hidden tab.
const live = (() => {
  const LONGEST_WAIT_S = 60;
  const AWAY = [429, 500, 502, 503, 504];

  function follow(place) {
    const part = place.querySelector("[data-live-part]");
    const status = place.querySelector("[data-live-status]");
    const heading = () => part.querySelector("[data-live-said]").textContent.replace(/\s+/g, " ");
    const fresh = document.createElement("template");
    let timer, reading, missed;
    let failures = 0; // In a row: the server is asked less and less often.
    let said = heading();

    function show(html) {
      fresh.innerHTML = html;
      // If nothing changed, the reader's selection is kept.
      if (fresh.innerHTML.trim() === part.innerHTML.trim()) return;
      const focused = part.contains(document.activeElement) && document.activeElement.id;
      part.replaceChildren(fresh.content);
      part.querySelectorAll("template[data-live-for]").forEach(bring);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
      if (said !== heading()) status.textContent = said = heading();
      place.querySelector("[data-live-outrun]")?.removeAttribute("hidden");
    }

    // A part may bring what changes elsewhere on the page, such as in the rows of a list.
    function bring(other) {
      const place = document.getElementById(other.dataset.liveFor);
      if (!place || place.contains(document.activeElement)) return;
      if (place.innerHTML.trim() === other.innerHTML.trim()) return;
      place.replaceChildren(other.content.cloneNode(true));
    }

    async function read() {
      missed = reading;
      if (reading) return;
      reading = true;
      const answer = await ask();
      reading = false;
      if (!place.isConnected) return stop(); // Another entry is shown in its place.
      failures = answer ? 0 : failures + 1;
      if (answer && !answer.ok) return lose(); // Logged out, or the row is gone.
      if (answer) moveOn(answer.text);
      if (missed) return read();
      wait();
    }

    /** Return what the server says, or undefined if it or the network is down for a while. */
    async function ask() {
      try {
        const answer = await fetch(place.dataset.live, { redirect: "manual" });
        return AWAY.includes(answer.status) ? undefined : { ok: answer.ok, text: await answer.text() };
      } catch {
        return undefined;
      }
    }

    const again = () => Number(part.querySelector("[data-again]").dataset.again);

    function moveOn(html) {
      const wasUnderWay = again();
      show(html);
      if (wasUnderWay && !again()) place.dispatchEvent(new Event("live:ended", { bubbles: true }));
    }

    function wait() {
      clearTimeout(timer);
      const seconds = again() && Math.max(again(), Math.min(again() * 2 ** failures, LONGEST_WAIT_S));
      if (seconds && !document.hidden) timer = setTimeout(read, seconds * 1000);
    }

    function stop() {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    }

    function lose() {
      stop();
      place.querySelector("[data-live-lost]").hidden = false;
    }

    const onVisible = () => (document.hidden ? clearTimeout(timer) : read());
    document.addEventListener("visibilitychange", onVisible);
    place.addEventListener("live:read", read); // Something was made due on this page.
    wait();
  }

  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("[data-live]").forEach(follow),
  );

  return { follow };
})();
