// What every correct client of this folder does when a call fails: see steady.py.

const BASE = Number(process.env.ZOO_BASE_MS ?? 50);
const CAP = Number(process.env.ZOO_CAP_MS ?? 1000);
const DEADLINE = Number(process.env.ZOO_DEADLINE_S ?? 15) * 1000;
const ATTEMPTS = 6;

/** The work cannot be done. `kind`: refused, exists, throttled (nothing was done) or unknown (no answer that says it). */
export class Failed extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Steady {
  constructor() {
    this.ends = Date.now() + DEADLINE;
  }

  /** Waits the base, and a random time whose bound doubles with each attempt. */
  async pause(attempt) {
    const wait = BASE + Math.random() * Math.min(CAP, BASE * 2 ** attempt);
    if (Date.now() + wait > this.ends) throw new Failed("refused", `gave up after ${DEADLINE / 1000} s`);
    await sleep(wait);
  }

  /** A call that changes nothing. */
  async read(ask) {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask();
      } catch (error) {
        if (!["throttled", "unknown"].includes(error.kind) || attempt + 1 === ATTEMPTS) throw error;
      }
      await this.pause(attempt);
    }
  }

  /** A call that changes something. After a lost answer, `look` says what the call would have returned, or nothing. */
  async write(ask, look) {
    for (let attempt = 0; ; attempt += 1) {
      let failure;
      try {
        return await ask();
      } catch (error) {
        failure = error;
      }
      if (failure.kind === "throttled" || failure.kind === "unknown") {
        if (attempt + 1 < ATTEMPTS || failure.kind === "unknown") await this.pause(attempt);
      }
      if (failure.kind === "unknown" || failure.kind === "exists") {
        const found = await look();
        if (found !== undefined) return found;
      }
      if (!["throttled", "unknown"].includes(failure.kind) || attempt + 1 === ATTEMPTS) throw failure;
    }
  }

  /** Looks until `look` returns something, with growing waits. */
  async poll(look) {
    for (let wait = 30; ; wait = Math.min(wait * 1.5, 500)) {
      const found = await this.read(look);
      if (found !== undefined) return found;
      if (Date.now() + wait > this.ends) throw new Failed("refused", `the task did not end within ${DEADLINE / 1000} s`);
      await sleep(wait * (1 + Math.random() * 0.3));
    }
  }
}

/** Runs a client: what failed goes to standard error, and the exit code says so. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Failed)) throw error;
    console.error(`failed: ${error.message}`);
    process.exitCode = 1;
  }
}
