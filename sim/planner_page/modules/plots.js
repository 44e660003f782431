// The plots of the page, drawn by Plotly in the reader's language, and each once more as a picture for paper.

import { language, onLanguage } from "page/language";

const CONFIG = { displayModeBar: false, responsive: true };
const PAPER = 720;

/** Draw every plot `{key: {zh, en, height}}` into its element, and again after a change of language. */
export async function showPlots(plots) {
  onLanguage(() => drawAll(plots));
  await drawAll(plots);
}

/** Draw one figure into an element that keeps its height. */
export function draw(node, { data, layout }, height) {
  node.style.height = `${height}px`;
  return Plotly.react(node, data, { ...layout, height, autosize: true }, CONFIG);
}

let drawing = 0;

async function drawAll(plots) {
  const mine = ++drawing;
  document.body.dataset.plots = "drawing";
  for (const [key, plot] of Object.entries(plots)) {
    const figure = structuredClone(plot[language()]);
    await draw(document.getElementById(`plot-${key}`), figure, plot.height);
    if (mine !== drawing) return;
  }
  for (const [key, plot] of Object.entries(plots)) {
    const figure = structuredClone(plot[language()]);
    figure.layout = { ...figure.layout, width: PAPER, height: plot.height };
    const picture = document.getElementById(`paper-${key}`);
    picture.src = await Plotly.toImage(figure, { format: "svg", width: PAPER, height: plot.height });
    if (mine !== drawing) return;
  }
  document.body.dataset.plots = "drawn";
}
