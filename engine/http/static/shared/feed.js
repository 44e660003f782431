// The hall's live feed: Server-Sent Events read with fetch, so that a page sees every sign of life, resumes at the
// position it had, and comes back by itself however the link ended.

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 3000;
const QUIET_MS = 10_000;

/**
 * Follow the hall. Handlers, all optional:
 *   onSnapshot(view)  the whole public state: at the start, and whenever the gap was too old to fill
 *   onFact(fact)      one fact, in journal order
 *   onBeat(beat)      {at, position, epoch}, every 2 s
 *   onLink(link)      "live", "lost" (no connection) or "quiet" (a connection without a sign of life for 10 s)
 *   onReturn()        the link came back, or the engine is a new one: re-read what you show
 */
export class Feed {
  constructor(handlers = {}, address = "/api/v1/events") {
    this.handlers = handlers;
    this.address = address;
    this.link = "starting";
    this.lastId = null;
    this.epoch = null;
    this.heardMs = performance.now();
    this.hasBeenLive = false;
    this.failures = 0;
    this.wake = null;
  }

  start() {
    this.#run();
    setInterval(() => this.#watch(), 1000);
    window.addEventListener("online", () => this.#hurry());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#hurry();
    });
    return this;
  }

  /** Milliseconds since the last sign of life. */
  quietMs() {
    return performance.now() - this.heardMs;
  }

  async #run() {
    for (;;) {
      this.abort = new AbortController();
      try {
        await this.#read(this.abort.signal);
      } catch {
        // Refused, cut, or given up by #watch: for a page every ending means the same, begin again.
      }
      if (this.link !== "quiet") this.#setLink("lost");
      await this.#pause();
    }
  }

  async #read(signal) {
    const headers = { Accept: "text/event-stream" };
    if (this.lastId !== null) headers["Last-Event-ID"] = this.lastId;
    const answer = await fetch(this.address, { headers, signal, cache: "no-store" });
    if (!answer.ok || !answer.body) throw new Error(`feed answered ${answer.status}`);
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      this.#heard();
      const blocks = (rest + decoder.decode(value, { stream: true })).split(/\r?\n\r?\n/);
      rest = blocks.pop();
      for (const block of blocks) this.#take(block);
    }
  }

  #heard() {
    this.heardMs = performance.now();
    this.failures = 0;
    if (this.link === "live") return;
    this.#setLink("live");
    if (this.hasBeenLive) this.handlers.onReturn?.();
    this.hasBeenLive = true;
  }

  #take(block) {
    let type = "message";
    let id = null;
    const data = [];
    for (const line of block.split(/\r?\n/)) {
      const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
      if (field === "event") type = value;
      else if (field === "id") id = value;
      else if (field === "data") data.push(value);
    }
    if (data.length === 0) return;
    if (id !== null) this.lastId = id;
    this.#tell(type, JSON.parse(data.join("\n")));
  }

  #tell(type, body) {
    const isNewEngine = body.epoch !== undefined && this.epoch !== null && body.epoch !== this.epoch;
    if (body.epoch !== undefined) this.epoch = body.epoch;
    if (type === "snapshot") this.handlers.onSnapshot?.(body);
    else if (type === "beat") this.handlers.onBeat?.(body);
    else this.handlers.onFact?.(body);
    if (isNewEngine && type !== "snapshot") this.handlers.onReturn?.();
  }

  #watch() {
    if (this.quietMs() < QUIET_MS) return;
    if (this.link === "live") this.abort.abort();
    this.#setLink("quiet");
  }

  #setLink(link) {
    if (link === this.link) return;
    this.link = link;
    this.handlers.onLink?.(link);
  }

  #hurry() {
    if (this.link === "live" && this.quietMs() > QUIET_MS / 2) this.abort.abort();
    this.failures = 0;
    this.wake?.();
  }

  #pause() {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++);
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, longest * (0.5 + Math.random() / 2));
    });
  }
}

/**
 * A task run at most every `gapMs`, and never twice at once; a wish that comes meanwhile is kept for afterwards.
 * Returns the function that wishes.
 */
export function calmly(task, gapMs) {
  let isRunning = false;
  let isWished = false;
  let nextMs = 0;
  let timer = null;
  const run = async () => {
    timer = null;
    isRunning = true;
    isWished = false;
    try {
      await task();
    } finally {
      isRunning = false;
      nextMs = performance.now() + gapMs;
      if (isWished) wish();
    }
  };
  const wish = () => {
    if (isRunning) isWished = true;
    else if (timer === null) timer = setTimeout(run, Math.max(0, nextMs - performance.now()));
  };
  return wish;
}
