// Saves a form's draft two seconds after the last change and shows the server's answer ("saved 14:03").
// Only while the server does not have it is the text kept in this window, and it is sent as soon as it can be.
import { fragment } from "./request.js";
import { afterPause } from "./timing.js";
import { stored } from "./unsaved.js";

const NEVER_KEPT = new Set(["csrf_token", "idempotency_key", "password"]);
const SITTING = new Set(["window", "version"]); // which window wrote, and what it had seen: goes with the text
const PUT_ASIDE = 409;

export default function draft(status) {
  const form = status.closest("form");
  let { url } = status.dataset;
  const key = `draft:${location.pathname}:${url.split("?")[0]}`;
  let latest;
  let sent = false;

  async function save() {
    if (sent) return;
    latest?.abort();
    latest = new AbortController();
    const body = withoutFiles(new FormData(form));
    try {
      status.innerHTML = await fragment(url, { form, body, signal: latest.signal });
      serverHasIt();
    } catch (error) {
      if (error.name === "AbortError") return;
      status.innerHTML = error.html || status.dataset.offline;
      if (error.status === PUT_ASIDE) serverHasIt();
      else keep(body);
    }
  }

  function serverHasIt() {
    sessionStorage.removeItem(key);
    stored(form);
  }

  function keep(body) {
    const fields = [...body].filter(([name, value]) => typeof value === "string" && !NEVER_KEPT.has(name));
    sessionStorage.setItem(key, JSON.stringify({ url, fields }));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(key));
    if (!kept) return;
    url = kept.url;
    for (const [name, value] of kept.fields) {
      const field = form.elements[name];
      if (field?.tagName === "TEXTAREA" || field?.type === "text" || SITTING.has(name)) field.value = value;
    }
    save();
  }

  const saveSoon = afterPause(2000, save);
  form.addEventListener("input", saveSoon);
  form.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent = true;
    latest?.abort();
  });
  addEventListener("online", () => sessionStorage.getItem(key) && save());
  addEventListener("pageshow", () => { sent = false; });
  restore();
  if (typedAlready(form)) saveSoon();
}

// Files are sent with their page; only what is typed and chosen is saved meanwhile.
function withoutFiles(body) {
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  return body;
}

// Somebody who writes faster than this script arrives. What the browser itself put back after going back is no writing.
function typedAlready(form) {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") return false;
  return [...form.elements].some((field) => field.matches("textarea, input[type=text]") && field.value !== field.defaultValue);
}
