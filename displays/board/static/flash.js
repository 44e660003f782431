// Calls take turns on the screen: two in the same second are both shown, each long enough to be read.

const SHOWN_MS = 4000;
const SHOWN_IN_A_CROWD_MS = 1600;
const CROWD = 3;
const SHOWN_MAX = 12;
const REMEMBERED_MAX = 200;

/** A queue of calls; `show(call)` lights one up, `rest()` puts the light out when nobody follows. */
export class Flashes {
  constructor({ show, rest }) {
    this.show = show;
    this.rest = rest;
    this.queue = [];
    this.seen = new Set();
    this.timer = null;
  }

  /** Take a call once; the same event id again changes nothing. */
  add(id, call) {
    if (!this.remember(id)) return;
    this.queue.push(call);
    // A screen that falls behind the hall by a minute helps nobody: the oldest go straight to the list.
    if (this.queue.length > SHOWN_MAX) this.queue.shift();
    if (this.timer === null) this.#next();
  }

  /** Note that this event was dealt with; false when it had been already. */
  remember(id) {
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    if (this.seen.size > REMEMBERED_MAX) this.seen.delete(this.seen.values().next().value);
    return true;
  }

  /** Nothing to show any more: what is queued no longer holds. */
  clear() {
    this.queue = [];
  }

  #next() {
    const call = this.queue.shift();
    if (!call) {
      this.timer = null;
      this.rest();
      return;
    }
    this.show(call);
    this.timer = setTimeout(() => this.#next(), this.queue.length >= CROWD ? SHOWN_IN_A_CROWD_MS : SHOWN_MS);
  }
}
