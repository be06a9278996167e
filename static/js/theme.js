// The colour scheme changes at once; the form is sent in the background, so that the server renders the next page right.

export default function theme(form) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name !== "theme") return;
    event.preventDefault();
    document.documentElement.dataset.theme = button.value;
    const scheme = document.querySelector('meta[name="color-scheme"]');
    if (scheme) scheme.content = button.value === "system" ? "light dark" : button.value;
    for (const other of form.elements) {
      if (other.name === "theme") other.setAttribute("aria-pressed", String(other === button));
    }
    const body = new FormData(form, button);
    fetch(form.action, { method: "POST", body, redirect: "manual", credentials: "same-origin" }).catch(() => {});
  });
}
