// Figures and states as people say them, in both languages.

import { pick, t } from "./language.js";

const MINUTE_S = 60;
const HOUR_MIN = 60;
const LONG_MIN = 90;
const SHORTEST_MIN = 2;

/** A wait `{p50, p90}` in seconds as a range: "约 8–20 分钟". */
export function waitRange(wait) {
  if (!wait || wait.p90 === null || wait.p90 === undefined) return t("暂无估计", "No estimate yet");
  const high = Math.max(SHORTEST_MIN, Math.ceil(wait.p90 / MINUTE_S));
  const low = Math.min(high, Math.max(0, Math.floor((wait.p50 ?? wait.p90) / MINUTE_S)));
  if (low === 0) return t(`${high} 分钟以内`, `Within ${high} minutes`);
  if (high > LONG_MIN) return t(`约\u00a0${long(low)} –\u00a0${long(high)}`, `About ${long(low)} –\u00a0${long(high)}`);
  if (low === high) return t(`约 ${high} 分钟`, `About ${high} minutes`);
  return t(`约 ${low}–${high} 分钟`, `About ${low}\u2060–\u2060${high} minutes`);
}

/** Minutes beyond the first hour, to five minutes: "1 小时 35 分", never wrapped. */
function long(minutes) {
  const rounded = Math.round(minutes / 5) * 5;
  const hours = Math.floor(rounded / HOUR_MIN);
  const rest = rounded % HOUR_MIN;
  if (hours === 0) return t(`${rest}\u00a0分钟`, `${rest}\u00a0min`);
  if (rest === 0) return t(`${hours}\u00a0小时`, `${hours}\u00a0h`);
  return t(`${hours}\u00a0小时\u00a0${rest}\u00a0分`, `${hours}\u00a0h\u00a0${rest}\u00a0min`);
}

/** A running time: "3:07", "1:02:40". */
export function stopwatch(seconds) {
  const whole = Math.floor(seconds);
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A waited time in whole minutes: "12 分钟". */
export function waited(seconds) {
  const minutes = Math.floor(seconds / MINUTE_S);
  return t(`${minutes} 分钟`, `${minutes} min`);
}

/** "等候 12 人". */
export const waitingCount = (n) => t(`等候 ${n} 人`, `${n} waiting`);

/** A window as people say it: its own name, else "3号窗口". */
export const windowName = (window) => pick(window.name) || t(`${window.number}号窗口`, `Window ${window.number}`);

const WINDOW_STATES = {
  closed: ["未开", "Closed"],
  idle: ["空闲", "Free"],
  called: ["叫号中", "Calling"],
  serving: ["办理中", "Serving"],
  paused: ["暂停服务", "Paused"],
};

export const windowState = (state) => t(...(WINDOW_STATES[state] ?? [state, state]));

const PHASES = {
  closed: ["今日未开始", "Not open now"],
  open: ["正在取号", "Open"],
  ending: ["已停止取号，持号者继续办理", "No more tickets today; ticket holders are served"],
};

export const phaseName = (phase) => t(...(PHASES[phase] ?? [phase, phase]));

const PAUSES = {
  break: ["短暂休息", "Short break"],
  lunch: ["用餐", "Lunch"],
  meeting: ["开会", "Meeting"],
  equipment: ["设备故障", "Equipment fault"],
};

export const PAUSE_REASONS = Object.keys(PAUSES);
export const pauseName = (reason) => t(...(PAUSES[reason] ?? [reason, reason]));

const GROUPS = {
  elderly: ["老年人", "Older person"],
  disabled: ["残疾人", "Disabled person"],
  pregnant: ["孕妇", "Pregnant"],
  infant: ["携带婴幼儿", "With an infant"],
  military: ["军人、退役军人", "Military or veteran"],
  veteran: ["退役军人", "Veteran"],
};

/** A priority group (of a lane's `groups`) as the kiosk names it. */
export const groupName = (group) => t(...(GROUPS[group] ?? [group, group]));

/** The kind of evidence that the engine knows for a group. */
export const evidenceOf = (group) => (group in GROUPS ? group : "other");
