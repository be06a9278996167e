// Copies a post's address and says so in the link's own place. Where copying is refused, the link is followed.

export default function copyLink(link) {
  const words = link.querySelector("span");
  const before = words.textContent;
  words.setAttribute("aria-live", "polite");
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || !navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(link.href);
      words.textContent = link.dataset.copied;
      setTimeout(() => { words.textContent = before; }, 2000);
    } catch {
      location.assign(link.href);
    }
  });
}
