// Which of the page's two languages is read, and the change between them.

const CHANGED = "page:language";

/** "zh" or "en". */
export const language = () => (document.documentElement.lang.startsWith("en") ? "en" : "zh");

/** One of two texts, in the reader's language. */
export const t = (zh, en) => (language() === "en" ? en : zh);

/** A name `{zh, en}` in the reader's language. */
export const pick = (name) => name[language()];

/** Call `listener` after every change of language. */
export function onLanguage(listener) {
  window.addEventListener(CHANGED, listener);
}

/** Change the page's language; the address keeps it, so that a link opens the page as it was read. */
export function setLanguage(chosen) {
  document.documentElement.lang = chosen === "en" ? "en" : "zh-CN";
  for (const node of document.querySelectorAll("[data-label-zh]")) {
    node.setAttribute("aria-label", t(node.dataset.labelZh, node.dataset.labelEn));
  }
  for (const option of document.querySelectorAll("option[data-zh]")) {
    option.textContent = t(option.dataset.zh, option.dataset.en);
  }
  document.title = t(document.body.dataset.titleZh, document.body.dataset.titleEn);
  window.dispatchEvent(new Event(CHANGED));
}

/** Let the page's button change the language, and begin with the one the address asks for. */
export function bindLanguage() {
  const button = document.getElementById("language");
  button.addEventListener("click", () => {
    const chosen = language() === "en" ? "zh" : "en";
    history.replaceState(null, "", `#${chosen}`);
    setLanguage(chosen);
  });
  setLanguage(location.hash === "#en" ? "en" : "zh");
}
