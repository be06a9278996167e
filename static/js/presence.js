// Tells colleagues that this thread is open here, and whether a text is being written; opening the text claims the case.
import { wake } from "./main.js";
import { fragment } from "./request.js";
import { look } from "./signs.js";
import { whileVisible } from "./while-visible.js";

const PAUSE = 20_000;

export default function presence(section) {
  const text = document.querySelector(section.dataset.text);
  const line = section.querySelector("[data-signs]");
  const holder = () => line.querySelector("[data-holder]")?.dataset.holder;
  let heldBy = holder();
  let typing = false;
  let saidWriting = false;
  let sent = false;

  const isWriting = () => Boolean(text?.value.trim()) && text.value !== text.defaultValue;

  // One after the other: of two that are under way at once the older could arrive last, and what it says would stand.
  let last = Promise.resolve();
  function say() {
    last = last.then(sayNow);
    return last;
  }

  async function sayNow() {
    if (sent) return;
    const body = new FormData();
    saidWriting = isWriting();
    if (saidWriting) body.set("writing", "1");
    if (typing) body.set("typing", "1");
    const opened = typing;
    typing = false;
    try {
      await fragment(section.dataset.presenceUrl, { form: section, body });
      if (opened) look();
    } catch {
      // said again in a moment
    }
  }

  // Claimed, released or taken over meanwhile: the buttons are those of the page as it would be now, and lead back to it.
  async function offerOtherActs() {
    const acts = section.querySelector(".button-row");
    if (heldBy === holder() || acts.matches(":hover, :focus-within")) return;
    heldBy = holder();
    const page = new DOMParser().parseFromString(await fragment(location.href).catch(() => ""), "text/html");
    const now = page.querySelector(".owning > .button-row");
    if (!now) return;
    acts.replaceChildren(...now.childNodes);
    wake(acts);
  }

  new MutationObserver(offerOtherActs).observe(line, { childList: true });
  text?.addEventListener("focus", () => {
    typing = true;
    say();
  }, { once: true });
  text?.addEventListener("input", () => {
    typing = true;
    if (isWriting() === saidWriting) return;
    saidWriting = isWriting();
    say();
  });
  text?.form.addEventListener("submit", (event) => { sent = !event.defaultPrevented; });
  addEventListener("pageshow", () => { sent = false; });
  whileVisible(say, PAUSE, { now: true });
}
