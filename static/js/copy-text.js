// Copies the text of another element and says so on the button. Where copying is refused, the text is marked to be copied by hand.

export default function copyText(button) {
  const before = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    const from = document.getElementById(button.dataset.from);
    try {
      await navigator.clipboard.writeText(from.textContent.trim());
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = before; }, 2000);
    } catch {
      getSelection().selectAllChildren(from);
    }
  });
}
