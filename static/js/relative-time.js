// Keeps "3 minutes ago" and "in 3 minutes" true while a page stays open. The server's rule: relative for a week, a unit from 1.2 of it on.

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const WEEK = 7 * 86400;
const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
const shown = new Set();

function say(element) {
  const age = (Date.now() - Date.parse(element.dateTime)) / 1000;
  const far = Math.abs(age);
  if (!(far >= 60 && far < WEEK)) return;
  const [unit, seconds] = UNITS.find(([, length]) => far / length >= 1.2) ?? UNITS.at(-1);
  const text = words.format(-Math.sign(age) * Math.max(1, Math.round(far / seconds)), unit);
  if (element.textContent !== text) element.textContent = text;
}

setInterval(() => {
  for (const element of shown) element.isConnected ? say(element) : shown.delete(element);
}, 60_000);

export default function relativeTime(element) {
  shown.add(element);
  say(element);
}
