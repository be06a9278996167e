// The desk by keyboard: j and k move through the queue, Enter opens, x ticks a row, ? shows the sheet; what carries data-key="m"
// answers to m: a fold opens and its first field has the focus, a form gives the focus to its first field, a button is pressed.
// Silent while somebody types, with Ctrl, Alt or Meta held, and in dialogs; switched off by data-keys="off".

const FIELD = "textarea, select, input:not([type='hidden'])";

export default function queueKeys(queue) {
  if (queue.dataset.keys === "off") return;
  const sheet = document.getElementById(queue.dataset.sheet);
  const rows = () => [...queue.querySelectorAll(".queue-row-link")];
  const rowHere = () => document.activeElement.closest?.(".queue-row") ?? queue.querySelector(".queue-row-selected");

  function move(step) {
    const links = rows();
    const here = rowHere();
    const at = links.findIndex((link) => here?.contains(link));
    const next = links[Math.min(Math.max(at + step, 0), links.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const acts = {
    j: () => move(1),
    k: () => move(-1),
    x: () => rowHere()?.querySelector("input[type='checkbox']")?.click(),
    "?": () => sheet?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = acts[event.key] ?? pressOf(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function pressOf(key) {
  const target = key.length === 1 && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  return target ? () => press(target) : null;
}

function press(target) {
  const fold = target.matches("summary") ? target.parentElement : null;
  if (fold) fold.open = true;
  const within = fold ?? target;
  const field = target.matches(FIELD) ? target : within.querySelector(FIELD);
  if (field) field.focus();
  else if (target.matches("a, button, summary")) target.click();
  else target.querySelector("a, button")?.click();
}

function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type='checkbox'], [type='radio']), textarea, select");
}
