// Doing something again and again, but only while the page can be seen.

/** Calls `act` every `pause` milliseconds while the page is visible, and at once when it becomes so; `now`: also at once. */
export function whileVisible(act, pause, { now = false } = {}) {
  let timer;

  function go() {
    clearTimeout(timer);
    if (document.hidden) return;
    act();
    timer = setTimeout(go, pause);
  }

  document.addEventListener("visibilitychange", go);
  if (now) go();
  else if (!document.hidden) timer = setTimeout(go, pause);
}
