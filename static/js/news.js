// Says on the open desk that there is more: in the queue, in the open case. Asks while the page can be seen; the server answers
// 304 while nothing has changed. The lines have their room already, so that nothing moves.
import { fragment } from "./request.js";
import { whileVisible } from "./while-visible.js";

const PAUSE = 20_000;

export default function news(place) {
  const url = place.dataset.newsUrl;

  async function ask() {
    let html;
    try {
      html = await fragment(url);
    } catch {
      return; // asked again in a moment
    }
    const fresh = new DOMParser().parseFromString(html, "text/html");
    for (const line of document.querySelectorAll("[data-news]")) show(line, fresh.querySelector(`[data-news="${line.dataset.news}"]`));
  }

  whileVisible(ask, PAUSE);
}

function show(line, fresh) {
  if (fresh && line.innerHTML !== fresh.innerHTML) line.replaceChildren(...fresh.childNodes);
}
