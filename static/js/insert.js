// Changing a textarea's text so that undo works and other behaviours hear of it.

/** Replace `from`..`to` by `text`; then select `selectFrom`..`selectTo`. */
export function replace(field, from, to, text, selectFrom, selectTo) {
  field.focus();
  field.setSelectionRange(from, to);
  if (!document.execCommand?.("insertText", false, text)) {
    field.setRangeText(text, from, to, "end");
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
  field.setSelectionRange(selectFrom, selectTo);
}
