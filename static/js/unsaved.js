// Asks before a form is left whose text the server has not got.

const changed = new Set();

addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});

/** The server has this form's text now. */
export function stored(form) {
  changed.delete(form);
}

export default function unsaved(form) {
  form.addEventListener("input", () => changed.add(form));
  addEventListener("submit", (event) => {
    if (event.target === form && !event.defaultPrevented) changed.delete(form);
  });
}
