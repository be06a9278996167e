// The second press on a form that is on its way does nothing. Listens last, so that a form that was held back stays usable.

const onItsWay = new WeakSet();
const marked = new Set();

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || !marked.has(form) || event.submitter?.formTarget === "_blank") return;
  if (onItsWay.has(form)) {
    event.preventDefault();
    return;
  }
  onItsWay.add(form);
  event.submitter?.setAttribute("aria-disabled", "true");
});

addEventListener("pageshow", () => {
  for (const form of marked) {
    onItsWay.delete(form);
    for (const control of form.querySelectorAll("[aria-disabled]")) control.removeAttribute("aria-disabled");
  }
});

export default function submitOnce(form) {
  marked.add(form);
}
