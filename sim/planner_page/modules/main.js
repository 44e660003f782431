// Begin: language, plots, the day, and what if, in the order in which they are looked at.

import { startAnimation } from "page/animation";
import { bindLanguage } from "page/language";
import { drawForPaper, showPlots } from "page/plots";
import { startWhatIf } from "page/what_if";

const { plots, day, what_if: whatIf } = JSON.parse(document.getElementById("data").textContent);
bindLanguage();
await showPlots(plots);
if (day) startAnimation(day);
if (whatIf) await startWhatIf(whatIf, plots.waits);
await drawForPaper(plots);
