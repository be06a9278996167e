// Search solved cases on a page of another site: a form, and a list of what was found.
// It sets no cookie and no style, and evaluates nothing. docs/operations.md says how to put it on a page.
(() => {
  const script = document.currentScript;
  const { target, category, tag, label, language: wanted } = script.dataset;
  const everyWord = "WORDS"; // put in by the server
  const spoken = [wanted, document.documentElement.lang.slice(0, 2)].find((word) => everyWord[word]) ?? "LANGUAGE";
  const words = everyWord[spoken];
  const id = `theke-q${document.querySelectorAll(".theke-search").length}`;
  const at = (path) => new URL(path, script.src);
  let latest;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }
  const hidden = (name, value) => (value ? [element("input", { type: "hidden", name, value })] : []);
  const link = (href, text) => element("a", { href }, text);

  const field = element("input", { id, type: "search", name: "q", maxlength: 200, autocomplete: "off" });
  const form = element(
    "form",
    { class: "theke-form", role: "search", action: at("search"), method: "get" },
    element("label", { for: id }, label || words.label),
    " ",
    field,
    ...hidden("status", "solved"),
    ...hidden("category", category),
    ...hidden("tag", tag),
    " ",
    element("button", { type: "submit" }, words.search),
  );
  const voice = element("p", { class: "theke-status", role: "status" });
  const list = element("ol", { class: "theke-cases" });
  const further = element("p", { class: "theke-further" });
  const box = element("div", { class: "theke-search", lang: spoken }, form, voice, list, further);
  list.hidden = further.hidden = true;

  function ask(path) {
    const address = at(path);
    address.search = new URLSearchParams(new FormData(form));
    return address;
  }

  function say(text, href, offer) {
    voice.textContent = text;
    further.replaceChildren(...(offer ? [link(href, offer)] : []));
    further.hidden = !offer;
  }

  function show({ cases, total }) {
    list.replaceChildren(
      ...cases.map((found) =>
        element(
          "li",
          { lang: found.language },
          link(found.url, found.title),
          " ",
          element("span", { class: "theke-state", lang: spoken }, found.state),
          element("p", {}, ...found.passage.map(({ text, is_marked }) => (is_marked ? element("mark", {}, text) : text))),
        ),
      ),
    );
    list.hidden = cases.length === 0;
    if (list.hidden) say(words.none, at(`ask?title=${encodeURIComponent(field.value)}`), words.ask);
    else say(`${words.found} ${total}`, ask("search"), words.all);
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    latest?.abort();
    const mine = (latest = new AbortController());
    say(words.looking);
    try {
      const address = ask("widget/cases");
      address.searchParams.set("lang", spoken);
      const answer = await fetch(address, { credentials: "omit", signal: mine.signal });
      const found = await answer.json();
      if (!found.is_available) throw found;
      show(found);
    } catch {
      if (mine.signal.aborted) return;
      list.hidden = true;
      say(words.failed, ask("search"), words.there);
    }
  });

  function settle() {
    const place = target && document.querySelector(target);
    if (place) place.append(box);
    else if (document.body.contains(script)) script.after(box);
    else document.body.append(box);
  }
  if (document.readyState === "loading" && (target || !document.body)) addEventListener("DOMContentLoaded", settle);
  else settle();
})();
