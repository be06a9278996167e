// Tells the server, once each, which similar cases were opened: so it is known which of them are read.
import { fragment } from "./request.js";

/** Watch the cases in `place`; each has a "not quite" button, whose address takes the answer. */
export default function openedCases(place) {
  const told = new Set();
  place.addEventListener("toggle", ({ target: details }) => {
    const button = details.querySelector("[data-not-quite]");
    if (!details.open || !button || told.has(button.value)) return;
    told.add(button.value);
    const body = new URLSearchParams({ [button.name]: button.value });
    fragment(button.formAction, { form: button.form, body }).catch(() => {});
  }, true);
}
