// The hall's time: whatever the engine last said, carried on by this machine's steady clock. A kiosk whose own clock is
// wrong, or a demonstration that runs faster than life, still shows the hall's time.

const TIME = /^(.+?)(Z|[+-]\d\d:?\d\d)$/;

export class HallClock {
  constructor() {
    this.atMs = Date.now();
    this.offsetMin = -new Date().getTimezoneOffset();
    this.heardMs = performance.now();
    this.isSet = false;
  }

  /** Take an ISO 8601 time with offset from any message; an older one than shown is kept out. */
  hear(iso) {
    if (!iso) return;
    const ms = Date.parse(iso);
    if (Number.isNaN(ms) || (this.isSet && ms < this.nowMs() - 2000)) return;
    this.atMs = ms;
    this.offsetMin = offsetOf(iso);
    this.heardMs = performance.now();
    this.isSet = true;
  }

  nowMs() {
    return this.atMs + (performance.now() - this.heardMs);
  }

  /** Seconds since an ISO time, never less than 0. */
  since(iso) {
    return Math.max(0, (this.nowMs() - Date.parse(iso)) / 1000);
  }

  /** "09:05", in the hall's time zone. */
  time() {
    return hoursAndMinutes(this.nowMs(), this.offsetMin);
  }

  /** {year, month, day, weekday}, in the hall's time zone. */
  date() {
    const local = new Date(this.nowMs() + this.offsetMin * 60_000);
    return {
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      weekday: local.getUTCDay(),
    };
  }
}

/** "09:05" of an ISO time with offset, as the hall's own clock showed it. */
export const timeOf = (iso) => (iso ? hoursAndMinutes(Date.parse(iso), offsetOf(iso)) : "");

/** Write the hall's time into every `[data-clock]` of the page, each second. */
export function showClock(clock) {
  const write = () => {
    for (const node of document.querySelectorAll("[data-clock]")) {
      const text = clock.time();
      if (node.textContent !== text) node.textContent = text;
    }
  };
  write();
  setInterval(write, 1000);
}

function offsetOf(iso) {
  const [, , zone] = TIME.exec(iso) ?? [];
  if (!zone || zone === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return zone[0] === "-" ? -minutes : minutes;
}

function hoursAndMinutes(ms, offsetMin) {
  const local = new Date(ms + offsetMin * 60_000);
  const two = (n) => String(n).padStart(2, "0");
  return `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
}
