// What if: the reader changes windows, visitors and handling times, and the page simulates its days again.

import { draw } from "page/plots";
import { language, onLanguage, pick, t } from "page/language";
import { isKept } from "page/measures";
import { unpackedTickets } from "page/packed";
import { tried, windowHours } from "page/trials";

const SETTLE_MS = 120;
const MINUTE_MS = 60_000;

/** Bind the page's sliders to its simulation; says first how far that is from the simulator's figures. `waits` is the
 * page's plot of waits, in whose frame the answer is drawn. */
export async function startWhatIf(handed, waits) {
  const whatIf = new WhatIf(handed, waits);
  whatIf.build();
  await whatIf.compare();
}

class WhatIf {
  constructor(handed, waits) {
    this.handed = handed;
    this.waits = waits;
    this.setup = { ...handed, tickets: handed.days.map(unpackedTickets) };
    this.plan = null;
    this.changed = null;
    this.errors = null;
    this.run = 0;
    this.section = document.getElementById("what-if");
    this.reset();
    onLanguage(() => this.show());
  }

  reset() {
    this.needed = this.handed.staff.needed.map((row) => [...row]);
    this.byGroup = this.handed.staff.groups.map(() => 0);
    this.arrivals = 1;
    this.handling = 1;
  }

  build() {
    this.section.querySelector("#reset").addEventListener("click", () => {
      this.reset();
      this.fill();
      this.ask();
    });
    for (const name of ["arrivals", "handling"]) {
      this.section.querySelector(`#set-${name}`).addEventListener("input", (event) => {
        this[name] = Number(event.target.value) / 100;
        this.fill();
        this.ask();
      });
    }
    for (const slider of this.section.querySelectorAll("[data-group]")) {
      slider.addEventListener("input", () => this.moveGroup(Number(slider.dataset.group), Number(slider.value)));
    }
    for (const cell of this.section.querySelectorAll("[data-cell]")) {
      cell.addEventListener("change", () => this.setCell(cell));
    }
    this.fill();
  }

  /** So many windows more in each half hour in which the plan has any, or fewer. */
  moveGroup(group, by) {
    const { groups, needed } = this.handed.staff;
    const most = groups[group].windows.length;
    this.byGroup[group] = by;
    this.needed[group] = needed[group].map((count) => (count ? Math.min(most, Math.max(0, count + by)) : 0));
    this.fill();
    this.ask();
  }

  setCell(cell) {
    const [group, slot] = cell.dataset.cell.split("-").map(Number);
    const most = this.handed.staff.groups[group].windows.length;
    this.needed[group][slot] = Math.min(most, Math.max(0, Math.round(Number(cell.value) || 0)));
    this.fill();
    this.ask();
  }

  /** The controls show what is set. */
  fill() {
    for (const name of ["arrivals", "handling"]) {
      const shown = `${Math.round(this[name] * 100)}%`;
      const slider = this.section.querySelector(`#set-${name}`);
      slider.value = Math.round(this[name] * 100);
      slider.setAttribute("aria-valuetext", shown);
      this.section.querySelector(`#shown-${name}`).textContent = shown;
    }
    for (const slider of this.section.querySelectorAll("[data-group]")) {
      const by = this.byGroup[Number(slider.dataset.group)];
      slider.value = by;
      slider.nextElementSibling.textContent = by > 0 ? `+${by}` : String(by).replace("-", "−");
    }
    for (const cell of this.section.querySelectorAll("[data-cell]")) {
      const [group, slot] = cell.dataset.cell.split("-").map(Number);
      cell.value = this.needed[group][slot];
      cell.classList.toggle("moved", this.needed[group][slot] !== this.handed.staff.needed[group][slot]);
    }
  }

  /** Simulate what is set, once the reader's hand rests; what was asked before is given up. */
  async ask() {
    const run = ++this.run;
    this.section.dataset.state = "busy";
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    if (run !== this.run) return;
    const question = { needed: this.needed.map((row) => [...row]), arrivals: this.arrivals, handling: this.handling };
    const answer = await tried(this.setup, question, () => run !== this.run);
    if (answer === null) return;
    this.changed = answer;
    this.section.dataset.state = "answered";
    this.show();
  }

  /** Try the plan, and then everything else the simulator was asked, and note by how much the estimates are off. */
  async compare() {
    const { staff, probes, targets } = this.handed;
    this.plan = await tried(this.setup, { needed: staff.needed, arrivals: 1, handling: 1 }, () => false);
    this.changed ??= this.plan;
    this.show();
    const errors = targets.map(() => 0);
    for (const probe of probes) {
      const answer = await tried(this.setup, { ...probe, needed: probe.needed ?? staff.needed }, () => false);
      this.estimates(answer).forEach((value, place) => {
        errors[place] = Math.max(errors[place], Math.abs(value - probe.reached[place].value));
      });
    }
    this.errors = { errors, count: probes.length };
    this.section.dataset.checked = "yes";
    this.section.dataset.state ||= "answered";
    this.show();
  }

  /**
   * The simulator's figures of the plan and, beside them, what the page's days say the change does. The same visitors meet
   * both, so the difference is known far better than either figure.
   */
  estimates(answer) {
    return this.handed.targets.map((target, place) => {
      const { value } = this.handed.simulated[place];
      const change = (answer.values[place] ?? 0) - (this.plan.values[place] ?? 0);
      return Math.min(target.measure === "wait" ? Infinity : 1, Math.max(0, value + change));
    });
  }

  show() {
    if (this.plan === null || this.changed === null) return;
    this.section.querySelector("#answers").replaceChildren(...this.rows());
    this.section.querySelector("#error").textContent = this.errorText();
    this.section.querySelector("#answer").textContent = this.sentence();
    this.drawWaits();
  }

  rows() {
    const { targets, simulated } = this.handed;
    const estimates = this.estimates(this.changed);
    const rows = targets.map((target, place) => {
      const row = this.row(
        `${pick(target.name)}${t("（目标", " (target: ")}${pick(target.wanted)}${t("）", ")")}`,
        shown(target, simulated[place].value),
        shown(target, this.plan.values[place]),
        shown(target, this.changed.values[place]),
        shown(target, estimates[place]),
      );
      row.classList.toggle("missed", !isKept(target, estimates[place]));
      return row;
    });
    rows.push(this.row(t("平均等候", "Mean wait"), "–", minutes(this.plan.mean_ms), minutes(this.changed.mean_ms), "–"));
    const hours = windowHours(this.handed.staff, this.handed.staff.needed);
    const changed = number(this.changed.hours);
    rows.push(this.row(t("窗口小时", "Window hours"), number(hours), number(this.plan.hours), changed, changed));
    const visitors = [number(this.plan.visitors), number(this.changed.visitors)];
    rows.push(this.row(t("每天来人", "Visitors a day"), "–", ...visitors, "–"));
    return rows;
  }

  row(name, ...values) {
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = name;
    row.append(head, ...values.map((value) => Object.assign(document.createElement("td"), { textContent: value })));
    return row;
  }

  errorText() {
    if (this.errors === null) return t("正在与模拟器核对……", "Comparing with the simulator …");
    if (this.errors.count === 0) return t("没有可核对的情形。", "There was nothing to compare with.");
    const { targets } = this.handed;
    const each = targets.map((target, place) => `${pick(target.name)} ${difference(target, this.errors.errors[place])}`);
    return t(
      `估计值已在模拟器算过的 ${this.errors.count} 种改动上核对，最大相差：${each.join("；")}。`,
      `The estimates were compared with the simulator for ${this.errors.count} changes; they were off by at most:` +
        ` ${each.join("; ")}.`,
    );
  }

  sentence() {
    const { targets } = this.handed;
    const estimates = this.estimates(this.changed);
    const missed = targets.filter((target, place) => !isKept(target, estimates[place]));
    const more = this.changed.hours - this.plan.hours;
    const cost = t(
      more === 0 ? "窗口小时不变" : `每天${more > 0 ? "多" : "少"} ${number(Math.abs(more))} 个窗口小时`,
      more === 0 ? "The same window hours" : `${number(Math.abs(more))} window hours ${more > 0 ? "more" : "fewer"} a day`,
    );
    if (missed.length === 0) return t(`${cost}，各项目标都能做到。`, `${cost}, and every target is kept.`);
    const named = missed.map((target) => pick(target.name)).join(t("、", "; "));
    return t(`${cost}，做不到：${named}。`, `${cost}; not kept: ${named}.`);
  }

  drawWaits() {
    const { layout } = structuredClone(this.waits[language()]);
    const x = this.handed.staff.slots.map(({ from, to }) => (from + to) / 120);
    const series = [
      [t("本方案", "This plan"), this.plan, "#0072b2", "dot", "circle"],
      [t("改动后", "With your changes"), this.changed, "#d55e00", "solid", "diamond"],
    ];
    const data = series.map(([name, answer, color, dash, symbol]) => ({
      type: "scatter",
      mode: "lines+markers",
      name,
      x,
      y: answer.bySlot.map(({ p90 }) => p90),
      line: { color, dash, width: 3 },
      marker: { color, symbol, size: 9 },
      hovertemplate: "%{y:.1f}",
    }));
    layout.yaxis.title.text = t("九成不超过（分钟）", "90% wait at most (min)");
    draw(document.getElementById("plot-what-if"), { data, layout }, 360);
  }
}

const shown = (target, value) => {
  if (value === null) return "–";
  return target.measure === "wait" ? minutes(value) : `${(value * 100).toFixed(1)}%`;
};

const difference = (target, value) =>
  target.measure === "wait" ? minutes(value) : t(`${(value * 100).toFixed(1)} 个百分点`, `${(value * 100).toFixed(1)} points`);

const minutes = (value_ms) => (value_ms === null ? "–" : `${(value_ms / MINUTE_MS).toFixed(1)} ${t("分钟", "min")}`);

const number = (value) => value.toLocaleString("en", { maximumFractionDigits: 1 });
