// What the clerk sees of her window: the ticket before her, why it was called, and who waits.

import { h, reconcile, setText } from "/static/shared/dom.js";
import { pick, t } from "/static/shared/language.js";
import { pauseName, stopwatch, waited, windowState } from "/static/shared/words.js";

const KINDS = {
  "no-papers": ["材料在群众手中", "Visitor has the papers"],
  papers: ["材料在窗口", "Papers at the window"],
  step: ["去办另一步", "At another step"],
};
const place = (id) => document.getElementById(id);

/** Draw the whole desk from a window view; `act` are the list buttons' orders. */
export function drawDesk(hall, window, reason, clock, act) {
  const ticket = window.ticket;
  place("state").dataset.state = window.state;
  setText(
    place("state"),
    windowState(window.state) +
      (window.state === "paused" && window.pause_reason
        ? t(`（${pauseName(window.pause_reason)}）`, ` (${pauseName(window.pause_reason)})`)
        : ""),
  );
  place("current").classList.toggle("lit", window.state === "called");
  place("current").classList.toggle("empty", !ticket?.number);
  setText(place("number"), ticket ? ticket.number || t("无号办理", "No ticket") : emptyWord(window));
  setText(place("service"), ticket ? pick(ticket.service.name) : "");
  place("mark").hidden = !ticket?.lane?.mark;
  setText(place("mark"), pick(ticket?.lane?.mark));
  place("recalls-box").hidden = window.state !== "called";
  setText(
    place("recalls"),
    ticket ? t(`${ticket.recalls} / ${window.recall_limit} 次`, `${ticket.recalls} of ${window.recall_limit}`) : "",
  );
  setText(place("reason"), ticket && reason ? reasonSentence(hall, window, ticket, reason) : "");
  setText(place("served"), String(window.served_today ?? 0));
  drawTimers(window, clock);
  drawLists(hall, window, clock, act);
}

/** The seconds since the call or the beginning, and how long everybody has waited by now. */
export function drawTimers(window, clock) {
  const ticket = window.ticket;
  const from = ticket && (window.state === "serving" ? ticket.began_at : ticket.called_at);
  setText(
    place("timer-word"),
    ticket ? (window.state === "serving" ? t("已办理", "Serving for") : t("已叫号", "Called for")) : "",
  );
  setText(place("timer"), from ? stopwatch(clock.since(from)) : "");
  const later = (clock.nowMs() - window.readMs) / 1000;
  for (const node of document.querySelectorAll("[data-waited]"))
    setText(node, waited(Number(node.dataset.waited) + Math.max(0, later)));
}

function drawLists(hall, window, clock, act) {
  const services = new Map(hall.services.map((service) => [service.id, service]));
  const list = (id, tickets, note, buttons) =>
    reconcile(
      place(id),
      tickets,
      (one) => one.ticket_id,
      (one) => line(one, buttons),
      (node, one) => {
        setText(node.querySelector("b"), one.number);
        setText(node.querySelector(".name"), pick(services.get(one.service)?.name) || one.service);
        node.querySelector(".mark").hidden = !one.mark;
        setText(node.querySelector(".mark"), pick(one.mark));
        setText(node.querySelector("small"), note(one));
        node.querySelector(".waited").dataset.waited = one.waited_s;
        for (const button of node.querySelectorAll("button")) {
          button.disabled = button.dataset.needs === "idle" && window.state !== "idle";
          setText(button, t(button.dataset.wordZh, button.dataset.wordEn));
          button.setAttribute("aria-label", `${button.textContent} ${one.number}`);
        }
      },
    );
  list("waiting", window.waiting, () => "", [["叫", "Call", (one) => act.call(one), "idle"]]);
  list("held", window.held, (one) => t(...(KINDS[one.hold_kind] ?? ["", ""])), [
    ["叫回", "Call", (one) => act.call(one), "idle"],
    ["回队", "Requeue", (one) => act.resume(one)],
  ]);
  list("missed", window.missed, () => "", [["恢复", "Reinstate", (one) => act.reinstate(one)]]);
  setText(place("waiting-total"), String(window.waiting_total));
  setText(place("held-total"), String(window.held.length));
  setText(place("missed-total"), String(window.missed.length));
  place("waiting-none").hidden = window.waiting.length > 0;
  place("waiting").hidden = window.waiting.length === 0;
  place("held-box").hidden = window.held.length === 0;
  place("missed-box").hidden = window.missed.length === 0;
  drawTimers(window, clock);
}

function line(one, buttons) {
  return h(
    "li",
    {},
    h("b", {}),
    h("span", { class: "what" }, h("span", { class: "name" }), " ", h("span", { class: "mark" }), h("small", {})),
    h("span", { class: "waited" }),
    h(
      "span",
      {},
      buttons.map(([zh, en, order, needs]) =>
        h("button", {
          class: "button",
          type: "button",
          "data-word-zh": zh,
          "data-word-en": en,
          "data-needs": needs,
          onclick: () => order(one),
        }),
      ),
    ),
  );
}

function emptyWord(window) {
  if (window.state === "paused") return t("暂停服务", "Paused");
  if (window.state === "closed") return t("窗口未开", "Window closed");
  return window.waiting_total > 0
    ? t(`${window.waiting_total} 人等候`, `${window.waiting_total} waiting`)
    : t("没有人等候", "Nobody is waiting");
}

/** "优先: 12.5 分 > 普通 9.0 分（A014）": why this ticket, in one line. */
function reasonSentence(hall, window, ticket, reason) {
  const minutes = waited(reason.waited_s);
  if (reason.rule === "chosen") return t(`选叫：${reason.words ?? ""}`, `Called out of order: ${reason.words ?? ""}`);
  const mine = t(
    `${pick(ticket.lane?.name)}：${points(reason.points)} 分`,
    `${pick(ticket.lane?.name)}: ${points(reason.points)} points`,
  );
  const after = t(`，等候 ${minutes}`, `, waited ${minutes}`);
  const rule = ruleWord(reason.rule);
  const first = rule ? t(`${rule}；${mine}`, `${rule}; ${mine}`) : mine;
  if (!reason.runner_up) return first + after + t("；没有别人等候", "; nobody else was waiting");
  const other = runnerUp(hall, window, reason);
  // Where not points alone decided, whoever was next may have more of them.
  if (rule || reason.points < reason.runner_up_points) return first + after + t(`；别的队列最先 ${other}`, `; first of the others: ${other}`);
  return (
    mine +
    t(` > ${other} ${points(reason.runner_up_points)} 分`, ` > ${other} ${points(reason.runner_up_points)} points`) +
    after
  );
}

/** What chose when it was not points; empty otherwise. */
function ruleWord(rule) {
  switch (rule) {
    case "ceiling":
      return t("已到等候上限", "Past the waiting limit");
    case "absolute":
      return t("这一类先叫", "Its lane goes first");
    case "ratio":
      return t("轮到这一类", "Its lane's turn");
    case "longest":
      return t("等候最久", "Waited longest");
    default:
      return "";
  }
}

function runnerUp(hall, window, reason) {
  const other = window.waiting.find((one) => one.ticket_id === reason.runner_up || one.number === reason.runner_up);
  if (!other) return t("下一位", "next in line");
  const lane = hall.lanes.find((one) => one.id === other.lane);
  return `${pick(lane?.name)} ${other.number}`;
}

const points = (value) => Number(value).toFixed(1);
