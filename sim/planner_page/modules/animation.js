// One simulated day over the hall's plan: a clock that runs, stands, and can be set, and who is where at its time.

import { onLanguage, t } from "page/language";
import { unpacked } from "page/packed";
import { drawScene, laidOut } from "page/scene";
import { spansOf } from "page/trials";

const TENTHS = 10;
const NEVER = 2 ** 31 - 1;
const GLIDE_S = 0.7;
const CALM_MS = 1000;
const STATUS_MS = 250;

/** Show the day, standing at the moment at which most wait; nothing moves before the reader says so. */
export function startAnimation(shown) {
  return new Animation(shown);
}

class Animation {
  constructor(shown) {
    this.hall = shown;
    this.tickets = Object.fromEntries(Object.entries(shown.tickets).map(([name, column]) => [name, unpacked(column)]));
    this.spans = spansOf(shown.staff, shown.staff.needed, shown.windows.length);
    this.canvas = document.getElementById("scene");
    this.button = document.getElementById("play");
    this.slider = document.getElementById("clock");
    this.speed = document.getElementById("speed");
    this.isPlaying = false;
    this.isCalm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.from_s = Math.floor(this.tickets.issued[0] / TENTHS / 60) * 60;
    this.to_s = Math.ceil(this.tickets.gone.reduce((last, gone) => Math.max(last, gone), 0) / TENTHS / 60) * 60;
    this.now_s = this.fullest();
    this.bind();
    this.resize();
    document.body.dataset.day = "drawn";
  }

  bind() {
    this.slider.min = this.from_s;
    this.slider.max = this.to_s;
    this.slider.step = 60;
    this.button.addEventListener("click", () => this.play(!this.isPlaying));
    this.slider.addEventListener("input", () => {
      this.now_s = Number(this.slider.value);
      this.draw();
      this.tell();
    });
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement);
    onLanguage(() => {
      this.name();
      this.draw();
      this.tell();
    });
    this.name();
  }

  /** The minute at which most wait. */
  fullest() {
    const { issued, called, gone } = this.tickets;
    const change = new Int32Array(Math.ceil((this.to_s - this.from_s) / 60) + 2);
    const place = (tenths) => Math.max(0, Math.ceil((tenths / TENTHS - this.from_s) / 60));
    for (let ticket = 0; ticket < issued.length; ticket++) {
      change[place(issued[ticket])] += 1;
      change[place(Math.min(called[ticket], gone[ticket]))] -= 1;
    }
    let waiting = 0;
    let most = -1;
    let best = 0;
    change.forEach((by, minute) => {
      waiting += by;
      if (waiting > most) [most, best] = [waiting, minute];
    });
    return this.from_s + best * 60;
  }

  play(isPlaying) {
    this.isPlaying = isPlaying;
    if (isPlaying && this.now_s >= this.to_s) this.now_s = this.from_s;
    this.name();
    this.last_ms = performance.now();
    if (isPlaying) requestAnimationFrame((at_ms) => this.frame(at_ms));
  }

  frame(at_ms) {
    if (!this.isPlaying) return;
    const passed_ms = at_ms - this.last_ms;
    // For whoever wants little motion the picture changes once a second, and nobody glides.
    if (!this.isCalm.matches || passed_ms >= CALM_MS) {
      this.now_s = Math.min(this.to_s, this.now_s + (Math.max(0, passed_ms) / 1000) * Number(this.speed.value));
      this.last_ms = at_ms;
      this.draw();
      if (at_ms - (this.told_ms ?? 0) > STATUS_MS) this.tell(at_ms);
    }
    if (this.now_s >= this.to_s) {
      this.play(false);
      this.tell();
    } else requestAnimationFrame((next_ms) => this.frame(next_ms));
  }

  resize() {
    const width = Math.floor(this.canvas.parentElement.clientWidth);
    if (!width || width === this.scene?.width) return;
    const ratio = window.devicePixelRatio || 1;
    this.scene = laidOut(this.hall, width);
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(this.scene.height * ratio);
    this.canvas.style.aspectRatio = `${width} / ${this.scene.height}`;
    this.context = this.canvas.getContext("2d");
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.draw();
    this.tell();
  }

  draw() {
    this.now = this.moment();
    drawScene(this.context, this.scene, this.hall, this.now);
  }

  /** Who is where: how many wait by service and where in the row, who walks to which window, whom windows serve. */
  moment() {
    const { issued, called, gone, window, service, lane, left } = this.tickets;
    const now = this.now_s * TENTHS;
    const glide_s = this.isCalm.matches || !this.isPlaying ? 0 : GLIDE_S * Number(this.speed.value);
    const walk = Math.max(this.hall.walk_ms / 1000, glide_s) * TENTHS;
    const found = {
      waiting: new Int32Array(this.hall.services.length),
      serving: new Uint8Array(this.hall.windows.length),
      staffed: this.spans.map((spans) => spans.some(([from, to]) => from <= now * 100 && now * 100 < to)),
      dots: [],
      walking: [],
      left: 0,
      longest_s: 0,
    };
    for (let ticket = 0; ticket < issued.length && issued[ticket] <= now; ticket++) {
      if (gone[ticket] <= now) {
        found.left += left[ticket];
        continue;
      }
      const isOrdinary = lane[ticket] === this.hall.plain_lane;
      if (called[ticket] > now || called[ticket] === NEVER) {
        found.dots.push({ row: service[ticket], order: found.waiting[service[ticket]]++, isOrdinary });
        found.longest_s = Math.max(found.longest_s, (now - issued[ticket]) / TENTHS);
        continue;
      }
      const part = walk > 0 ? (now - called[ticket]) / walk : 1;
      found.serving[window[ticket]] = isOrdinary ? 1 : 2;
      if (part < 1) found.walking.push({ service: service[ticket], window: window[ticket], part, isOrdinary });
    }
    return found;
  }

  name() {
    this.button.textContent = this.isPlaying ? t("暂停", "Pause") : t("播放", "Play");
  }

  /** The same in words, below the picture and for whoever cannot see it. */
  tell(at_ms = performance.now()) {
    this.told_ms = at_ms;
    const time = `${two(Math.floor(this.now_s / 3600))}:${two(Math.floor((this.now_s % 3600) / 60))}`;
    const { waiting, serving, staffed, left, longest_s } = this.now;
    const waits = waiting.reduce((sum, count) => sum + count, 0);
    const busy = serving.reduce((sum, each) => sum + (each ? 1 : 0), 0);
    const open = staffed.filter(Boolean).length;
    const longest = Math.floor(longest_s / 60);
    const words = t(
      `${time}：${waits} 人等候，最久已等 ${longest} 分钟；开 ${open} 个窗口，${busy} 个在办理；已有 ${left} 人离开。`,
      `${time}: ${waits} wait, the longest for ${longest} min; ${open} windows staffed, ${busy} serving; ${left} have left.`,
    );
    document.getElementById("moment").textContent = words;
    document.getElementById("time").textContent = time;
    this.canvas.setAttribute("aria-label", words);
    this.slider.value = this.now_s;
    this.slider.setAttribute("aria-valuetext", time);
  }
}

const two = (number) => String(number).padStart(2, "0");
