// Suggestions under the header's search field: a combobox. Without an answer, or without scripts, the form simply searches.

import { Listbox } from "./listbox.js";
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
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-expanded", "false");
  const box = new Listbox(field, list);
  let asking = null;

  async function ask() {
    const typed = field.value.trim();
    asking?.abort();
    if (typed.length < SHORTEST) return box.open(false);
    asking = new AbortController();
    try {
      const url = new URL(field.dataset.url, location.href);
      url.searchParams.set("q", typed);
      const answer = await fragment(url, { signal: asking.signal });
      if (box.option) return; // whoever has chosen keeps the list they chose from
      list.innerHTML = answer;
      box.open(document.activeElement === field && list.childElementCount > 0);
    } catch {
      box.open(false);
    }
  }

  field.addEventListener("input", () => box.choose(-1));
  field.addEventListener("input", afterPause(PAUSE, ask));
  field.addEventListener("keydown", (event) => {
    if (box.walked(event) || event.key !== "Enter" || !box.isOpen || !box.option) return;
    event.preventDefault();
    box.option.querySelector("a").click();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) box.open(false);
  });
}
