// Suggestions under the header's search field: a combobox. Without an answer, or without scripts, the form simply searches.

import { fragment } from "./request.js";
import { afterPause } from "./timing.js";

const PAUSE = 180;
const SHORTEST = 3;

export default function suggest(field) {
  const form = field.form;
  const list = Object.assign(document.createElement("ul"), { className: "suggestions", id: `${field.id}-suggestions`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.label);
  form.append(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]]) {
    field.setAttribute(name, value);
  }
  let asking = null;
  let chosen = -1;

  function options() {
    return [...list.querySelectorAll("[role=option]")];
  }

  function choose(number) {
    const all = options();
    chosen = number;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    if (all[number]) field.setAttribute("aria-activedescendant", all[number].id);
    else field.removeAttribute("aria-activedescendant");
  }

  function open(isOpen) {
    list.hidden = !isOpen;
    field.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  }

  async function ask() {
    const typed = field.value.trim();
    asking?.abort();
    if (typed.length < SHORTEST) return open(false);
    asking = new AbortController();
    try {
      const url = new URL(field.dataset.url, location.href);
      url.searchParams.set("q", typed);
      const answer = await fragment(url, { signal: asking.signal });
      if (chosen >= 0) return; // whoever has chosen keeps the list they chose from
      list.innerHTML = answer;
      open(document.activeElement === field && list.childElementCount > 0);
    } catch {
      open(false);
    }
  }

  field.addEventListener("input", () => choose(-1));
  field.addEventListener("input", afterPause(PAUSE, ask));
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      open(false);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const count = options().length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(chosen < 0 && step < 0 ? count - 1 : (chosen + step + count) % count);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      options()[chosen].querySelector("a").click();
    }
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) open(false);
  });
}
