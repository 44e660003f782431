// The clerk's page: one window, worked by keys or mouse, always as the engine has it.

import { HallClock, showClock } from "/static/shared/clock.js";
import { embedded, h, icon, setText } from "/static/shared/dom.js";
import { Feed, calmly } from "/static/shared/feed.js";
import { bindLanguageButtons, onLanguage, t } from "/static/shared/language.js";
import { newKey, order, read } from "/static/shared/request.js";
import { ask } from "./asking.js";
import { drawDesk, drawTimers } from "./desk.js";
import { SLOTS, offered, verbName, verbOfKey } from "./verbs.js";

const REFRESH_MS = 400;
const HALL_REFRESH_MS = 10_000;
const AWAY_MS = 1200;
const NOTICE_MS = 12_000;
const ROLES = new Set(["clerk", "supervisor", "admin"]);

const windowId = embedded("window-id");
const clock = new HallClock();
const place = (id) => document.getElementById(id);

let hall = embedded("hall");
let session = person(embedded("session"));
let view = null;
let reason = keptReason();
let isActing = false;
let isOutside = false;
let newestPosition = 0;
let seen = "";
let noticeTimer = null;

/** The session of somebody who may work a window; a kiosk's credential in the same browser is nobody. */
function person(told) {
  return ROLES.has(told?.role) ? told : null;
}

// --- reading the window ---

async function look() {
  if (!session) return;
  try {
    takeWindow(await read(`/windows/${windowId}`));
  } catch (problem) {
    if (problem.status === 401) signedOut(problem);
    else if (problem.status === 403 || problem.status === 404) shutOut(problem);
    else if (problem.code !== "unreachable" && problem.status < 500) notice(problem.message);
  }
}

const reread = calmly(look, REFRESH_MS);

const rereadHall = calmly(async () => {
  try {
    hall = await read("/hall");
    clock.hear(hall.at);
  } catch {
    // Only names and destinations come from it; the next wish asks again.
  }
}, HALL_REFRESH_MS);

function takeWindow(told) {
  // While an order is under way the page waits for its answer: what it shows, it also accepts keys for.
  if (isActing || told.position < newestPosition) return;
  newestPosition = told.position;
  isOutside = false;
  view = { ...told, readMs: clock.nowMs() };
  if (reason && reason.ticket_id !== view.ticket?.ticket_id) keepReason(null);
  draw();
}

function draw() {
  place("sign-in").hidden = Boolean(session) && !isOutside;
  place("main").hidden = !session || !view;
  place("clerk").hidden = place("sign-out").hidden = !session;
  setText(place("clerk-name"), session?.name ?? "");
  if (!session || !view) {
    setText(place("state"), "");
    return;
  }
  drawDesk(hall, view, view.reason ?? reason, clock, {
    call: callChosen,
    resume: (one) => ticketVerb(one, "resume"),
    reinstate: (one) => ticketVerb(one, "reinstate"),
  });
  drawVerbs();
}

function drawVerbs() {
  const verbs = offered(view);
  const now = `${document.documentElement.lang} ${verbs.map((one) => one.slot + one.verb + (one.look ?? "")).join(" ")}`;
  if (now !== seen) {
    seen = now;
    const box = place("verbs");
    const hadFocus = box.contains(document.activeElement);
    box.replaceChildren(
      ...SLOTS.map((slot) =>
        verbButton(
          slot,
          verbs.find((one) => one.slot === slot),
        ),
      ),
    );
    if (hadFocus) (box.querySelector("button.lamp, button.main") ?? box.querySelector("button"))?.focus();
  }
  for (const button of place("verbs").querySelectorAll("button")) {
    const isSpent = verbs.find((one) => one.slot === button.dataset.slot)?.isSpent?.(view);
    button.setAttribute("aria-disabled", String(isActing || Boolean(isSpent)));
  }
}

function verbButton(slot, one) {
  if (!one) return h("span", { class: "empty-slot", "data-slot": slot, "aria-hidden": "true" });
  return h(
    "button",
    {
      class: `button ${one.look ?? ""}`,
      type: "button",
      "data-slot": slot,
      "data-verb": one.verb,
      "aria-keyshortcuts": one.key,
      onclick: () => press(one),
    },
    verbName(one),
    h("span", { class: "key", "aria-hidden": "true" }, one.key),
  );
}

// --- acting ---

async function press(one) {
  if (isActing) return;
  const body = one.ask ? await ask(one.ask, hall, view) : {};
  if (body) await act(`/windows/${windowId}/${one.verb}`, body, verbName(one));
}

async function callChosen(ticket) {
  if (isActing) return;
  const body = await ask("call", hall, view, ticket);
  if (body) await act(`/windows/${windowId}/call`, { ...body, ticket_id: ticket.ticket_id }, t("叫号", "Call"));
}

const ticketVerb = (ticket, verb) => act(`/tickets/${ticket.ticket_id}/${verb}`, {}, ticket.number, false);

/** Send one order, once: a second press while it is under way does nothing, a repetition carries the same key. */
async function act(path, body, word, isOfWindow = true) {
  if (isActing) return;
  isActing = true;
  drawVerbs();
  try {
    const answer = await order(path, isOfWindow ? { ...body, position: view.position } : body, { key: newKey() });
    notice(null);
    if (answer.reason) keepReason({ ...answer.reason, ticket_id: answer.ticket?.ticket_id });
    setText(place("heard"), `${word} ${answer.window?.ticket ?? answer.ticket?.number ?? ""}`);
    takeAnswer(answer);
  } catch (problem) {
    if (problem.status === 401) signedOut(problem);
    else notice(problem.message);
  } finally {
    isActing = false;
    reread();
    draw();
  }
}

/** Show what the answer says at once; the lists follow with the next reading. */
function takeAnswer(answer) {
  if (!answer.window || !view) return;
  newestPosition = answer.position;
  const isHere = answer.window.ticket !== null || ["called", "serving"].includes(answer.window.state);
  view = { ...view, state: answer.window.state, position: answer.position, ticket: isHere ? answer.ticket : null };
}

function notice(sentence) {
  clearTimeout(noticeTimer);
  if (!sentence) {
    place("alert").replaceChildren();
    return;
  }
  const close = h(
    "button",
    { class: "button", type: "button", "aria-label": t("知道了", "Dismiss"), onclick: () => notice(null) },
    icon("close"),
  );
  place("alert").replaceChildren(h("p", { class: "notice" }, icon("alert"), sentence, close));
  noticeTimer = setTimeout(() => notice(null), NOTICE_MS);
}

/** Why the current ticket was called outlives a reload of the page, not the ticket. */
function keepReason(told) {
  reason = told;
  if (told) sessionStorage.setItem("console-reason", JSON.stringify(told));
  else sessionStorage.removeItem("console-reason");
}

function keptReason() {
  return JSON.parse(sessionStorage.getItem("console-reason") ?? "null");
}

// --- signing in and out ---

function signedOut(problem = null) {
  session = null;
  view = null;
  draw();
  notice(problem?.message);
  place("sign-in-form").elements.name.focus();
}

/** Signed in, but not for this window: say so, and show the way to the own one. */
function shutOut(problem) {
  view = null;
  isOutside = true;
  draw();
  const own =
    session?.window && session.window !== windowId
      ? h("a", { href: `/window/${session.window}` }, t("去自己的窗口", "Go to your own window"))
      : null;
  clearTimeout(noticeTimer);
  place("alert").replaceChildren(h("p", { class: "notice" }, icon("alert"), problem.message, own));
}

place("sign-in-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    session = person(
      await order("/session", { name: form.elements.name.value.trim(), password: form.elements.password.value }),
    );
    form.elements.password.value = "";
    notice(session ? null : t("这个账号不能操作窗口。", "This account cannot work a window."));
    await look();
    place("main").focus();
  } catch (problem) {
    notice(problem.message);
    form.elements.password.select();
  }
});

place("sign-out").addEventListener("click", async () => {
  try {
    await order("/session", undefined, { method: "DELETE" });
    signedOut();
  } catch (problem) {
    notice(problem.message);
  }
});

// --- the feed ---

let awayTimer = null;

function onLink(link) {
  clearTimeout(awayTimer);
  if (link === "live") place("link").hidden = true;
  else awayTimer = setTimeout(() => (place("link").hidden = false), AWAY_MS);
}

place("verbs").addEventListener("keydown", (event) => {
  if (event.repeat) event.preventDefault(); // A key held down is one press, not a day's work.
});

document.addEventListener("keydown", (event) => {
  if (!view || !session || document.querySelector("dialog[open]")) return;
  const one = verbOfKey(event, view);
  if (!one) return;
  event.preventDefault();
  press(one);
});

bindLanguageButtons();
onLanguage(draw);
clock.hear(hall.at);
showClock(clock);
draw();
reread();
if (!session) place("sign-in-form").elements.name.focus();
new Feed({
  onSnapshot(told) {
    hall = told;
    clock.hear(told.at);
    reread();
  },
  onFact(fact) {
    clock.hear(fact.at);
    reread();
  },
  onBeat: (beat) => clock.hear(beat.at),
  onReturn() {
    newestPosition = 0; // Another engine may stand on another journal: believe it from its first word.
    reread();
    rereadHall();
  },
  onLink,
}).start();
setInterval(() => view && drawTimers(view, clock), 1000);
