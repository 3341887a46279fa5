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

/** As fetch does, which can't tell how much of a body is sent. @param {(sent: number) => void} onProgress 0 to 1 */
function sendFile(url, file, signal, onProgress) {
  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.setRequestHeader("Content-Type", "text/csv");
  request.responseType = "blob";
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => onProgress(loaded / total);
    request.onload = () => resolve(new Response(request.response, { status: request.status }));
    request.onerror = () => reject(new TypeError("the server is away"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

const MAX_WAIT = 30;
const RETRIES = 5; // of a request that the server has refused as one too many at once
/** Whether the server is there, but has too much to do for this request, of which nothing was done. @param {Response} answer */
const isOverloaded = async (answer) =>
  answer.status === 503 &&
  String(
    (
      await answer
        .clone()
        .json()
        .catch(() => null)
    )?.type,
  ).endsWith(":overloaded");
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * @param {{root: string, onOffline: (seconds: number) => void, onOnline: () => void}} of `onOffline` is told each second how
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
    fetch(`${root}/readyz`, { cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );

  async function send(method, path, body, signal, onProgress) {
    for (let tries = 0; ; ) {
      if (whenOnline) await whenOnline;
      try {
        if (onProgress) return await sendFile(`${root}/api/${path}`, body, signal, onProgress);
        const answer = await fetch(`${root}/api/${path}`, {
          method,
          signal,
          headers: body === undefined ? {} : { "Content-Type": body instanceof Blob ? "text/csv" : "application/json" },
          body: body === undefined || body instanceof Blob ? body : JSON.stringify(body),
        });
        const overloaded = await isOverloaded(answer);
        if ((overloaded || (answer.status === 429 && method === "GET")) && tries++ < RETRIES) {
          await sleep(1000 * Number(answer.headers.get("Retry-After")));
          continue;
        }
        if (overloaded || ![502, 503, 504].includes(answer.status)) return answer;
      } catch (error) {
        if (signal?.aborted) throw error;
      }
      await untilOnline();
    }
  }

  async function call(method, path, body, signal, onProgress) {
    for (;;) {
      const answer = await send(method, path, body, signal, onProgress);
      try {
        if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
        return answer.status === 204 ? null : await answer.json();
      } catch (error) {
        if (error instanceof Problem || signal?.aborted) throw error;
        await untilOnline();
      }
    }
  }

  /** @type {WeakMap<Blob, string>} */
  const names = new WeakMap(); // of files that the server keeps

  /** Asks about a file by its name, or sends it where the server does not have it (any longer). */
  async function withFile(file, ask) {
    const known = names.get(file);
    let found;
    try {
      found = await ask(known);
    } catch (error) {
      if (!known || error.kind !== "unknown-file") throw error;
      names.delete(file);
      found = await ask();
    }
    if (found.file) names.set(file, found.file);
    return found;
  }

  const SURFACES = "surfaces=24&surface_format=uint8&beeswarms=true";
  const run = (id) => `runs/${encodeURIComponent(id)}`;
  return {
    tryNow: () => retryNow(),
    create: (config) => call("POST", "runs", config),
    /** A new run in the state of another after a step. @param {any} changes of its config, and `step` */
    fork: (id, changes) => call("POST", `${run(id)}/forks`, changes),
    /** A run that was saved as a file, where it stood. */
    openSaved: (saved) => call("POST", "saved_runs", saved),
    run: (id) => call("GET", `${run(id)}?${SURFACES}`),
    samples: (id) => call("GET", `${run(id)}/samples`),
    patch: (id, fields) => call("PATCH", run(id), fields),
    rewind: (id, step) => call("POST", `${run(id)}/rewind`, { step }),
    remove: (id) => call("DELETE", run(id)),
    step: (id, k, spotlight, signal) =>
      call(
        "GET",
        `${run(id)}/steps/${k}?detail=full&spotlight=${encodeURIComponent(JSON.stringify(spotlight))}`,
        undefined,
        signal,
      ),
    /** The same without values: summary statistics alone. */
    stepSummary: (id, k) => call("GET", `${run(id)}/steps/${k}?detail=summary`),
    table: (name) => call("GET", `datasets/${encodeURIComponent(name)}`),
    /** What a file holds; it is sent once, and known by its name while the server keeps it. */
    inspect: (file, query, signal, onProgress) =>
      withFile(file, (name) =>
        name
          ? call("POST", `inspections?${query}&file=${name}`, undefined, signal)
          : call("POST", `inspections?${query}`, file, signal, onProgress),
      ),
    makeTable: (file, query) =>
      withFile(file, (name) =>
        name ? call("POST", `datasets?${query}&file=${name}`) : call("POST", `datasets?${query}`, file),
      ),
    /** The same table with another decision about its missing values. */
    decideMissing: (name, missing) => call("POST", `datasets/${encodeURIComponent(name)}/missing?missing=${missing}`),
    /** Nothing more is decided about a file. @param {Blob} file */
    forgetFile(file) {
      const name = names.get(file);
      names.delete(file);
      if (name) call("DELETE", `inspections/${name}`).catch(() => {}); // it was not kept for long
    },
    /** The address of a run as a file. */
    exportUrl: (id, format) =>
      `${root}/api/${run(id)}/${format === "samples" ? "samples?format=csv" : `export?format=${format}`}`,
    /** What an address of this page holds. @param {string} url */
    file: async (url) => (await fetch(url)).blob(),
    trials: (query) => call("GET", `story/trials?${query}`),
    evaluation: (id, k, signal) => call("GET", `${run(id)}/evaluations/${k}?${SURFACES}`, undefined, signal),
    glossary: () => call("GET", "glossary"),
    experiments: () => call("GET", "experiments"),
    verdict: (id, experiment, cure) =>
      call("GET", `${run(id)}/verdict?experiment=${experiment}${cure ? `&cure=${cure}` : ""}`),
    answer: (id, experiment, question, other) =>
      call(
        "GET",
        `${run(id)}/questions/${experiment}/${question}${other ? `?other=${encodeURIComponent(other)}` : ""}`,
      ),
    /** What an instrument reads off a run: layer_profile, scaling, ensemble, pathsum, limit. */
    instrument: (id, name, query = "") => call("GET", `${run(id)}/${name}${query && `?${query}`}`),
    predictions: (id, k) => call("GET", `${run(id)}/predictions/${k}`),
    predict: (id, inputs) => call("POST", `${run(id)}/predict`, { inputs }),
    /** Rows in the data's own columns and values. */
    predictRows: (id, rows) => call("POST", `${run(id)}/predict`, { rows }),
    state: (id, k) => call("GET", `${run(id)}/states/${k}`),
    /** Trains, and calls back with each line. Reading slowly slows training down; aborting ends it at a whole step. */
    async train(id, body, onLine, signal) {
      const answer = await send(
        "POST",
        `${run(id)}/train`,
        { surfaces: 24, surface_format: "uint8", beeswarms: body.surfaces !== 0, ...body },
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
