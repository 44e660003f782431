// One wish for a number, drawn once: however often the screen is tapped, the link fails or the page restarts.

import { newKey, order } from "/static/shared/request.js";

const KEPT = "kiosk-intent";
const KEPT_MS = 120_000;

/** A new intent: what is wanted, under a key of its own; kept until it is settled. */
export function newIntent(wish) {
  const intent = { key: newKey(), wish, madeMs: Date.now() };
  sessionStorage.setItem(KEPT, JSON.stringify(intent));
  return intent;
}

/** The intent that a restart of the page left unsettled, or null. */
export function unsettledIntent() {
  const intent = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  return intent && Date.now() - intent.madeMs < KEPT_MS ? intent : null;
}

/** The ticket for `intent`; raises `Problem`. An unanswered intent stays kept and can be drawn again, once. */
export async function draw(intent) {
  try {
    const ticket = await order("/tickets", intent.wish, { key: intent.key, patienceMs: 15_000 });
    forget();
    return ticket;
  } catch (problem) {
    if (problem.code !== "unreachable" && problem.status < 500) forget();
    throw problem;
  }
}

export const forget = () => sessionStorage.removeItem(KEPT);
