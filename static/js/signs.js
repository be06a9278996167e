// Keeps true who is on the threads of this page: asks for all `data-signs` at once, and changes only the lines that differ.
// The server answers 304 while nothing has changed; the browser does that part by itself.
import { fragment } from "./request.js";
import { whileVisible } from "./while-visible.js";

const PAUSE = 15_000;
const MOST = 31;
let url;
let shown;

export async function look() {
  const places = [...document.querySelectorAll("[data-signs]")];
  const threads = [...new Set(places.map((place) => place.dataset.signs))].slice(0, MOST);
  if (!url || !threads.length) return;
  let html;
  try {
    html = await fragment(`${url}?threads=${threads.join("-")}`);
  } catch {
    return; // who is there is good to know, but nothing waits for it
  }
  if (html === shown) return;
  shown = html;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const place of places) show(place, fresh.querySelector(`[data-signs="${CSS.escape(place.dataset.signs)}"]`));
}

function show(place, line) {
  if (line && place.innerHTML !== line.innerHTML) place.replaceChildren(...line.cloneNode(true).childNodes);
}

export default function signs(element) {
  if (url) return;
  url = element.dataset.url;
  whileVisible(look, PAUSE);
}
