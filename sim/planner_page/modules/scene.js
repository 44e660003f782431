// The hall's plan on a canvas: zones with their windows, a queue for each service, and everybody where they are.

import { pick, t } from "page/language";

const INK = "#0f2430";
const SOFT = "#3a4d57";
const LINE = "#bcc8cd";
const GROUND = "#f3f6f7";
const ORDINARY = "#0072b2";
const PRIORITY = "#e69f00";
const TYPE = '"Noto Sans CJK SC","Noto Sans SC","Source Han Sans SC","PingFang SC","Microsoft YaHei",sans-serif';
const PAD = 14;
const CELL = 44;
const ROW = 30;
const DOT = 9;
const TITLE = 34;
const LABEL_MAX = 210;
const WIDE = 900;

/** Where everything stands when the canvas is so wide; heights follow from it. */
export function laidOut(hall, width) {
  const zones = hall.zones
    .map((zone, place) => ({
      name: zone,
      windows: placesOf(hall.windows, place),
      services: placesOf(hall.services, place),
    }))
    .filter(({ windows, services }) => windows.length + services.length > 0);
  const columns = width >= WIDE && zones.length > 1 ? 2 : 1;
  const inner = (width - PAD * (columns - 1)) / columns;
  const bottoms = new Array(columns).fill(0);
  const scene = { width, panels: [], windows: [], rows: [] };
  for (const zone of zones) {
    const column = bottoms.indexOf(Math.min(...bottoms));
    const panel = { name: zone.name, x: column * (inner + PAD), y: bottoms[column], width: inner };
    panel.height = placeZone(scene, hall, zone, panel);
    scene.panels.push(panel);
    bottoms[column] += panel.height + PAD;
  }
  scene.height = Math.max(...bottoms) - PAD;
  return scene;
}

function placesOf(things, zone) {
  return things.map((_, place) => place).filter((place) => things[place].zone === zone);
}

function placeZone(scene, hall, zone, panel) {
  const across = Math.max(1, Math.floor((panel.width - PAD) / (CELL + 6)));
  zone.windows.forEach((window, order) => {
    scene.windows[window] = {
      x: panel.x + PAD + (order % across) * (CELL + 6),
      y: panel.y + TITLE + Math.floor(order / across) * (CELL + 6),
    };
  });
  const top = TITLE + Math.ceil(zone.windows.length / across) * (CELL + 6) + (zone.windows.length ? 8 : 0);
  const label = Math.min(LABEL_MAX, panel.width * 0.42);
  zone.services.forEach((service, order) => {
    const y = panel.y + top + order * ROW;
    const x = panel.x + PAD + label;
    const room = Math.max(1, Math.floor((panel.width - PAD - label - 66) / DOT));
    scene.rows[service] = { x, y, label, room, left: panel.x + PAD };
  });
  return top + zone.services.length * ROW + 8;
}

/** Draw a moment: `now` as `momentOf` tells it. */
export function drawScene(context, scene, hall, now) {
  context.clearRect(0, 0, scene.width, scene.height);
  context.textBaseline = "middle";
  for (const panel of scene.panels) drawPanel(context, panel);
  scene.rows.forEach((row, service) => drawRow(context, row, pick(hall.services[service].name), now.waiting[service]));
  scene.windows.forEach((cell, window) => drawWindow(context, cell, hall.windows[window].number, now, window));
  for (const { row, order, isOrdinary } of now.dots) {
    const { x, y, room } = scene.rows[row];
    if (order < room) drawVisitor(context, x + order * DOT + DOT / 2, y + ROW / 2, isOrdinary, 4);
  }
  for (const { service, window, part, isOrdinary } of now.walking) {
    const from = scene.rows[service];
    const to = scene.windows[window];
    const x = from.x + (to.x + CELL / 2 - from.x) * part;
    const y = from.y + ROW / 2 + (to.y + CELL - from.y - ROW / 2) * part;
    drawVisitor(context, x, y, isOrdinary, 6);
  }
}

function drawPanel(context, { name, x, y, width, height }) {
  context.fillStyle = GROUND;
  context.fillRect(x, y, width, height);
  context.strokeStyle = LINE;
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  text(context, pick(name), x + PAD, y + TITLE / 2, { font: "600 17px", width: width - 2 * PAD });
}

function drawRow(context, row, name, waiting) {
  const middle = row.y + ROW / 2;
  text(context, name, row.left, middle, { width: row.label - 10 });
  context.strokeStyle = LINE;
  context.beginPath();
  context.moveTo(row.x, row.y + ROW - 3.5);
  context.lineTo(row.x + row.room * DOT, row.y + ROW - 3.5);
  context.stroke();
  text(context, t(`${waiting} 人`, `${waiting}`), row.x + row.room * DOT + 58, middle, { align: "right", font: "600 16px" });
}

function drawWindow(context, { x, y }, number, now, window) {
  const served = now.serving[window];
  const isStaffed = now.staffed[window];
  context.fillStyle = served === 0 ? "#ffffff" : served === 1 ? ORDINARY : PRIORITY;
  context.fillRect(x, y, CELL, CELL);
  context.strokeStyle = isStaffed || served ? INK : SOFT;
  context.lineWidth = isStaffed ? 2 : 1;
  context.setLineDash(isStaffed || served ? [] : [3, 4]);
  context.strokeRect(x + 1, y + 1, CELL - 2, CELL - 2);
  context.setLineDash([]);
  const colour = served === 1 ? "#ffffff" : isStaffed || served ? INK : SOFT;
  const font = isStaffed || served ? "700 17px" : "400 16px";
  text(context, String(number), x + CELL / 2, y + CELL / 2, { align: "center", font, colour, width: CELL - 4 });
}

/** Ordinary visitors are round and blue, the others are orange diamonds. */
function drawVisitor(context, x, y, isOrdinary, size) {
  context.fillStyle = isOrdinary ? ORDINARY : PRIORITY;
  context.beginPath();
  if (isOrdinary) context.arc(x, y, size - 0.5, 0, 2 * Math.PI);
  else {
    context.moveTo(x, y - size - 1);
    context.lineTo(x + size, y);
    context.lineTo(x, y + size + 1);
    context.lineTo(x - size, y);
    context.closePath();
  }
  context.fill();
  if (!isOrdinary) {
    context.strokeStyle = INK;
    context.lineWidth = 1;
    context.stroke();
  }
}

function text(context, words, x, y, { font = "400 16px", colour = INK, align = "left", width = Infinity } = {}) {
  context.font = `${font} ${TYPE}`;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(fitting(context, words, width), x, y);
}

const fitted = new Map();

/** As much of a text as there is room for. */
function fitting(context, words, width) {
  if (width === Infinity) return words;
  const key = `${context.font}|${width}|${words}`;
  let shown = fitted.get(key);
  if (shown === undefined) {
    shown = words;
    while (shown.length > 1 && context.measureText(shown).width > width) shown = `${shown.slice(0, -2)}…`;
    fitted.set(key, shown);
  }
  return shown;
}
