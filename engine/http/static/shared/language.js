// Which language the reader has chosen, and the change from one to the other without losing the page.

const CHANGED = "hall:language";
const YEAR_S = 365 * 24 * 3600;

/** "zh" or "en". */
export const language = () => (document.documentElement.lang.startsWith("en") ? "en" : "zh");

/** One of two texts, in the reader's language. */
export const t = (zh, en) => (language() === "en" ? en : zh);

/** A name `{zh, en}` (or one string for both) in the reader's language. */
export function pick(name) {
  if (name === null || name === undefined) return "";
  if (typeof name === "string") return name;
  return name[language()] || name.zh || name.en || "";
}

/** Call `listener` after every change of language. */
export function onLanguage(listener) {
  window.addEventListener(CHANGED, listener);
}

/** Change the page's language; `remember` keeps it in a cookie for this person's next page. */
export function setLanguage(chosen, { remember = true } = {}) {
  document.documentElement.lang = chosen === "en" ? "en" : "zh-CN";
  translate(document);
  nameTheOther();
  if (remember) {
    document.cookie = `lang=${chosen}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
    const address = new URL(location.href);
    address.searchParams.set("lang", chosen);
    history.replaceState(history.state, "", address);
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** Make every `[data-language]` button change the language; its own label names the other one. */
export function bindLanguageButtons({ remember = true } = {}) {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => setLanguage(language() === "en" ? "zh" : "en", { remember }));
  }
  nameTheOther();
}

/** A screen reader says "English" in English and "中文" in Chinese. */
function nameTheOther() {
  for (const button of document.querySelectorAll("[data-language]")) button.lang = language() === "en" ? "zh-CN" : "en";
}

function translate(root) {
  const chosen = language();
  for (const node of root.querySelectorAll("[data-zh]")) node.textContent = node.dataset[chosen];
  for (const node of root.querySelectorAll("[data-label-zh]")) {
    node.setAttribute("aria-label", chosen === "en" ? node.dataset.labelEn : node.dataset.labelZh);
  }
  for (const node of root.querySelectorAll("[data-placeholder-zh]")) {
    node.placeholder = chosen === "en" ? node.dataset.placeholderEn : node.dataset.placeholderZh;
  }
}
