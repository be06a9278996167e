// The list of options of a field: which of them is chosen, walked by the arrow keys, and what assistive technology is told.
// Options are the list's elements of role option that are shown; the focus stays in the field.

export class Listbox {
  constructor(field, list) {
    this.field = field;
    this.list = list;
    this.chosen = -1;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]:not([hidden])")];
  }

  get isOpen() {
    return !this.list.hidden;
  }

  get option() {
    return this.options[this.chosen];
  }

  choose(number) {
    this.chosen = number;
    this.options.forEach((option, place) => option.setAttribute("aria-selected", String(place === number)));
    if (this.option) this.field.setAttribute("aria-activedescendant", this.option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  open(isOpen) {
    this.list.hidden = !isOpen;
    if (this.field.hasAttribute("aria-expanded")) this.field.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) this.choose(-1);
  }

  /** What an arrow key or Escape does while the list is open; true if this key was one of them. */
  walked(event) {
    if (!this.isOpen) return false;
    if (event.key === "Escape") {
      this.open(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const count = this.options.length;
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(this.chosen < 0 && step < 0 ? count - 1 : (this.chosen + step + count) % count);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }
}
