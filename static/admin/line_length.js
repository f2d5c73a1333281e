"use strict";

// Says how long a line is, and may be. The server counts the same way: characters, in NFC.
// htmx says so once for the page, and for each part that is put in.
document.addEventListener("htmx:load", (event) => {
  for (const line of event.target.querySelectorAll("input[data-longest]:not([data-counted])")) {
    line.dataset.counted = "";
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
