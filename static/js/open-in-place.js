// A form whose answer opens beside it instead of on a page of its own. What was opened goes when the page is left.
import { wake } from "./main.js";
import { fragment } from "./request.js";

export default function openInPlace(form) {
  const into = document.getElementById(form.dataset.into);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      into.innerHTML = await fragment(form.action, { form, body: new URLSearchParams(new FormData(form)) });
      wake(into);
      form.closest("details")?.removeAttribute("open");
    } catch (error) {
      if (error.status === 422) return form.submit(); // the page says what is missing
      into.textContent = form.dataset.failed;
    }
  });
  addEventListener("pagehide", () => { into.replaceChildren(); });
}
