// The kiosk's screens. Each is built once when it is entered and gives back `refresh(hall)`, which brings its figures up
// to date without replacing what a finger may be resting on.

import { h, icon, reconcile, setText } from "/static/shared/dom.js";
import { pick, t } from "/static/shared/language.js";
import { groupName, phaseName, waitRange, waitingCount } from "/static/shared/words.js";

const FEW_TILES = 6;
const EXAMPLES_MAX = 3;
const WHO_MAY = () =>
  t(
    "符合以下情况的，请点选；窗口会看证件。",
    "If one of these is you, choose it; the clerk will ask for your certificate.",
  );

/** The first question: which kind of business; a hall without headings shows its services at once. */
export function startScreen(main, hall, { choose, search }) {
  const tiles = h("div", { class: "tiles" });
  const results = h("ul", { class: "results", "aria-live": "polite", hidden: true });
  const closed = h("p", { class: "said", role: "status" });
  const input = h("input", {
    type: "search",
    autocomplete: "off",
    "aria-label": t("搜索办理事项", "Search for what you need"),
    placeholder: t("搜索办理事项，例如：身份证、社保转移", "Search, for example: identity card, pension"),
  });
  input.addEventListener("input", async () => {
    const text = input.value.trim();
    const found = text ? await search(text) : null;
    if (input.value.trim() !== text) return;
    results.hidden = found === null;
    tiles.hidden = found !== null;
    if (found) showResults(results, found, choose);
  });
  main.replaceChildren(
    h("div", { class: "question" }, h("h1", {}, t("您要办理什么业务？", "What have you come for?"))),
    h("label", { class: "search" }, icon("search"), input),
    closed,
    results,
    tiles,
  );
  return (view) => {
    closed.hidden = view.phase === "open";
    setText(closed, view.phase === "open" ? "" : closedSentence(view.phase));
    fillTiles(tiles, headings(view), choose);
  };
}

/** The services under one heading. */
export function servicesScreen(main, hall, group, { choose, back, about }) {
  const tiles = h("div", { class: "tiles" });
  const title = h("h1", {}, pick(group.name));
  main.replaceChildren(h("div", { class: "question" }, backButton(back), title), tiles);
  return (view) => {
    const services = view.services.filter((service) => service.group === group.id);
    fillTiles(
      tiles,
      services.map((service) => ({ service, about: about(service) })),
      choose,
    );
  };
}

/** How the visitor queues for one service: the last tap, which draws the number. */
export function laneScreen(main, hall, { service, item }, { take, back }) {
  const facts = h("p", { class: "facts" });
  const buttons = [];
  const button = (properties, lane, group, ...children) => {
    const node = h("button", { type: "button", ...properties, onclick: () => take(lane, group) }, ...children);
    buttons.push(node);
    return node;
  };
  const lanes = hall.lanes.map((lane, index) => laneCard(lane, index === 0, button));
  main.replaceChildren(
    h("div", { class: "question" }, backButton(back), h("h1", {}, item ? pick(item.name) : pick(service.name))),
    h(
      "div",
      { class: "said" },
      item ? h("p", {}, t(`在“${pick(service.name)}”办理`, `Handled under “${pick(service.name)}”`)) : null,
      facts,
    ),
    h("div", { class: "lanes" }, lanes),
  );
  return (view) => {
    const now = view.services.find((one) => one.id === service.id) ?? service;
    facts.replaceChildren(
      h("span", {}, icon("people"), waitingCount(now.waiting)),
      h("span", {}, icon("clock"), now.is_open ? waitRange(now.wait_s) : t("现在不受理", "Not open now")),
      h("span", {}, icon("place"), zoneName(view, now.zone)),
    );
    for (const node of buttons) node.disabled = !now.is_open;
  };
}

/** While the number is being drawn. */
export function busyScreen(main) {
  main.replaceChildren(h("p", { class: "busy", role: "status" }, t("正在取号，请稍候…", "Getting your number…")));
  return () => {};
}

function headings(view) {
  const used = view.groups.filter((group) => view.services.some((service) => service.group === group.id));
  const loose = view.services.filter((service) => !used.some((group) => group.id === service.group));
  return [
    ...used.map((group) => ({ group, members: view.services.filter((one) => one.group === group.id) })),
    ...loose.map((service) => ({ service })),
  ];
}

function fillTiles(tiles, entries, choose) {
  tiles.classList.toggle("many", entries.length > FEW_TILES);
  reconcile(
    tiles,
    entries,
    (entry) => (entry.group ? `g-${entry.group.id}` : `s-${entry.service.id}`),
    (entry) =>
      h(
        "button",
        {
          class: "tile",
          type: "button",
          onclick: (event) => event.currentTarget.ariaDisabled !== "true" && choose(entry),
        },
        h("span", { class: "name" }, pick((entry.group ?? entry.service).name)),
        h("span", { class: "about" }),
        h("span", { class: "figures" }),
      ),
    (node, entry) => (entry.group ? headingTile(node, entry.members) : serviceTile(node, entry)),
  );
}

function headingTile(node, members) {
  setText(
    node.querySelector(".about"),
    members
      .slice(0, EXAMPLES_MAX)
      .map((one) => pick(one.name))
      .join(t("、", ", ")) + (members.length > EXAMPLES_MAX ? "…" : ""),
  );
  setText(node.querySelector(".figures"), waitingCount(members.reduce((sum, one) => sum + one.waiting, 0)));
}

function serviceTile(node, { service, about }) {
  node.setAttribute("aria-disabled", String(!service.is_open));
  setText(node.querySelector(".about"), about ?? "");
  setText(
    node.querySelector(".figures"),
    service.is_open
      ? `${waitingCount(service.waiting)} · ${waitRange(service.wait_s)}`
      : t("现在不受理", "Not open now"),
  );
}

function showResults(results, found, choose) {
  if (found.length === 0) {
    results.replaceChildren(
      h(
        "li",
        { class: "said" },
        t("没有找到。请换个说法，或到导询台询问。", "Nothing found. Try other words, or ask at the guide desk."),
      ),
    );
    return;
  }
  results.replaceChildren(
    ...found.map(({ item, service }) =>
      h(
        "li",
        {},
        h(
          "button",
          { class: "result", type: "button", onclick: () => choose({ service, item }) },
          h("span", { class: "name" }, pick(item.name)),
          h("span", { class: "about" }, pick(service.name)),
          icon("forward"),
        ),
      ),
    ),
  );
}

/** The first lane is one large button; another lane asks which of its groups the visitor belongs to. */
function laneCard(lane, isFirst, button) {
  const groups = isFirst || lane.groups.length === 0 ? [null] : lane.groups;
  const look = isFirst ? "button main" : "button";
  return h(
    "section",
    { class: "lane" },
    h("h2", {}, t(`${pick(lane.name)}取号`, `${pick(lane.name)} ticket`)),
    groups[0] ? h("p", {}, WHO_MAY()) : null,
    h(
      "div",
      { class: "choices" },
      groups.map((group) =>
        group
          ? button({ class: look }, lane.id, group, groupName(group))
          : button({ class: look }, lane.id, null, icon("ticket"), t("取号", "Take a number")),
      ),
    ),
  );
}

function backButton(back) {
  return h("button", { class: "button", type: "button", onclick: back }, icon("back"), t("返回", "Back"));
}

export function zoneName(view, zoneId) {
  return pick(view.zones.find((zone) => zone.id === zoneId)?.name);
}

function closedSentence(phase) {
  return phase === "ending"
    ? phaseName(phase)
    : t("大厅现在不取号，请在受理时间再来。", "No numbers are given now. Please come again during opening hours.");
}
