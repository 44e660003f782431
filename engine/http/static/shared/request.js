// Asking the hall and ordering from it. A refusal arrives as a Problem: a stable code and a sentence for people.

import { language, t } from "./language.js";

const ANSWER_MS = 6000;
const TRY_AGAIN = new Set([502, 503, 504]);

/** The hall said no, or could not be reached (`code` is then "unreachable"); `message` is for the reader. */
export class Problem extends Error {
  constructor(status, code, sentence) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}

/** A key for one intent of one person; repeating an order under its key never does it twice. */
export function newKey() {
  // crypto.randomUUID is missing on plain http, which is how most halls run.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** GET, as JSON. */
export const read = (path) => ask("GET", path);

/**
 * POST (or `method`) `body` under `key`. What stays unanswered is sent again under the same key until `patienceMs` has
 * passed: the engine answers a repetition from its journal.
 */
export async function order(path, body, { key = newKey(), method = "POST", patienceMs = 8000 } = {}) {
  const endMs = performance.now() + patienceMs;
  for (let pauseMs = 300; ; pauseMs = Math.min(2000, pauseMs * 2)) {
    try {
      return await ask(method, path, body, key);
    } catch (problem) {
      const isUnanswered = problem.code === "unreachable" || TRY_AGAIN.has(problem.status);
      if (!isUnanswered || performance.now() + pauseMs > endMs) throw problem;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + Math.random() / 2)));
  }
}

async function ask(method, path, body, key = null) {
  const headers = { Accept: "application/json", "Accept-Language": language() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (key) headers["Idempotency-Key"] = key;
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), ANSWER_MS);
  try {
    const answer = await fetch(`/api/v1${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: timer.signal,
      cache: "no-store",
      credentials: "same-origin",
    });
    const text = await answer.text();
    if (answer.ok) return text ? JSON.parse(text) : null;
    throw problemOf(answer.status, text);
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem(
      0,
      "unreachable",
      t("暂时连不上叫号系统，请稍候。", "The calling system cannot be reached just now. Please wait."),
    );
  } finally {
    clearTimeout(timeout);
  }
}

function problemOf(status, text) {
  try {
    const body = JSON.parse(text);
    return new Problem(status, body.code ?? "unknown", body.detail ?? body.title ?? text);
  } catch {
    return new Problem(
      status,
      "unknown",
      t(`系统回答异常（${status}）。`, `The system gave an unexpected answer (${status}).`),
    );
  }
}
