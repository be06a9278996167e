// The desk by keyboard: j and k move through the queue, Enter opens, ? shows the sheet, data-key="x" is pressed by x.
// Silent while somebody types, and switched off by data-keys="off".

export default function queueKeys(queue) {
  if (queue.dataset.keys === "off") return;
  const sheet = document.getElementById(queue.dataset.sheet);
  const rows = () => [...queue.querySelectorAll("a")];

  function move(step) {
    const links = rows();
    const at = links.findIndex((link) => link === document.activeElement);
    const from = at < 0 ? links.findIndex((link) => link.hasAttribute("aria-current")) : at;
    const next = links[Math.min(Math.max(from + step, 0), links.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  const acts = { j: () => move(1), k: () => move(-1), "?": () => sheet?.showModal() };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const act = acts[event.key] ?? pressOf(event.key);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function pressOf(key) {
  const target = key.length === 1 && document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return null;
  return () => (target.matches("input, textarea, select") ? target.focus() : target.click());
}

function isTyping(target) {
  return target.isContentEditable || target.matches("input, textarea, select");
}
