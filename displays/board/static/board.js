// The board: the newest call large, the calls before it, and how many wait; never older than it says.

import { HallClock, showClock } from "/static/shared/clock.js";
import { embedded, h, reconcile, setText } from "/static/shared/dom.js";
import { Feed, calmly } from "/static/shared/feed.js";
import { pick, t } from "/static/shared/language.js";
import { read } from "/static/shared/request.js";
import { phaseName } from "/static/shared/words.js";
import { Flashes } from "./flash.js";

const REFRESH_MS = 1500;
const ROWS_MAX = 20;
const FRESH_S = 20;
const DENSE = 12;
const AWAY_MS = 1500;
const STALE_MS = 10_000;

const zone = embedded("zone");
const clock = new HallClock();
const newest = document.getElementById("newest");

let hall = embedded("hall");
let calls = [];
let shown = null;
let awaySinceMs = null;

const flashes = new Flashes({
  show(call) {
    showNewest(call);
    draw();
    newest.classList.remove("flash");
    void newest.offsetWidth; // Begin the animation anew for every call.
    newest.classList.add("called", "flash");
    setText(document.getElementById("spoken"), sentence(call));
  },
  rest() {
    newest.classList.remove("called", "flash");
    if (calls.length > 0) showNewest(calls[0]);
    draw();
  },
});

/** A board shows its own zone; where nobody serves, as in a waiting area, it shows what people there wait for: all. */
function isHere(thing) {
  return zone === "all" || thing.zone === zone || (isKnown() && !hall.windows.some((one) => one.zone === zone));
}

const isKnown = () => zone === "all" || hall.zones.some((one) => one.id === zone);

function takeIn(view) {
  if (view.epoch === hall.epoch && view.position < hall.position) return;
  const known = view.day === hall.day ? calls : [];
  calls = view.phase === "closed" ? [] : mergeCalls(known, view.recent.filter(isHere));
  hall = view;
  clock.hear(view.at);
  if (flashes.timer === null && calls.length > 0) showNewest(calls[0]);
  draw();
}

/** The hall keeps twenty calls for all zones; a quiet zone remembers its own for longer. */
function mergeCalls(known, told) {
  const calls = new Map([...known, ...told].map((call) => [call.position, call]));
  return [...calls.values()].sort((one, other) => other.position - one.position).slice(0, ROWS_MAX);
}

function onFact(fact) {
  clock.hear(fact.at);
  if ((fact.type === "called" || fact.type === "recalled") && isHere(fact)) {
    const call = {
      ticket: fact.ticket,
      window: fact.window,
      number: fact.number,
      zone: fact.zone,
      at: fact.at,
      position: fact.position,
      count: fact.count ?? 0,
      mark: fact.mark ?? null,
      say: fact.say,
    };
    calls = mergeCalls(calls, [call]);
    draw();
    // What was said while this board was away is in the list; only what is said now is called out.
    if (clock.since(fact.at) <= FRESH_S) flashes.add(fact.id, call);
    else flashes.remember(fact.id);
  }
  if (fact.type === "day-closed") flashes.clear();
  reread();
}

const reread = calmly(async () => {
  try {
    takeIn(await read("/hall"));
  } catch {
    // The mark in the corner tells; the next beat or return asks again.
  }
}, REFRESH_MS);

function draw() {
  newest.hidden = calls.length === 0;
  const idle = document.getElementById("idle");
  idle.hidden = calls.length > 0;
  if (calls.length === 0) drawIdle();
  const seen = new Set();
  const rows = calls.filter((call) => !seen.has(call.ticket) && seen.add(call.ticket));
  reconcile(document.getElementById("recent"), rows, (call) => `${call.ticket}-${call.window}`, buildRow, fillRow);
  hideWhatDoesNotFit(document.getElementById("recent"));
  const services = hall.services.filter(isHere);
  document.getElementById("waiting").parentElement.classList.toggle("dense", services.length > DENSE);
  reconcile(
    document.getElementById("waiting"),
    services,
    (one) => one.id,
    () => h("li", {}, h("span", { class: "name" }), h("b", {})),
    (node, one) => {
      setText(node.firstElementChild, pick(one.name));
      setText(node.lastElementChild, t(`${one.waiting} 人`, `${one.waiting}`));
    },
  );
}

/** A row is shown whole or not at all. */
function hideWhatDoesNotFit(body) {
  const frame = body.closest("section").getBoundingClientRect().bottom;
  for (const row of body.children) row.classList.toggle("cut", row.getBoundingClientRect().bottom > frame + 1);
}

function buildRow() {
  return h("tr", {}, h("td", {}, h("span"), h("span", { class: "mark", hidden: true })), h("td", {}));
}

function fillRow(row, call) {
  const [ticket, window] = row.children;
  setText(ticket.firstElementChild, call.ticket);
  const mark = ticket.lastElementChild;
  mark.hidden = !call.mark;
  setText(mark, pick(call.mark));
  setText(window, String(call.number ?? ""));
  row.classList.toggle("now", call.position === shown?.position);
}

function showNewest(call) {
  shown = call;
  const window = hall.windows.find((one) => one.id === call.window);
  setText(document.getElementById("newest-ticket"), call.ticket);
  setText(document.getElementById("newest-window"), String(call.number ?? ""));
  const name = pick(window?.name);
  const isPlain = !name || name === t(`${call.number}号窗口`, `Window ${call.number}`);
  setText(document.getElementById("newest-name"), isPlain ? t("号窗口", "Window") : name);
  document.getElementById("newest-name").parentElement.classList.toggle("plain", isPlain);
  const mark = document.getElementById("newest-mark");
  mark.hidden = !call.mark;
  setText(mark, pick(call.mark));
  const again = document.getElementById("newest-again");
  again.hidden = !call.count;
  setText(again, call.count ? t(`第 ${call.count + 1} 次呼叫`, `Call ${call.count + 1}`) : "");
}

const sentence = (call) =>
  call.say
    ? pick(call.say)
    : t(`请${call.ticket}号到${call.number}号窗口办理`, `Ticket ${call.ticket}, please go to window ${call.number}`);

function drawIdle() {
  if (!isKnown()) {
    setText(document.getElementById("idle-title"), t("没有这个区域", "There is no such zone"));
    setText(
      document.getElementById("idle-text"),
      t(
        `网址里的“${zone}”不是本厅的区域：${zoneIds()}`,
        `“${zone}” in the address is no zone of this hall: ${zoneIds()}`,
      ),
    );
    return;
  }
  const isOpen = hall.phase === "open";
  setText(document.getElementById("idle-title"), isOpen ? t("热情为您服务", "Welcome") : phaseName(hall.phase));
  setText(
    document.getElementById("idle-text"),
    isOpen
      ? t(
          "请先取号；叫到您的号时，这里会亮起并显示窗口。",
          "Please take a number first. When it is called, it lights up here with its window.",
        )
      : t("感谢您的光临。", "Thank you for coming."),
  );
}

const zoneIds = () => [...hall.zones.map((one) => one.id), "all"].join(t("、", ", "));

function onLink(link) {
  if (link === "live") awaySinceMs = null;
  else awaySinceMs ??= performance.now();
  watch();
}

/** Say at once that the engine is away, and after ten seconds that what is shown may be old. */
function watch() {
  const isQuiet = feed.quietMs() > STALE_MS;
  const isAway = isQuiet || (awaySinceMs !== null && performance.now() - awaySinceMs > AWAY_MS);
  const mark = document.getElementById("link");
  mark.hidden = !isAway;
  document.body.classList.toggle("away", isQuiet);
  document.body.dataset.link = isQuiet ? "stale" : isAway ? "restarting" : "live";
  if (isQuiet) setText(mark, t("画面已不是最新，请听广播或问导询台", "Not up to date; please ask at the guide desk"));
  else if (isAway) setText(mark, t("系统正在重启", "Restarting"));
}

const feed = new Feed({
  onSnapshot: takeIn,
  onFact,
  onBeat(beat) {
    clock.hear(beat.at);
    if (beat.position > hall.position || beat.epoch !== hall.epoch) reread();
  },
  onReturn: reread,
  onLink,
});
takeIn(hall);
showClock(clock);
feed.start();
setInterval(watch, 500);
