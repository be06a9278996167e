// Wakes what the page asks for: data-behaviour="name other" imports ./name.js and gives it the element.
// What only answers to a press is fetched at the first sign of use, so a page that is only read stays light.

const ON_USE = new Set(["canned-replies", "copy-link", "copy-text", "counter", "menu", "open-in-place", "quote", "submit-once", "suggest", "theme", "unsaved"]);
const SIGNS_OF_USE = ["pointermove", "pointerdown", "touchstart", "keydown", "focusin"];
const awake = new WeakMap();
const waiting = [];
let inUse = false;

/** Start the behaviours of `root` and everything in it. Safe to call again: nothing starts twice. */
export function wake(root) {
  const elements = [...root.querySelectorAll("[data-behaviour]")];
  if (root.matches?.("[data-behaviour]")) elements.unshift(root);
  for (const element of elements) {
    for (const name of element.dataset.behaviour.split(/\s+/)) {
      if (ON_USE.has(name) && !inUse) waiting.push([element, name]);
      else start(element, name);
    }
  }
}

async function start(element, name) {
  const started = awake.get(element) ?? new Set();
  if (started.has(name)) return;
  awake.set(element, started.add(name));
  const behaviour = await import(`./${name}.js`);
  behaviour.default(element);
}

function startWaiting() {
  inUse = true;
  for (const sign of SIGNS_OF_USE) removeEventListener(sign, startWaiting, true);
  for (const [element, name] of waiting.splice(0)) start(element, name);
}

for (const sign of SIGNS_OF_USE) addEventListener(sign, startWaiting, { capture: true, passive: true });
wake(document.documentElement);
