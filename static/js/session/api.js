// The only file that talks to the server. While it is offline, requests wait, retry with growing delays, and go on by themselves.

/** Parses JSON Lines from text that arrives in pieces, cut anywhere. @returns {{push: (text: string) => any[], end: () => any[]}} */
export function createLineReader() {
  let rest = "";
  return {
    push(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      return lines.filter((line) => line.trim()).map((line) => JSON.parse(line));
    },
    /** The text after the last line feed: a whole line, or nothing where the sender was cut off inside one. */
    end() {
      const line = rest.trim();
      rest = "";
      if (!line) return [];
      try {
        return [JSON.parse(line)];
      } catch {
        return [];
      }
    },
  };
}

/** The server refused a request with a problem document. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `The server answered ${status}.`);
    this.status = status;
    this.errors = body?.errors ?? [];
    this.kind = String(body?.type ?? "")
      .split(":")
      .pop();
  }
}
/** A stream was interrupted: how far the run got has to be read from the server. */
export class Interrupted extends Error {}

const MAX_WAIT = 30;
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * @param {{root: string, onOffline: (seconds: number) => void, onOnline: () => void}} of `onAway` gets, each second, how
 *   long it is until the next try
 */
export function createApi({ root, onOffline, onOnline }) {
  /** @type {Promise<void>|null} */
  let whenOnline = null;
  let retryNow = () => {};

  /** Settles once the server answers again. */
  const untilOnline = () => {
    whenOnline ??= (async () => {
      let now = false;
      retryNow = () => {
        now = true; // also during an attempt: if it fails, the next one follows at once
      };
      for (let wait = 1; ; wait = Math.min(MAX_WAIT, wait * 2)) {
        for (let left = wait; left > 0 && !now; left -= 0.25) {
          if (left === Math.ceil(left)) onOffline(left);
          await sleep(250);
        }
        now = false;
        if (await isOnline()) break;
      }
      whenOnline = null;
      onOnline();
    })();
    return whenOnline;
  };
  const isOnline = () =>
    fetch(`${root}/healthz`, { cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );

  async function send(method, path, body, signal) {
    for (;;) {
      if (whenOnline) await whenOnline;
      try {
        const answer = await fetch(`${root}/api/${path}`, {
          method,
          signal,
          headers: body === undefined ? {} : { "Content-Type": body instanceof Blob ? "text/csv" : "application/json" },
          body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
        });
        if (![502, 503, 504].includes(answer.status)) return answer;
      } catch (error) {
        if (signal?.aborted) throw error;
      }
      await untilOnline();
    }
  }

  async function call(method, path, body, signal) {
    for (;;) {
      const answer = await send(method, path, body, signal);
      try {
        if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
        return answer.status === 204 ? null : await answer.json();
      } catch (error) {
        if (error instanceof Problem || signal?.aborted) throw error;
        await untilOnline();
      }
    }
  }

  const SURFACES = "surfaces=24&surface_format=uint8&swarms=true";
  const run = (id) => `runs/${encodeURIComponent(id)}`;
  return {
    tryNow: () => retryNow(),
    create: (config) => call("POST", "runs", config),
    run: (id) => call("GET", `${run(id)}?${SURFACES}`),
    samples: (id) => call("GET", `${run(id)}/samples`),
    patch: (id, fields) => call("PATCH", run(id), fields),
    rewind: (id, step) => call("POST", `${run(id)}/rewind`, { step }),
    remove: (id) => call("DELETE", run(id)),
    step: (id, k, spotlight, signal) =>
      call("GET", `${run(id)}/steps/${k}?detail=full&spotlight=${spotlight}`, undefined, signal),
    /** The same without values: summary statistics alone. */
    stepSummary: (id, k) => call("GET", `${run(id)}/steps/${k}?detail=summary`),
    table: (name) => call("GET", `datasets/${encodeURIComponent(name)}`),
    inspect: (file, query, signal) => call("POST", `inspections?${query}`, file, signal),
    makeTable: (file, query) => call("POST", `datasets?${query}`, file),
    /** The address of a run as a file. */
    exportUrl: (id, format) => `${root}/api/${run(id)}/export?format=${format}`,
    trials: (query) => call("GET", `story/trials?${query}`),
    evaluation: (id, k, signal) => call("GET", `${run(id)}/evaluations/${k}?${SURFACES}`, undefined, signal),
    experiments: () => call("GET", "experiments"),
    verdict: (id, experiment, cure) =>
      call("GET", `${run(id)}/verdict?experiment=${experiment}${cure ? `&cure=${cure}` : ""}`),
    answer: (id, experiment, question, other) =>
      call(
        "GET",
        `${run(id)}/questions/${experiment}/${question}${other ? `?other=${encodeURIComponent(other)}` : ""}`,
      ),
    /** What an instrument reads off a run: ladder, scaling, ensemble, pathsum, limit. */
    instrument: (id, name, query = "") => call("GET", `${run(id)}/${name}${query && `?${query}`}`),
    predict: (id, inputs) => call("POST", `${run(id)}/predict`, { inputs }),
    state: (id, k) => call("GET", `${run(id)}/states/${k}`),
    /** Trains, and calls back with each line. Reading slowly slows training down; aborting ends it at a whole step. */
    async train(id, body, onLine, signal) {
      const answer = await send(
        "POST",
        `${run(id)}/train`,
        { surfaces: 24, surface_format: "uint8", swarms: body.surfaces !== 0, ...body },
        signal,
      );
      if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      const lines = createLineReader();
      let last = null;
      try {
        for (;;) {
          const { done, value } = await reader.read();
          for (const line of done ? lines.end() : lines.push(value)) {
            last = line;
            onLine(line);
          }
          if (done) break;
        }
      } catch (error) {
        if (signal?.aborted) throw error;
        await untilOnline();
        throw new Interrupted();
      }
      if (last?.type !== "evaluation") throw new Interrupted();
    },
  };
}
