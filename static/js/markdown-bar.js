// The bar over a textarea: six acts, with Ctrl or Command keys, walked with the arrow keys as one stop of the Tab key.
import { replace } from "./insert.js";

const ACTS = {
  bold: (field) => wrap(field, "**"),
  italic: (field) => wrap(field, "*"),
  code: (field) => (selection(field).includes("\n") ? fence(field) : wrap(field, "`")),
  link: (field) => link(field),
  list: (field) => prefix(field, "- "),
  quote: (field) => prefix(field, "> "),
};
const KEYS = { b: "bold", i: "italic", e: "code", k: "link" };

export default function markdownBar(bar) {
  const field = document.getElementById(bar.dataset.for);
  const buttons = [...bar.querySelectorAll("button")];
  bar.addEventListener("click", (event) => {
    const act = event.target.closest("[data-act]")?.dataset.act;
    if (act) ACTS[act](field);
  });
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = buttons.indexOf(document.activeElement);
    focusOnly(buttons, Math.min(Math.max(at + step, 0), buttons.length - 1));
  });
  field.addEventListener("keydown", (event) => {
    const act = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    ACTS[act](field);
  });
}

function focusOnly(buttons, index) {
  for (const [i, button] of buttons.entries()) button.tabIndex = i === index ? 0 : -1;
  buttons[index].focus();
}

function selection(field) {
  return field.value.slice(field.selectionStart, field.selectionEnd);
}

function wrap(field, mark) {
  const { selectionStart: from, selectionEnd: to } = field;
  const inside = field.value.slice(from - mark.length, from) === mark && field.value.slice(to, to + mark.length) === mark;
  const text = field.value.slice(from, to);
  if (inside) replace(field, from - mark.length, to + mark.length, text, from - mark.length, to - mark.length);
  else replace(field, from, to, mark + text + mark, from + mark.length, to + mark.length);
}

function fence(field) {
  const { selectionStart: from, selectionEnd: to } = field;
  const text = `\`\`\`\n${selection(field)}\n\`\`\`\n`;
  replace(field, from, to, text, from + 4, from + 4 + (to - from));
}

function link(field) {
  const { selectionStart: from, selectionEnd: to } = field;
  const words = selection(field);
  const address = /^https?:\/\/\S+$/.test(words);
  const text = address ? `[](${words})` : `[${words}](https://)`;
  const cursor = address ? from + 1 : from + words.length + 3;
  replace(field, from, to, text, cursor, address ? cursor : cursor + 8);
}

function prefix(field, mark) {
  const from = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const after = field.value.indexOf("\n", field.selectionEnd);
  const to = after < 0 ? field.value.length : after;
  const lines = field.value.slice(from, to).split("\n");
  const taken = lines.every((line) => line.startsWith(mark));
  const text = lines.map((line) => (taken ? line.slice(mark.length) : mark + line)).join("\n");
  replace(field, from, to, text, lines.length > 1 ? from : from + text.length, from + text.length);
}
