// The login form: sends name and password, then goes on to the page somebody came for.

const form = document.getElementById("login");
const refusal = document.getElementById("refusal");
const button = form.querySelector("button");

/** The page to go on to: one of this server's own, or the front page. */
function destination() {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  const address = new URL(next, location.origin);
  return address.origin === location.origin ? address.pathname + address.search : "/";
}

async function logIn() {
  const answer = await fetch("/api/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
    body: JSON.stringify({ name: form.elements.name.value.trim(), password: form.elements.password.value }),
    credentials: "same-origin",
  });
  if (answer.ok) return location.assign(destination());
  const problem = await answer.json();
  refusal.textContent = problem.detail;
  form.elements.password.select();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  refusal.textContent = "";
  button.disabled = true;
  try {
    await logIn();
  } catch {
    refusal.textContent = form.dataset.away;
  } finally {
    button.disabled = false;
  }
});

for (const link of document.querySelectorAll("[data-other-language]")) {
  const address = new URL(location.href);
  address.searchParams.set("lang", link.dataset.otherLanguage);
  link.href = address.pathname + address.search;
}
