// The summary of errors gets the focus when a page arrives with one.

export default function focusMe(element) {
  element.focus({ preventScroll: false });
}
