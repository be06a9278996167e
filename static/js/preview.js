// Shows the text as the server will render it, in the textarea's place. A second press goes back to writing.
import { wake } from "./main.js";
import { fragment } from "./request.js";

export default function preview(button) {
  const field = document.getElementById(button.dataset.for);
  const place = document.getElementById(button.dataset.into);

  button.addEventListener("click", async () => {
    const showing = button.getAttribute("aria-pressed") === "true";
    if (showing) return show(false);
    const body = new FormData();
    body.set("body", field.value);
    try {
      place.innerHTML = await fragment(button.dataset.url, { form: field.form, body });
      wake(place);
    } catch {
      place.textContent = button.dataset.failed;
    }
    show(true);
  });

  function show(on) {
    if (on) place.style.setProperty("min-block-size", `${field.offsetHeight}px`);
    button.setAttribute("aria-pressed", String(on));
    field.hidden = on;
    place.hidden = !on;
    (on ? place : field).focus({ preventScroll: true });
  }
}
