// The screen of the number just drawn: what to remember, where to go, what happens next, and when the screen moves on.

import { h, icon, setText } from "/static/shared/dom.js";
import { pick, t } from "/static/shared/language.js";
import { waitRange } from "/static/shared/words.js";
import { zoneName } from "./screens.js";

const WHEN_CALLED = () =>
  t(
    "叫到您的号时，请尽快到屏幕上的窗口。没听到或来晚了，请到导询台，可以重新排队。",
    "When your number is called, please go to the window shown. If you miss it, ask at the guide desk: " +
      "you can be put back in the queue.",
  );

/** Build the screen; gives back `countdown(seconds, isPaused)`, which writes how long it stays. */
export function ticketScreen(main, hall, ticket, { done, togglePause }) {
  const left = h("p", { "aria-live": "off" });
  const pause = h("button", { class: "button", type: "button", onclick: togglePause });
  const leave = h("button", { class: "button main", type: "button", onclick: done }, icon("check"), t("完成", "Done"));
  main.replaceChildren(
    h(
      "div",
      { class: "drawn" },
      plate(hall, ticket),
      h(
        "div",
        { class: "take" },
        code(ticket),
        h("p", { class: "rule" }, WHEN_CALLED()),
        h("div", { class: "leave" }, left, pause, leave),
      ),
    ),
  );
  return (seconds, isPaused) => {
    const moving = t(`${seconds} 秒后回到首页`, `Back to the start in ${seconds} s`);
    setText(left, isPaused ? t("画面停留中", "This screen stays") : moving);
    const word = isPaused ? t("继续计时", "Resume") : t("多看一会儿", "Stay here");
    pause.replaceChildren(icon(isPaused ? "play" : "pause"), word);
  };
}

function plate(hall, ticket) {
  const service = hall.services.find((one) => one.id === ticket.service);
  const lane = hall.lanes.find((one) => one.id === ticket.lane);
  const mark = lane?.mark ? h("span", { class: "mark" }, pick(lane.mark)) : null;
  return h(
    "section",
    { class: "plate" },
    h("p", { class: "service" }, pick(service?.name), " ", mark),
    h("h1", { class: "number" }, h("span", { class: "only-heard" }, t("您的号码 ", "Your number ")), ticket.number),
    h(
      "dl",
      {},
      fact(t("前面还有", "Ahead of you"), t(`${ticket.ahead} 人`, `${ticket.ahead}`)),
      fact(t("预计等候", "Expected wait"), waitRange(ticket.wait_s)),
      fact(t("请在这里等候", "Please wait in"), zoneName(hall, service?.zone)),
    ),
  );
}

function code(ticket) {
  return h(
    "figure",
    { class: "qr" },
    h("img", {
      src: `/api/v1/tickets/${encodeURIComponent(ticket.token)}/qr.svg`,
      alt: t("手机查看排队进度的二维码", "QR code of this ticket's page"),
    }),
    h("figcaption", {}, t("手机扫码，随时看排到哪里", "Scan to follow your place on a phone")),
  );
}

function fact(term, text) {
  return h("div", {}, h("dt", {}, term), h("dd", {}, text));
}
