// The visitor's phone: the ticket of the token in the address, which is kept nowhere else.

import { timeOf } from "/static/shared/clock.js";
import { embedded, h, setText } from "/static/shared/dom.js";
import { Feed, calmly } from "/static/shared/feed.js";
import { bindLanguageButtons, onLanguage, pick, t } from "/static/shared/language.js";
import { newKey, order, read } from "/static/shared/request.js";
import { waitRange } from "/static/shared/words.js";

const OWN_MS = 250;
const OTHERS_MS = 6000;
const POLL_MS = 20_000;
const AWAY_MS = 2500;
const CALL_BUZZ = [400, 150, 400, 150, 700];
const STEPS = [
  ["取号", "Issued"],
  ["等候", "Waiting"],
  ["叫号", "Called"],
  ["办理", "Served"],
  ["完成", "Done"],
];
const STEP_OF = { waiting: 1, missed: 1, held: 3, called: 2, serving: 3, finished: 4 };
const ENDED = new Set(["finished", "cancelled"]);

const token = location.pathname.split("/").pop();
const place = (id) => document.getElementById(id);
const title = document.title;

let hall = embedded("hall");
let ticket = null;
let problem = null;
let newestPosition = 0;
let announced = "";

async function look() {
  try {
    const told = await read(`/tickets/${token}`);
    if (told.position < newestPosition) return;
    newestPosition = told.position;
    ticket = told;
    problem = null;
  } catch (refusal) {
    if (refusal.code === "unreachable" || refusal.status >= 500) return; // The link's own line says so.
    problem = refusal;
  }
  draw();
}

const lookSoon = calmly(look, OWN_MS);
const lookSometime = calmly(look, OTHERS_MS);

function draw() {
  place("problem").hidden = !problem;
  setText(place("problem"), problem?.message ?? "");
  place("ticket").hidden = place("steps").hidden = !ticket;
  if (!ticket) return;
  const { state } = ticket;
  document.body.classList.toggle("called", state === "called");
  place("ticket").classList.toggle("lit", state === "called");
  setText(place("number"), ticket.number);
  setText(place("service"), pick(ticket.service.name));
  place("mark").hidden = !ticket.lane?.mark;
  setText(place("mark"), pick(ticket.lane?.mark));
  setText(place("headline"), headline());
  place("window").hidden = !(state === "called" || state === "serving") || !ticket.window;
  setText(place("window"), ticket.window ? t(`${ticket.window.number}号窗口`, `Window ${ticket.window.number}`) : "");
  place("figures").hidden = state !== "waiting";
  setText(place("ahead"), t(`${ticket.ahead} 人`, String(ticket.ahead)));
  setText(place("wait"), waitRange(ticket.wait_s));
  setText(place("zone"), zoneName());
  drawSteps();
  setText(place("rule"), rule());
  place("rule").hidden = !rule();
  setText(place("times"), times());
  place("give-up").hidden = !["waiting", "called", "held", "missed"].includes(state);
  document.title =
    state === "called" ? `${t("请到", "Go to")} ${place("window").textContent}` : `${ticket.number} · ${title}`;
  buzz();
}

function headline() {
  const isAgain = ticket.recalls > 0;
  return {
    waiting:
      ticket.ahead === 0
        ? t("下一位可能就是您，请留意叫号", "You may be next: please listen for your number")
        : t("正在排队，请留意叫号", "You are in the queue; listen for your number"),
    called: isAgain
      ? t(`第 ${ticket.recalls + 1} 次叫您，请马上到`, `Called again (${ticket.recalls + 1}); please go now to`)
      : t("叫到您了，请到", "It is your turn. Please go to"),
    serving: t("正在为您办理", "You are being served at"),
    held: t("您的办理已暂停，材料齐了请找工作人员", "Your visit is on hold; see the staff when you are ready"),
    missed: t(
      "您已过号。请到导询台，可以恢复排队",
      "You missed your call. The guide desk can put you back in the queue",
    ),
    finished: t("已办结，谢谢您", "Finished. Thank you"),
    cancelled: t("这个号已取消", "This ticket was cancelled"),
  }[ticket.state];
}

function rule() {
  if (ticket.state === "waiting")
    return t(
      "叫到号请尽快到窗口。没听到或来晚了，请到导询台，可以恢复排队。请不要关闭本页，叫到时屏幕会变成黄色并震动。",
      "When called, please go to the window at once. If you miss it, the guide desk can put you back. Keep this page open: it turns yellow and buzzes when you are called.",
    );
  if (ticket.state === "called")
    return t(
      "请带好材料。长时间未到会记为过号。",
      "Bring your papers. If nobody comes for a while, the call is recorded as missed.",
    );
  return "";
}

function times() {
  const parts = [t(`取号 ${timeOf(ticket.issued_at)}`, `Issued ${timeOf(ticket.issued_at)}`)];
  if (ticket.called_at) parts.push(t(`叫号 ${timeOf(ticket.called_at)}`, `called ${timeOf(ticket.called_at)}`));
  if (ticket.finished_at) parts.push(t(`结束 ${timeOf(ticket.finished_at)}`, `ended ${timeOf(ticket.finished_at)}`));
  return parts.join(t("，", ", "));
}

function drawSteps() {
  const now = STEP_OF[ticket.state];
  place("steps").hidden = now === undefined;
  place("steps").replaceChildren(
    ...STEPS.map((words, index) =>
      h(
        "li",
        { class: index < now ? "done" : index === now ? "now" : null, "aria-current": index === now ? "step" : null },
        t(...words),
      ),
    ),
  );
}

function zoneName() {
  const service = hall.services.find((one) => one.id === ticket.service.id);
  return pick(hall.zones.find((one) => one.id === service?.zone)?.name);
}

/** Once per call and per recall, however often the page is drawn. */
function buzz() {
  const call = ticket.state === "called" ? `${ticket.called_at} ${ticket.recalls}` : "";
  if (call && call !== announced) navigator.vibrate?.(CALL_BUZZ);
  announced = call;
}

place("give-up").addEventListener("click", () => place("sure").showModal());
place("keep").addEventListener("click", () => place("sure").close());
place("sure-yes").addEventListener("click", async () => {
  place("sure-yes").disabled = true;
  try {
    await order(`/tickets/${token}`, undefined, { method: "DELETE", key: newKey() });
  } catch (refusal) {
    problem = refusal;
    draw();
  } finally {
    place("sure-yes").disabled = false;
    place("sure").close();
    lookSoon();
  }
});

let awayTimer = null;

bindLanguageButtons();
onLanguage(draw);
look();
new Feed({
  onSnapshot(view) {
    hall = view;
    lookSoon();
  },
  onFact(fact) {
    if (ticket && ENDED.has(ticket.state)) return;
    if (fact.ticket === ticket?.number) lookSoon();
    else lookSometime();
  },
  onReturn() {
    newestPosition = 0; // Another engine may stand on another journal: believe it from its first word.
    lookSoon();
  },
  onLink(link) {
    clearTimeout(awayTimer);
    if (link === "live") place("link").hidden = true;
    else awayTimer = setTimeout(() => (place("link").hidden = false), AWAY_MS);
  },
}).start();
setInterval(() => ticket && !ENDED.has(ticket.state) && lookSometime(), POLL_MS);
