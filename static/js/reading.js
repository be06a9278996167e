// Looks every two seconds, a minute at most, whether a photo has been read; whoever has typed the answer is left alone.
import { fragment } from "./request.js";

const EVERY = 2000;
const MOST_LOOKS = 30;

export default function reading(place) {
  let looks = 0;

  async function look() {
    if (!place.querySelector("[data-waits]") || looks >= MOST_LOOKS) return;
    looks += 1;
    try {
      place.innerHTML = await fragment(place.dataset.url);
    } catch {
      return; // the button of the page still works
    }
    setTimeout(look, EVERY);
  }

  setTimeout(look, EVERY);
}
