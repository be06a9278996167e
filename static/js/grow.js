// A textarea grows with its text up to most of the window. Browsers that size fields to their content need no help.

export default function grow(field) {
  if (CSS.supports("field-sizing", "content")) return;
  const fit = () => {
    if (field.scrollHeight > field.clientHeight) field.rows = Math.min(40, field.rows + 2);
  };
  field.addEventListener("input", fit);
  fit();
}
