"use strict";

// Fetches a live part of the page again while jobs run, but not in a hidden tab.
{
  function follow(place) {
    const part = place.querySelector("[data-live-part]");
    const status = place.querySelector("[data-live-status]");
    const heading = () => part.querySelector("[data-live-said]").textContent.replace(/\s+/g, " ");
    const fresh = document.createElement("template");
    let timer, reading, missed;
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
      try {
        const answer = await fetch(place.dataset.live, { redirect: "manual" });
        if (answer.ok) show(await answer.text());
        else if (answer.status < 500) return lose(); // Logged out, or the row is gone.
      } catch {
        // The network or the server is down for a while.
      } finally {
        reading = false;
      }
      if (missed) return read();
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
    place.addEventListener("live:read", read); // Something was made due on this page.
    wait();
  }

  document.addEventListener("DOMContentLoaded", () =>
    document.querySelectorAll("[data-live]").forEach(follow),
  );
}
