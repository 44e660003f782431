// A day in a hall where every window calls by the plain rule, ticket by ticket, as `sim.world` lets it happen.
//
// Of the same millisecond staff comes first, then windows, then leaving, then who arrives; windows in the order in which
// the end of their step was noted. Whoever is past their patience is passed over when somebody looks.

export const NEVER = 2 ** 31 - 1;
const NOBODY = -1;
const MINUTE_MS = 60_000;
const FREE = 0;
const COMES = 1;
const SERVES = 2;
const PAUSES = 3;
const RESTS = 4;

/**
 * Let a day happen. `spans` are for each window the spans [from, to] in which it is staffed; `tickets` are columns in
 * order of arrival, those who are `refused` among them. Gives for each ticket when it was called (NEVER: not) and by
 * which window.
 */
export function live(hall, spans, tickets) {
  return new HallDay(hall, spans, tickets).run();
}

class HallDay {
  constructor(hall, spans, tickets) {
    const queues = hall.services * hall.lanes.length;
    const windows = hall.windows.length;
    this.hall = hall;
    this.tickets = tickets;
    this.count = tickets.arrived_ms.length;
    this.changes = changesOf(spans);
    this.able = ableWindows(hall);
    this.called_ms = new Int32Array(this.count).fill(NEVER);
    this.window = new Int32Array(this.count).fill(NOBODY);
    this.head = new Int32Array(queues).fill(NOBODY);
    this.tail = new Int32Array(queues).fill(NOBODY);
    this.following = new Int32Array(this.count).fill(NOBODY);
    this.until_ms = new Float64Array(windows).fill(Infinity);
    this.noted = new Int32Array(windows);
    this.step = new Uint8Array(windows);
    this.served = new Int32Array(windows);
    this.isStaffed = new Uint8Array(windows);
    this.isOpen = new Uint8Array(windows);
    this.freeSince = new Int32Array(windows).fill(NOBODY);
    this.notes = 0;
    this.rests = 0;
    this.change = 0;
  }

  run() {
    const { arrived_ms } = this.tickets;
    let before_ms = -1;
    for (let ticket = 0; ticket <= this.count; ticket++) {
      // After the last arrival, whatever happens before the day closes.
      const arrives_ms = ticket < this.count ? arrived_ms[ticket] : this.hall.closes_ms - 1;
      this.advance(arrives_ms, before_ms);
      if (ticket === this.count) break;
      if (this.tickets.refused[ticket]) continue;
      before_ms = arrives_ms;
      this.arrive(ticket, arrives_ms);
    }
    return { called_ms: this.called_ms, window: this.window };
  }

  /** Everything that happens by then, staff before windows. */
  advance(by_ms, before_ms) {
    for (;;) {
      const changes_ms = this.change < this.changes.length ? this.changes[this.change].at_ms : Infinity;
      const until_ms = Math.min(by_ms, changes_ms - 1);
      for (let window = this.first(); window !== NOBODY && this.until_ms[window] <= until_ms; window = this.first()) {
        this.due(window, this.until_ms[window], before_ms);
      }
      if (changes_ms > by_ms) return;
      this.changeStaff(changes_ms);
    }
  }

  /** The busy window whose step ends first; of equals, the one that was noted first. */
  first() {
    let best = NOBODY;
    for (let window = 0; window < this.until_ms.length; window++) {
      const at_ms = this.until_ms[window];
      if (at_ms === Infinity) continue;
      const isFirst =
        best === NOBODY ||
        at_ms < this.until_ms[best] ||
        (at_ms === this.until_ms[best] && this.noted[window] < this.noted[best]);
      if (isFirst) best = window;
    }
    return best;
  }

  /** A window has done a step: the next one follows, and after the last the window calls. */
  due(window, now_ms, before_ms) {
    const ticket = this.served[window];
    if (this.step[window] === COMES) {
      this.go(window, SERVES, now_ms + this.tickets.service_ms[ticket]);
      return;
    }
    if (this.step[window] === SERVES) {
      if (!this.isStaffed[window]) this.isOpen[window] = 0;
      if (this.tickets.pause_ms[ticket] > 0) {
        this.go(window, PAUSES, now_ms + this.tickets.pause_ms[ticket]);
        return;
      }
    }
    if (this.step[window] !== RESTS && this.hall.gap_ms > 0) {
      this.go(window, RESTS, now_ms + this.hall.gap_ms);
      return;
    }
    this.step[window] = FREE;
    this.until_ms[window] = Infinity;
    // Whoever arrived in this millisecond came after those who leave in it had left.
    if (this.isOpen[window]) this.seek(window, now_ms, now_ms + (before_ms === now_ms ? 1 : 0));
  }

  /** An open window calls, or is free when nobody is there to be called. */
  seek(window, now_ms, leavesFrom) {
    const ticket = this.next(window, now_ms, leavesFrom);
    if (ticket === NOBODY) this.freeSince[window] = this.rests++;
    else this.call(window, ticket, now_ms);
  }

  call(window, ticket, now_ms) {
    const { absent_ms, walk_ms } = this.hall;
    this.called_ms[ticket] = now_ms;
    this.window[ticket] = window;
    this.served[window] = ticket;
    if (this.tickets.absent[ticket]) this.go(window, SERVES, now_ms + absent_ms);
    else if (walk_ms > 0) this.go(window, COMES, now_ms + walk_ms);
    else this.go(window, SERVES, now_ms + this.tickets.service_ms[ticket]);
  }

  /** The window's next step, and when it ends. */
  go(window, step, until_ms) {
    this.step[window] = step;
    this.until_ms[window] = until_ms;
    this.noted[window] = this.notes++;
  }

  /** Who goes closes the window, unless a visitor is there; who comes opens it and calls, unless resting from a visit. */
  changeStaff(now_ms) {
    const coming = [];
    while (this.change < this.changes.length && this.changes[this.change].at_ms <= now_ms) {
      const { window, opens } = this.changes[this.change++];
      this.isStaffed[window] = opens;
      if (opens && !this.isOpen[window]) coming.push(window);
      if (!opens && this.step[window] !== COMES && this.step[window] !== SERVES) {
        this.isOpen[window] = 0;
        this.freeSince[window] = NOBODY;
      }
    }
    for (const window of coming) this.isOpen[window] = 1;
    for (const window of coming) if (this.step[window] === FREE) this.seek(window, now_ms, now_ms);
  }

  /** A newcomer goes to a free window, of the least flexible the one that has been free longest; or stands in a queue. */
  arrive(ticket, now_ms) {
    const window = this.freeWindow(this.tickets.service[ticket]);
    if (window === NOBODY) {
      this.join(ticket);
      return;
    }
    this.freeSince[window] = NOBODY;
    this.call(window, ticket, now_ms);
  }

  freeWindow(service) {
    let best = NOBODY;
    for (const window of this.able[service]) {
      if (this.freeSince[window] === NOBODY) continue;
      if (best !== NOBODY && this.hall.windows[window].team !== this.hall.windows[best].team) break;
      if (best === NOBODY || this.freeSince[window] < this.freeSince[best]) best = window;
    }
    return best;
  }

  join(ticket) {
    const queue = this.tickets.service[ticket] * this.hall.lanes.length + this.tickets.lane[ticket];
    if (this.head[queue] === NOBODY) this.head[queue] = ticket;
    else this.following[this.tail[queue]] = ticket;
    this.tail[queue] = ticket;
  }

  /** Whom the rule names: in the first tier that has somebody, the most urgent; of equals, who came first. */
  next(window, now_ms, leavesFrom) {
    const { lanes, windows } = this.hall;
    for (const tier of windows[window].tiers) {
      let best = NOBODY;
      let bestUrgency = 0;
      for (const service of tier) {
        for (let lane = 0; lane < lanes.length; lane++) {
          const queue = service * lanes.length + lane;
          const head = this.headOf(queue, leavesFrom);
          if (head === NOBODY) continue;
          const [credit, rate] = lanes[lane];
          const urgency = credit * MINUTE_MS + rate * (now_ms - this.tickets.arrived_ms[head]);
          if (best === NOBODY || urgency > bestUrgency || (urgency === bestUrgency && head < this.head[best])) {
            best = queue;
            bestUrgency = urgency;
          }
        }
      }
      if (best !== NOBODY) {
        const ticket = this.head[best];
        this.head[best] = this.following[ticket];
        return ticket;
      }
    }
    return NOBODY;
  }

  /** The head of a queue when all are gone who leave before `leavesFrom`. */
  headOf(queue, leavesFrom) {
    const { arrived_ms, patience_ms } = this.tickets;
    let head = this.head[queue];
    while (head !== NOBODY && arrived_ms[head] + patience_ms[head] < leavesFrom) head = this.following[head];
    this.head[queue] = head;
    return head;
  }
}

/** When windows open and close; at one moment who closes comes before who opens, and both keep the plan's order. */
function changesOf(spans) {
  const changes = [];
  spans.forEach((each, window) => {
    for (const [from_ms, to_ms] of each) {
      changes.push({ at_ms: from_ms, opens: 1, window });
      if (to_ms !== NEVER) changes.push({ at_ms: to_ms, opens: 0, window });
    }
  });
  return changes.sort((one, other) => one.at_ms - other.at_ms || one.opens - other.opens || one.window - other.window);
}

/** For each service the windows that serve it, as newcomers prefer them. */
function ableWindows(hall) {
  const able = Array.from({ length: hall.services }, () => []);
  hall.windows.forEach(({ tiers }, window) => {
    for (const service of tiers.flat()) able[service].push(window);
  });
  for (const windows of able) windows.sort((one, other) => hall.windows[one].team - hall.windows[other].team);
  return able;
}
