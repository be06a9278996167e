// Says how many characters are left, once fewer than a tenth of them are. Announced politely, and not at every key.
import { afterPause } from "./timing.js";

export default function counter(field) {
  const output = document.getElementById(`${field.id}-counter`);
  const most = field.maxLength;
  if (!output || most < 1) return;
  const announce = afterPause(700, () => output.setAttribute("aria-live", "polite"));
  const count = () => {
    const left = most - field.value.length;
    output.removeAttribute("aria-live");
    output.classList.toggle("is-over", left < 0);
    output.textContent = left > most / 10 ? "" : (left < 0 ? output.dataset.over : output.dataset.left).replace("{n}", Math.abs(left));
    announce();
  };
  field.addEventListener("input", count);
  count();
}
