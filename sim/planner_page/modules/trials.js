// A plan tried on the page's days: who is staffed when, with more or fewer visitors, and slower or quicker windows.

import { NEVER, live } from "page/hall_day";
import { meanWait, outcomesOf, valueOf, waitsBySlot } from "page/measures";

const MINUTE_MS = 60_000;
// Multiples of the golden section lie evenly between 0 and 1 however many are taken.
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The spans in which each window is staffed when group g has `needed[g][slot]` of its windows; the last is open-ended. */
export function spansOf(staff, needed, windows) {
  const spans = Array.from({ length: windows }, () => []);
  const pieces = piecesOf(staff);
  staff.groups.forEach((group, place) => {
    group.windows.forEach((window, order) => {
      spans[window] = group.fixed ? group.fixed[order] : joined(pieces.filter(({ slot }) => needed[place][slot] > order));
    });
  });
  return spans;
}

function piecesOf({ slots, hours }) {
  const pieces = [];
  slots.forEach((slot, place) => {
    for (const [opens, closes] of hours) {
      const from = Math.max(opens, slot.from);
      const to = Math.min(closes, slot.to);
      if (from < to) pieces.push({ from_ms: from * MINUTE_MS, to_ms: to * MINUTE_MS, slot: place });
    }
  });
  pieces[pieces.length - 1].to_ms = NEVER;
  return pieces;
}

function joined(pieces) {
  const spans = [];
  for (const { from_ms, to_ms } of pieces) {
    const last = spans[spans.length - 1];
    if (last && last[1] === from_ms) last[1] = to_ms;
    else spans.push([from_ms, to_ms]);
  }
  return spans;
}

/** Window hours a day of the planned groups. */
export function windowHours(staff, needed) {
  let minutes = 0;
  staff.groups.forEach((group, place) => {
    if (!group.fixed) staff.slots.forEach((slot, at) => (minutes += needed[place][at] * slot.open));
  });
  return minutes / 60;
}

/**
 * Try `{needed, arrivals, handling}` on days of tickets, one after the other, letting the page breathe between them.
 * Gives null when `isStale()` has become true meanwhile.
 */
export async function tried(setup, { needed, arrivals, handling }, isStale) {
  const { hall, staff, targets, tickets } = setup;
  const spans = spansOf(staff, needed, hall.windows.length);
  const days = [];
  for (let place = 0; place < tickets.length; place++) {
    const scaled = scaledDay(tickets[place], tickets[(place + 1) % tickets.length], arrivals, handling);
    const { called_ms } = live(hall, spans, scaled);
    days.push({ tickets: scaled, outcomes: outcomesOf(scaled, called_ms, staff.slots) });
    await new Promise((resolve) => setTimeout(resolve));
    if (isStale()) return null;
  }
  return {
    values: targets.map((target) => valueOf(target, days, staff.slots)),
    mean_ms: meanWait(days),
    bySlot: waitsBySlot(days, staff.slots),
    hours: windowHours(staff, needed),
    visitors: days.reduce((sum, day) => sum + day.tickets.arrived_ms.length, 0) / days.length,
  };
}

/** A day with other numbers: an even part of its tickets, or beside all of them an even part of another day's. */
export function scaledDay(day, other, arrivals, handling) {
  const mine = chosen(day, Math.min(1, arrivals));
  const more = arrivals > 1 ? chosen(other, arrivals - 1) : [];
  if (mine.length === day.arrived_ms.length && more.length === 0 && handling === 1) return day;
  const rows = [...mine.map((row) => [day, row]), ...more.map((row) => [other, row])];
  // The sort is stable, so tickets of one moment keep their order.
  rows.sort(([one, a], [another, b]) => one.arrived_ms[a] - another.arrived_ms[b]);
  const scaled = {};
  for (const name of Object.keys(day)) {
    const factor = name === "service_ms" ? handling : 1;
    scaled[name] = Int32Array.from(rows, ([from, row]) => Math.round(from[name][row] * factor));
  }
  return scaled;
}

function chosen(day, share) {
  const rows = [];
  for (let row = 0; row < day.arrived_ms.length; row++) if (((row + 1) * GOLDEN) % 1 < share) rows.push(row);
  return rows;
}
