// Similar solved cases while a title and a text are typed. Never takes the focus, never moves what is being read:
// the place is reserved, an open case stays until it is closed, and the number found is announced, not the list.
import { wake } from "./main.js";
import openedCases from "./opened-cases.js";
import { fragment } from "./request.js";
import { afterPause } from "./timing.js";

const FEWEST_CHARACTERS = 4;

export default function similarCases(place) {
  const form = document.getElementById(place.dataset.form);
  const title = form?.elements[place.dataset.title];
  if (!title) return;
  const body = form.elements[place.dataset.body];
  const list = place.querySelector("[data-list]");
  const voice = place.querySelector("[data-announce]");
  let latest;
  let asked = "";

  const look = afterPause(250, async () => {
    const address = new URL(place.dataset.url, location.href);
    address.searchParams.set("title", title.value.trim());
    for (const name of [place.dataset.body, "language", "category"]) {
      const value = form.elements[name]?.value?.trim();
      if (value) address.searchParams.set(name === place.dataset.body ? "body" : name, value.slice(0, 1000));
    }
    if (String(address) === asked || title.value.trim().length < FEWEST_CHARACTERS) return;
    asked = String(address);
    latest?.abort();
    latest = new AbortController();
    try {
      show(await fragment(address, { signal: latest.signal }));
    } catch {
      // Searching is an offer; writing goes on without it.
    }
  });

  function show(html) {
    const open = list.querySelector("details[open]");
    if (open && list.contains(document.activeElement)) return;
    list.innerHTML = html;
    const again = open && list.querySelector(`[data-case="${CSS.escape(open.dataset.case)}"]`);
    if (again) again.open = true;
    wake(list);
    const cases = [...list.querySelectorAll(".similar-case")];
    announce(cases.length);
    cases.forEach(noteShown);
  }

  function announce(number) {
    const { found, foundOne, none } = place.dataset;
    voice.textContent = number === 0 ? none : number === 1 ? foundOne : found.replace("{n}", number);
  }

  // Goes along with the form, so that nobody is stopped for a case that was seen here.
  function noteShown(shown) {
    const id = shown.dataset.case;
    if (form.querySelector(`input[name="shown"][value="${CSS.escape(id)}"]`)) return;
    const note = document.createElement("input");
    Object.assign(note, { type: "hidden", name: "shown", value: id });
    form.append(note);
  }

  list.addEventListener("click", (event) => {
    const notQuite = event.target.closest("[data-not-quite]");
    if (!notQuite) return;
    event.preventDefault();
    const details = notQuite.closest("details");
    details.open = false;
    details.querySelector("summary").focus();
  });

  openedCases(list);
  title.addEventListener("input", look);
  body?.addEventListener("input", look);
  if (title.value !== title.defaultValue) look(); // typed before this script arrived
}
