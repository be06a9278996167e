// Requests that a behaviour makes: same site only, marked as a fragment, with the form's own CSRF token.

/** What the server refused, in words for the reader (`html`) if it had any. */
export class Refused extends Error {
  constructor(status, html) {
    super(`answer ${status}`);
    this.status = status;
    this.html = html;
  }
}

/** Answer's text. Throws Refused for anything but success, and for a redirect (the session may be over). */
export async function fragment(url, { form, body, signal } = {}) {
  const headers = { "X-Fragment": "1" };
  const token = form?.querySelector('input[name="csrf_token"]')?.value;
  if (token) headers["X-CSRFToken"] = token;
  const answer = await fetch(url, { method: body ? "POST" : "GET", headers, body, signal, credentials: "same-origin" });
  if (answer.ok && !answer.redirected) return answer.text();
  throw new Refused(answer.status, answer.headers.has("X-Fragment") ? await answer.text() : "");
}
