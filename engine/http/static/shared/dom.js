// Building the page from data: text is always text, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element; `properties` are attributes, or listeners when they begin with "on"; null children are left out. */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** One of the drawings in icons.svg; decorative, so hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/shared/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/** Change a node's text only when it differs, so that nothing is announced or repainted for nothing. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Make the children of `parent` those of `items`, keeping nodes (and the focus in them) whose key stays.
 * `create(item)` builds a child, `update(node, item)` brings it up to date.
 */
export function reconcile(parent, items, keyOf, create, update = () => {}) {
  const wanted = new Set(items.map((item) => String(keyOf(item))));
  // What goes, goes first: a node that is moved loses the focus, a node that stays in place keeps it.
  for (const node of [...parent.children]) if (!wanted.has(node.dataset.key)) node.remove();
  const old = new Map(Array.from(parent.children, (node) => [node.dataset.key, node]));
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = String(keyOf(item));
    let node = old.get(key);
    if (!node) {
      node = create(item);
      node.dataset.key = key;
    }
    update(node, item);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
}

/** The JSON that the server wrote into the page under this id. */
export const embedded = (id) => JSON.parse(document.getElementById(id).textContent);
