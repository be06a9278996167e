// A question that is asked only after certain answers on the same page: shown and hidden at once. The server judges anyway.

/** `box`: a fieldset; data-on: the name of the fields it depends on; data-values: the answers, or none for any answer. */
export default function askedIf(box) {
  const { form } = box;
  const { on } = box.dataset;
  const values = box.dataset.values.split(" ").filter(Boolean);
  if (![...form.elements].some((field) => field.name === on)) return; // it stands on an earlier page: the server has decided

  function look() {
    const given = [...form.elements]
      .filter((field) => field.name === on && !field.matches(":disabled"))
      .filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked)
      .map((field) => field.value.trim())
      .filter(Boolean);
    const isAsked = values.length ? given.some((value) => values.includes(value)) : given.length > 0;
    if (box.disabled === !isAsked && box.hidden === !isAsked) return;
    box.disabled = !isAsked;
    box.hidden = !isAsked;
    form.dispatchEvent(new Event("asked"));
  }

  form.addEventListener("input", look);
  form.addEventListener("asked", look);
  look();
}
