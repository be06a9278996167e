// Puts what is selected in a post, or the whole post, as a quotation into the reply box.
import { replace } from "./insert.js";

export default function quote(link) {
  link.addEventListener("click", (event) => {
    const field = document.getElementById(link.dataset.into);
    const post = document.getElementById(link.dataset.from);
    if (!field || !post || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const words = selectedIn(post) || post.querySelector(".post-body").innerText;
    const lines = words.trim().split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
    const before = field.value.trimEnd();
    const text = `${before ? "\n\n" : ""}${lines}\n\n`;
    const end = before.length + text.length;
    replace(field, before.length, field.value.length, text, end, end);
    field.scrollIntoView({ block: "center" });
  });
}

function selectedIn(post) {
  const selection = getSelection();
  if (!selection.rangeCount || !post.contains(selection.getRangeAt(0).commonAncestorContainer)) return "";
  return selection.toString().trim();
}
