// The kiosk: from "what have you come for" to a number in three taps, and back to the start for the next visitor.

import { HallClock, showClock } from "/static/shared/clock.js";
import { embedded, setText } from "/static/shared/dom.js";
import { Feed, calmly } from "/static/shared/feed.js";
import { bindLanguageButtons, language, onLanguage, pick, setLanguage, t } from "/static/shared/language.js";
import { read } from "/static/shared/request.js";
import { evidenceOf } from "/static/shared/words.js";
import { draw, forget, newIntent, unsettledIntent } from "./intent.js";
import { busyScreen, laneScreen, servicesScreen, startScreen } from "./screens.js";
import { ticketScreen } from "./ticket.js";

const RETURN_S = 20;
const IDLE_S = 60;
const REFRESH_MS = 3000;
const AWAY_MS = 2500;
const CATALOGUE_MAX = 200;
const RESULTS_MAX = 12;

const main = document.getElementById("main");
const away = document.getElementById("away");
const refusal = document.getElementById("refusal");
const kiosk = embedded("kiosk");
const clock = new HallClock();

let hall = embedded("hall");
let place = { screen: "start" };
let refresh = () => {};
let countdown = null;
let secondsLeft = 0;
let isPaused = false;
let touchedMs = performance.now();
let isDrawing = false;
let items = [];

function enter(next) {
  place = next;
  touchedMs = performance.now();
  countdown = null;
  show();
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

function show() {
  if (place.screen === "start") refresh = startScreen(main, hall, { choose, search });
  else if (place.screen === "services")
    refresh = servicesScreen(main, hall, place.group, { choose, back: toStart, about: examples });
  else if (place.screen === "lane") refresh = laneScreen(main, hall, place, { take, back });
  else if (place.screen === "busy") refresh = busyScreen(main);
  else showTicket();
  refresh(hall);
}

const toStart = () => enter({ screen: "start" });

function back() {
  enter(place.group ? { screen: "services", group: place.group } : { screen: "start" });
}

function choose({ group, service, item }) {
  if (group) enter({ screen: "services", group });
  else enter({ screen: "lane", service, item, group: place.group });
}

async function search(text) {
  try {
    const found = await read(`/catalogue?q=${encodeURIComponent(text)}&limit=${RESULTS_MAX}`);
    return found.items
      .map((item) => ({
        item,
        service: hall.services.find((service) => service.id === item.service),
      }))
      .filter((entry) => entry.service);
  } catch {
    return []; // The notice at the top already says that the kiosk is cut off.
  }
}

/** A few items handled under a service, so that its name says something to whoever has come for one of them. */
function examples(service) {
  const names = items.filter((item) => item.service === service.id).slice(0, 3);
  return names.map((item) => pick(item.name)).join(t("、", ", "));
}

function take(lane, group) {
  if (isDrawing) return;
  settle(
    newIntent({ service: place.service.id, lane, channel: "kiosk", ...(group ? { evidence: evidenceOf(group) } : {}) }),
  );
}

async function settle(intent) {
  isDrawing = true;
  const before = place;
  enter({ screen: "busy" });
  try {
    const ticket = await draw(intent);
    secondsLeft = RETURN_S;
    isPaused = false;
    enter({ screen: "ticket", ticket });
  } catch (problem) {
    enter(before.screen === "lane" ? before : { screen: "start" });
    refuse(problem, intent);
  } finally {
    isDrawing = false;
  }
}

function refuse(problem, intent) {
  const isUnsettled = unsettledIntent()?.key === intent.key;
  setText(
    document.getElementById("refusal-words"),
    isUnsettled ? t("还没有得到答复", "No answer yet") : t("没有取到号", "No number was given"),
  );
  setText(
    document.getElementById("refusal-sentence"),
    isUnsettled
      ? `${problem.message}${t("再试一次不会重复取号。", " Trying again never draws a second number.")}`
      : problem.message,
  );
  const again = document.getElementById("refusal-again");
  again.textContent = isUnsettled ? t("再试一次", "Try again") : t("知道了", "OK");
  again.onclick = () => {
    refusal.close();
    if (isUnsettled) settle(intent);
  };
  document.getElementById("refusal-start").onclick = () => {
    refusal.close();
    forget();
    toStart();
  };
  refusal.showModal();
}

function showTicket() {
  refresh = () => {}; // What a ticket says on paper does not change either.
  countdown = ticketScreen(main, hall, place.ticket, { done: finish, togglePause });
  countdown(secondsLeft, isPaused);
}

function togglePause() {
  isPaused = !isPaused;
  touchedMs = performance.now();
  countdown(secondsLeft, isPaused);
}

/** The next visitor begins at the start, in the hall's own language. */
function finish() {
  if (refusal.open) refusal.close();
  if (language() !== kiosk.language) setLanguage(kiosk.language, { remember: false });
  toStart();
}

function tick() {
  if (place.screen === "ticket" && !isPaused) {
    secondsLeft -= 1;
    if (secondsLeft < 0) finish();
    else countdown(secondsLeft, isPaused);
    return;
  }
  const idleS = (performance.now() - touchedMs) / 1000;
  const isElsewhere =
    place.screen !== "start" || language() !== kiosk.language || main.querySelector("input")?.value || refusal.open;
  if (idleS > IDLE_S && isElsewhere && !isDrawing) finish();
}

const reread = calmly(async () => {
  try {
    takeIn(await read("/hall"));
  } catch {
    // The link's own notice says so; the next fact or the next return asks again.
  }
}, REFRESH_MS);

function takeIn(view) {
  hall = view;
  clock.hear(view.at);
  refresh(hall);
}

async function readCatalogue() {
  try {
    items = (await read(`/catalogue?limit=${CATALOGUE_MAX}`)).items;
    refresh(hall);
  } catch {
    items = []; // Examples are a kindness; the kiosk works without them.
  }
}

let awayTimer = null;

function onLink(link) {
  clearTimeout(awayTimer);
  if (link === "live") away.hidden = true;
  else awayTimer = setTimeout(() => (away.hidden = false), AWAY_MS);
}

for (const kind of ["pointerdown", "keydown", "scroll"]) {
  window.addEventListener(kind, () => (touchedMs = performance.now()), { passive: true });
}
bindLanguageButtons({ remember: false });
onLanguage(show);
clock.hear(hall.at);
showClock(clock);
toStart();
new Feed({
  onSnapshot: takeIn,
  onFact: (fact) => (clock.hear(fact.at), reread()),
  onBeat: (beat) => clock.hear(beat.at),
  onReturn: reread,
  onLink,
}).start();
setInterval(tick, 1000);
readCatalogue();
const unsettled = unsettledIntent();
if (unsettled) settle(unsettled);
