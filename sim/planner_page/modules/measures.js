// What days come to: the figures of the targets, as `sim.staffing.promises` counts them, and waits by half hour.

import { NEVER } from "page/hall_day";

const SLOT_MS = 30 * 60_000;

/**
 * What became of each ticket of a day: its half hour, whether it was served, whether it went away unserved, and how long
 * it waited from the number on.
 */
export function outcomesOf(tickets, called_ms, slots) {
  const count = tickets.arrived_ms.length;
  const found = {
    slot: new Int16Array(count),
    served: new Uint8Array(count),
    unserved: new Uint8Array(count),
    wait_ms: new Float64Array(count),
  };
  const first_ms = slots[0].from * 60_000;
  for (let ticket = 0; ticket < count; ticket++) {
    const issued_ms = tickets.arrived_ms[ticket] - tickets.before_ms[ticket];
    const slot = Math.floor((issued_ms - first_ms) / SLOT_MS);
    const isCalled = called_ms[ticket] !== NEVER;
    found.slot[ticket] = Math.min(Math.max(slot, 0), slots.length - 1);
    found.served[ticket] = isCalled && !tickets.absent[ticket] ? 1 : 0;
    found.unserved[ticket] = isCalled ? 0 : 1;
    found.wait_ms[ticket] = isCalled ? called_ms[ticket] - issued_ms : 0;
  }
  return found;
}

/** A target's figure over days `[{tickets, outcomes}]`: milliseconds for a wait, a share otherwise; null of nobody. */
export function valueOf(target, days, slots) {
  if (!target.per_slot) return valueIn(target, days, null);
  const busy = slots.map((_, slot) => slot).filter((slot) => visitorsIn(days, slot) >= days.length);
  const values = busy.map((slot) => valueIn(target, days, slot)).filter((value) => value !== null);
  if (values.length === 0) return null;
  return target.measure === "within" ? Math.min(...values) : Math.max(...values);
}

/** Whether a figure is on the right side of a target. */
export function isKept(target, value) {
  if (value === null) return true;
  if (target.measure === "wait") return value <= target.limit_ms;
  return target.measure === "within" ? value >= target.share : value <= target.share;
}

/** By half hour the mean wait and the wait that 90% do not exceed, in minutes; null where nobody was served. */
export function waitsBySlot(days, slots) {
  return slots.map((_, slot) => {
    const waits = waitsOf({ lane: null, service: null }, days, slot);
    if (waits.length === 0) return { mean: null, p90: null };
    const sum = waits.reduce((total, wait_ms) => total + wait_ms, 0);
    return { mean: sum / waits.length / 60_000, p90: quantile(waits, 0.9) / 60_000 };
  });
}

/** The mean wait of the served in milliseconds; null of nobody. */
export function meanWait(days) {
  const waits = waitsOf({ lane: null, service: null }, days, null);
  return waits.length ? waits.reduce((total, wait_ms) => total + wait_ms, 0) / waits.length : null;
}

function valueIn(target, days, slot) {
  if (target.measure === "wait") {
    const waits = waitsOf(target, days, slot);
    return waits.length ? quantile(waits, target.share) : null;
  }
  let counted = 0;
  let base = 0;
  forEach(target, days, slot, ({ served, unserved, wait_ms }, ticket) => {
    if (target.measure === "abandoned") {
      counted += unserved[ticket];
      base += 1;
    } else if (served[ticket]) {
      counted += wait_ms[ticket] <= target.limit_ms ? 1 : 0;
      base += 1;
    }
  });
  return base ? counted / base : null;
}

function waitsOf(scope, days, slot) {
  const waits = [];
  forEach(scope, days, slot, (outcomes, ticket) => {
    if (outcomes.served[ticket]) waits.push(outcomes.wait_ms[ticket]);
  });
  return Float64Array.from(waits).sort();
}

function forEach({ lane, service }, days, slot, visit) {
  for (const { tickets, outcomes } of days) {
    for (let ticket = 0; ticket < outcomes.slot.length; ticket++) {
      if (slot !== null && outcomes.slot[ticket] !== slot) continue;
      if (lane !== null && tickets.lane[ticket] !== lane) continue;
      if (service !== null && tickets.service[ticket] !== service) continue;
      visit(outcomes, ticket);
    }
  }
}

function visitorsIn(days, slot) {
  let count = 0;
  forEach({ lane: null, service: null }, days, slot, () => count++);
  return count;
}

/** The smallest wait that at least this share do not exceed. */
function quantile(ordered, share) {
  return ordered[Math.max(0, Math.ceil(share * ordered.length - 1e-9) - 1)];
}
