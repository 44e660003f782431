// What a clerk may do, in which state, under which key. The engine decides; this table only spares her a refusal.

import { t } from "/static/shared/language.js";

/** `states` are window states; `ask` names the dialog that completes the order; the first shown verb is the large one. */
export const VERBS = [
  { verb: "open", key: "O", states: ["closed"], words: ["开窗", "Open window"], look: "main" },
  { verb: "call-next", key: "N", states: ["idle"], words: ["叫下一位", "Call next"], look: "lamp" },
  { verb: "begin", key: "B", states: ["called"], words: ["开始办理", "Begin"], look: "main" },
  { verb: "finish", key: "F", states: ["serving"], words: ["办结", "Finish"], look: "main" },
  { verb: "resume", key: "P", states: ["paused"], words: ["恢复服务", "Resume"], look: "main" },
  { verb: "recall", key: "R", states: ["called"], words: ["重呼", "Recall"], unless: (w) => (w.ticket?.recalls ?? 0) >= w.recall_limit },
  { verb: "no-show", key: "X", states: ["called"], words: ["过号", "No-show"] },
  { verb: "finish", key: "F", states: ["called"], words: ["办结", "Finish"] },
  { verb: "finish", key: "E", states: ["serving"], words: ["其他结果…", "Other outcome…"], ask: "finish" },
  { verb: "hold", key: "H", states: ["called", "serving"], words: ["挂起…", "Hold…"], ask: "hold" },
  { verb: "transfer", key: "T", states: ["called", "serving"], words: ["转移…", "Transfer…"], ask: "transfer" },
  { verb: "walk-direct", key: "D", states: ["idle"], words: ["无号直接办…", "Without ticket…"], ask: "walk" },
  { verb: "pause", key: "P", states: ["idle"], words: ["暂停…", "Pause…"], ask: "pause" },
  { verb: "close", key: "C", states: ["idle", "paused"], words: ["关窗", "Close window"] },
];

export const offered = (window) => VERBS.filter((one) => one.states.includes(window.state) && !one.unless?.(window));

export const verbName = (one) => t(...one.words);

/** The offered verb of a pressed key, or null while somebody types, holds a modifier, or keeps a key down. */
export function verbOfKey(event, window) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return null;
  if (event.target.closest?.("input, select, textarea, dialog, [contenteditable]")) return null;
  return offered(window).find((one) => one.key === event.key.toUpperCase()) ?? null;
}
