// A grave act is asked about in a dialog before its form is sent. Without a dialog the form is simply sent.

export default function confirm(form) {
  let agreed = false;
  form.addEventListener("submit", (event) => {
    if (agreed || typeof HTMLDialogElement === "undefined") return;
    event.preventDefault();
    const submitter = event.submitter;
    ask(form.dataset).then((yes) => {
      if (!yes) return;
      agreed = true;
      form.requestSubmit(submitter);
      agreed = false;
    });
  });
}

function ask({ question, yes, no }) {
  const dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const text = document.createElement("p");
  text.id = "dialog-question";
  text.textContent = question;
  dialog.setAttribute("aria-labelledby", text.id);
  const acts = document.createElement("form");
  acts.method = "dialog";
  acts.className = "dialog-acts";
  acts.append(choice(no, "no", "button-secondary"), choice(yes, "yes", "button-danger"));
  dialog.append(text, acts);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

function choice(label, value, kind) {
  const button = document.createElement("button");
  button.className = `button ${kind}`;
  button.value = value;
  button.textContent = label;
  return button;
}
