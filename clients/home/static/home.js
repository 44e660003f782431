// The front page's live figures.

import { HallClock, showClock } from "/static/shared/clock.js";
import { embedded, h, reconcile, setText } from "/static/shared/dom.js";
import { Feed, calmly } from "/static/shared/feed.js";
import { bindLanguageButtons, onLanguage, pick, t } from "/static/shared/language.js";
import { read } from "/static/shared/request.js";
import { phaseName, waitRange, windowName, windowState } from "/static/shared/words.js";

const REFRESH_MS = 2000;
const AWAY_MS = 2000;

const place = (id) => document.getElementById(id);
const clock = new HallClock();

let hall = embedded("hall");

function takeIn(view) {
  hall = view;
  clock.hear(view.at);
  draw();
}

const reread = calmly(async () => {
  try {
    takeIn(await read("/hall"));
  } catch {
    // The link's line says so; the next fact or return asks again.
  }
}, REFRESH_MS);

function draw() {
  const latest = hall.recent[0];
  setText(place("phase"), phaseName(hall.phase));
  setText(place("latest-ticket"), latest?.ticket ?? "—");
  setText(
    place("latest-window"),
    latest
      ? t(`请到 ${latest.number} 号窗口`, `Window ${latest.number}`)
      : t("今天还没有叫号", "Nobody has been called yet"),
  );
  place("latest").classList.toggle(
    "lit",
    Boolean(latest) && hall.windows.some((one) => one.state === "called" && one.ticket === latest.ticket),
  );
  setText(place("waiting-total"), String(hall.services.reduce((sum, one) => sum + one.waiting, 0)));
  setText(
    place("windows-open"),
    `${hall.windows.filter((one) => one.state !== "closed").length} / ${hall.windows.length}`,
  );
  setText(place("serving-total"), String(hall.windows.filter((one) => one.state === "serving").length));
  drawServices();
  drawWindows();
}

function drawServices() {
  reconcile(
    place("services"),
    hall.services,
    (one) => one.id,
    () => h("tr", {}, h("th", { scope: "row" }), h("td", { class: "figure" }), h("td", {}), h("td", {})),
    (row, one) => {
      const [name, waiting, wait, zone] = row.children;
      row.classList.toggle("shut", !one.is_open);
      setText(name, pick(one.name));
      setText(waiting, String(one.waiting));
      setText(wait, one.is_open ? waitRange(one.wait_s) : t("现在不受理", "Not open now"));
      setText(zone, pick(hall.zones.find((place) => place.id === one.zone)?.name));
    },
  );
}

function drawWindows() {
  reconcile(
    place("windows"),
    hall.windows,
    (one) => one.id,
    (one) =>
      h(
        "li",
        {},
        h(
          "a",
          { href: `/window/${one.id}` },
          h("b", {}, String(one.number)),
          h("span", { class: "what" }, h("span", { class: "name" }), h("span", { class: "doing" })),
          h("span", { class: "ticket" }),
        ),
      ),
    (node, one) => {
      node.dataset.state = one.state;
      setText(node.querySelector(".name"), windowName(one));
      setText(node.querySelector(".doing"), windowState(one.state));
      setText(node.querySelector(".ticket"), one.ticket ?? "");
    },
  );
}

let awayTimer = null;

bindLanguageButtons();
onLanguage(draw);
takeIn(hall);
showClock(clock);
new Feed({
  onSnapshot: takeIn,
  onFact(fact) {
    clock.hear(fact.at);
    reread();
  },
  onBeat: (beat) => clock.hear(beat.at),
  onReturn: reread,
  onLink(link) {
    clearTimeout(awayTimer);
    if (link === "live") place("link").hidden = true;
    else awayTimer = setTimeout(() => (place("link").hidden = false), AWAY_MS);
  },
}).start();
