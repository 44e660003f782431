// What a clerk may do, in which state, under which key, and in which place. The engine decides; this table only spares
// her a refusal. Every verb keeps its place, so that a second click of a double click never lands on another one.

import { t } from "/static/shared/language.js";

/** `states` are window states; `ask` names the dialog that completes the order; `look` stresses the usual next step. */
export const VERBS = [
  { slot: "next", verb: "call-next", key: "N", states: ["idle"], words: ["叫下一位", "Call next"], look: "lamp" },
  { slot: "begin", verb: "begin", key: "B", states: ["called"], words: ["开始办理", "Begin"], look: "main" },
  { slot: "finish", verb: "finish", key: "F", states: ["serving"], words: ["办结", "Finish"], look: "main" },
  { slot: "finish", verb: "finish", key: "F", states: ["called"], words: ["办结", "Finish"] },
  { slot: "finish", verb: "open", key: "O", states: ["closed"], words: ["开窗", "Open window"], look: "main" },
  {
    slot: "recall",
    verb: "recall",
    key: "R",
    states: ["called"],
    words: ["重呼", "Recall"],
    isSpent: (w) => (w.ticket?.recalls ?? 0) >= w.recall_limit,
  },
  { slot: "no-show", verb: "no-show", key: "X", states: ["called"], words: ["过号", "No-show"] },
  { slot: "hold", verb: "hold", key: "H", states: ["called", "serving"], words: ["挂起…", "Hold…"], ask: "hold" },
  {
    slot: "transfer",
    verb: "transfer",
    key: "T",
    states: ["called", "serving"],
    words: ["转移…", "Transfer…"],
    ask: "transfer",
  },
  { slot: "walk", verb: "walk-direct", key: "D", states: ["idle"], words: ["无号直办…", "No ticket…"], ask: "walk" },
  { slot: "outcome", verb: "finish", key: "E", states: ["serving"], words: ["其他结果…", "Outcome…"], ask: "finish" },
  { slot: "pause", verb: "pause", key: "P", states: ["idle"], words: ["暂停…", "Pause…"], ask: "pause" },
  { slot: "pause", verb: "resume", key: "P", states: ["paused"], words: ["恢复服务", "Resume"], look: "main" },
  { slot: "close", verb: "close", key: "C", states: ["idle", "paused"], words: ["关窗", "Close"] },
];

export const SLOTS = [...new Set(VERBS.map((one) => one.slot))];

export const offered = (window) => VERBS.filter((one) => one.states.includes(window.state));

export const verbName = (one) => t(...one.words);

/** The offered verb of a pressed key, or null while somebody types, holds a modifier, or keeps a key down. */
export function verbOfKey(event, window) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return null;
  if (event.target.closest?.("input, select, textarea, dialog, [contenteditable]")) return null;
  return offered(window).find((one) => one.key === event.key.toUpperCase()) ?? null;
}
