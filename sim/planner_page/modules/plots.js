// The plots of the page, drawn by Plotly in the reader's language, and each once more as a picture for paper.

import { language, onLanguage } from "page/language";

const CONFIG = { displayModeBar: false, responsive: true };
const PAPER = 720;
const TICK = 40;
const BESIDE_NAMES = 0.45;
const FAINT = "rgba(15,36,48,0.55)";
const stripes = (angle) => `repeating-linear-gradient(${angle}, ${FAINT} 0 1px, transparent 1px 5px)`;
const PATTERNS = {
  "": "",
  "/": `${stripes("135deg")}, `,
  "\\": `${stripes("45deg")}, `,
  "-": `${stripes("0deg")}, `,
  "|": `${stripes("90deg")}, `,
  x: `${stripes("45deg")}, ${stripes("135deg")}, `,
  "+": `${stripes("0deg")}, ${stripes("90deg")}, `,
  ".": `radial-gradient(${FAINT} 1.5px, transparent 2px) 0 0 / 5px 5px, `,
};
const SIGNS = {
  circle: "●",
  square: "■",
  diamond: "◆",
  cross: "✚",
  x: "✖",
  "triangle-up": "▲",
  "triangle-down": "▼",
  pentagon: "⬟",
  hexagon: "⬢",
  star: "★",
};

/** Draw every plot `{key: {zh, en, height}}` into its element, and again after a change of language. */
export async function showPlots(plots) {
  onLanguage(async () => {
    await drawAll(plots);
    await drawForPaper(plots);
  });
  await drawAll(plots);
}

/** Draw one figure into an element that keeps its height, with its legend in the list before it. */
export function draw(node, { data, layout }, height) {
  node.style.height = `${height}px`;
  thinOut(layout, node.clientWidth);
  node.previousElementSibling.replaceChildren(...legendOf(data));
  return Plotly.react(node, data, { ...layout, height, autosize: true, showlegend: false }, CONFIG);
}

/** Where there is little room, fewer hours are written at the axis. */
function thinOut({ xaxis, yaxis }, width) {
  if (!xaxis.ticktext) return;
  const room = yaxis.type === "category" ? width * BESIDE_NAMES : width;
  const step = Math.ceil((TICK * xaxis.tickvals.length) / room);
  xaxis.ticktext = xaxis.ticktext.map((text, place) => (place % step === 0 ? text : ""));
}

function legendOf(data) {
  const named = data.filter(({ name, showlegend }) => name && showlegend !== false);
  return named.length < 2 ? [] : named.map(entryOf);
}

/** A coloured field with the bars' pattern, a line, or a line's sign; then the name. */
function entryOf({ type, name, line, marker, mode }) {
  const entry = document.createElement("li");
  const sign = document.createElement(type === "bar" ? "i" : mode === "lines" ? "s" : "b");
  if (type === "bar") {
    sign.style.background = `${PATTERNS[marker.pattern?.shape ?? ""]}${marker.color}`;
  } else if (mode === "lines") {
    sign.style.borderTopColor = line.color;
    sign.style.borderTopStyle = line.dash === "dash" ? "dashed" : "solid";
  } else {
    sign.style.color = marker.color;
    sign.textContent = SIGNS[marker.symbol ?? "circle"];
  }
  entry.append(sign, name);
  return entry;
}

let drawing = 0;

async function drawAll(plots) {
  const mine = ++drawing;
  document.body.dataset.plots = "drawing";
  for (const [key, plot] of Object.entries(plots)) {
    await draw(document.getElementById(`plot-${key}`), structuredClone(plot[language()]), plot.height);
    if (mine !== drawing) return;
  }
  document.body.dataset.plots = "drawn";
}

/** Every plot once more as a picture as wide as a sheet, since a drawing for the screen does not follow the paper. */
export async function drawForPaper(plots) {
  const mine = drawing;
  document.body.dataset.paper = "drawing";
  for (const [key, plot] of Object.entries(plots)) {
    const { data, layout } = structuredClone(plot[language()]);
    const size = { width: PAPER, height: plot.height };
    const picture = await Plotly.toImage({ data, layout: { ...layout, ...size } }, { format: "svg", ...size });
    if (mine !== drawing) return;
    document.getElementById(`paper-${key}`).src = picture;
  }
  document.body.dataset.paper = "drawn";
}
