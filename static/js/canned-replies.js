// Canned replies in the reply box of staff. "/" at the start of a line opens their list, typing on narrows it, Enter or a
// press puts the filled text in the slash's place. Without an answer, or without scripts, the fold's own button does it.
import { replace } from "./insert.js";
import { Listbox } from "./listbox.js";
import { fragment } from "./request.js";

const AFTER_SLASH = /^\/([^\n]{0,40})$/;

export default function cannedReplies(fold) {
  const { form } = fold.querySelector("select");
  const field = form.elements[fold.dataset.field];
  const said = fold.querySelector("[role=status]");
  const list = Object.assign(document.createElement("ul"), { className: "canned-list", id: `${field.id}-canned`, hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", fold.dataset.label);
  field.parentElement.append(list);
  const box = new Listbox(field, list);
  field.setAttribute("aria-haspopup", "listbox");
  let asked;
  let left = -1; // the slash at which Escape was pressed: its list stays closed

  function fetched() {
    asked ??= fragment(new URL(fold.dataset.url, location.href)).then((html) => { list.innerHTML = html; });
    return asked.catch((error) => {
      asked = undefined;
      throw error;
    });
  }

  function slash() {
    const end = field.selectionStart;
    if (end !== field.selectionEnd) return null;
    const from = field.value.lastIndexOf("\n", end - 1) + 1;
    const typed = AFTER_SLASH.exec(field.value.slice(from, end));
    return typed && { from, end, words: plain(typed[1]).split(" ").filter(Boolean) };
  }

  async function look() {
    const here = slash();
    if (here?.from !== left) left = -1;
    if (!here || left >= 0) return box.open(false);
    try {
      await fetched();
    } catch {
      return say(fold.dataset.failed);
    }
    const now = slash(); // somebody who types on does not wait
    if (!now) return box.open(false);
    narrow(now.words);
  }

  function narrow(words) {
    for (const option of list.children) {
      const text = plain(`${option.dataset.name} ${option.textContent}`);
      option.hidden = !words.every((word) => text.includes(word));
    }
    const { length } = box.options;
    box.open(length > 0);
    placeInView();
    box.choose(length > 0 ? 0 : -1);
    const { one, many, none } = fold.dataset;
    say(length === 0 ? none : length === 1 ? one : many.replace("{n}", length));
  }

  /** Under the text, or above it where there is more room. */
  function placeInView() {
    const { top, bottom } = field.parentElement.getBoundingClientRect();
    const room = innerHeight - bottom;
    list.classList.toggle("canned-list-above", room < list.offsetHeight && top > room);
  }

  function say(words) {
    if (said.textContent !== words) said.textContent = words;
  }

  function insert(option, from, to) {
    box.open(false);
    if (option.getAttribute("aria-disabled") === "true") return say(option.textContent.trim().replace(/\s+/g, " "));
    const { canned, name, text, macro } = option.dataset;
    replace(field, from, to, text, from + text.length, from + text.length);
    form.elements.used.value = canned;
    const choice = macro && fold.querySelector(`input[name="macro"][value="${CSS.escape(canned)}"]`);
    if (choice) {
      choice.checked = true;
      fold.open = true;
    }
    const inserted = fold.dataset.inserted.replace("{name}", name);
    say(macro ? `${inserted} ${fold.dataset.macro.replace("{acts}", macro)}` : inserted);
  }

  function insertAtSlash(option) {
    const here = slash();
    if (here) insert(option, here.from, here.end);
  }

  field.addEventListener("input", look);
  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && box.isOpen) left = slash()?.from ?? -1;
    if (box.walked(event)) {
      box.option?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && box.isOpen && box.option) {
      event.preventDefault();
      insertAtSlash(box.option);
    }
  });
  field.addEventListener("blur", () => box.open(false));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus, and a phone's keys, stay
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) insertAtSlash(option);
  });
  fold.querySelector("[data-insert]").addEventListener("click", async (event) => {
    const chosen = form.elements.canned.value;
    event.preventDefault();
    if (!chosen) return say(fold.dataset.choose);
    try {
      await fetched();
    } catch {
      return form.requestSubmit(event.target.closest("button"));
    }
    const option = list.querySelector(`[data-canned="${CSS.escape(chosen)}"]`);
    if (option) insert(option, field.selectionStart, field.selectionEnd);
  });
  if (document.activeElement === field) look(); // the slash was typed before this script arrived
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}
