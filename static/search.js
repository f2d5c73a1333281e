// The search box: "/" leads to it, and the page of results shows them while somebody types.
const box = document.querySelector("form.large [name=q]") ?? document.querySelector("form.search [name=q]");

function isTyping(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  box.focus();
  box.select();
});

function showResults(form) {
  const input = form.elements.q;
  const place = document.getElementById(form.dataset.results);
  const status = document.querySelector("main [role=status]");
  let asked = input.value.trim();
  let request = null;
  let wait = 0;

  const show = async () => {
    const typed = input.value.trim();
    if (typed === asked) return;
    asked = typed;
    request?.abort();
    request = new AbortController();
    const address = typed ? `${form.action}?q=${encodeURIComponent(typed)}` : form.action;
    place.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { signal: request.signal, redirect: "manual" });
      if (response.ok) put(await response.text(), address);
      else if (response.type === "opaqueredirect") say(status.dataset.opens);
      else throw new Error(`The search answered ${response.status}`);
    } catch (error) {
      if (error.name === "AbortError") return;
      say(status.dataset.fails);
      asked = null; // The same words may be asked for again.
    }
    place.removeAttribute("aria-busy");
  };

  const say = (words) => {
    status.textContent = words;
    status.classList.remove("unseen");
  };

  const put = (html, address) => {
    const found = new DOMParser().parseFromString(html, "text/html");
    place.replaceChildren(...found.getElementById(place.id).childNodes);
    status.textContent = place.querySelector(".found").textContent;
    status.classList.add("unseen");
    document.title = found.title;
    history.replaceState(null, "", address);
  };

  // A syllable of Hangul is not finished while it is composed, but its results are welcome.
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(show, 150);
  });
}

document.querySelectorAll("form[data-results]").forEach(showResults);
