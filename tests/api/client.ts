// A script as somebody would write it with openapi-fetch and the types that openapi-typescript makes: `test_clients.py`
// compiles it strictly and runs it against a live server.

import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

type Line = components["schemas"]["StreamLine"];
type Problem = components["schemas"]["Problem"];

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });

function got<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (data === undefined) throw new Error(error?.detail);
  return data;
}

/** What a line is told by: the compiler knows which fields each of the two kinds has. */
function told(line: Line): string {
  switch (line.type) {
    case "step":
      return `step ${line.step} ${line.tape.map((record) => record.name).join(" ")}`;
    case "evaluation":
      return `evaluation ${line.step} ${line.health.status}`;
    default:
      return line satisfies never;
  }
}

const path = (run_id: string) => ({ params: { path: { run_id } } });

const run = got(
  await client.POST("/api/runs", {
    body: { dataset: "moons", seed: 7, hidden: [{ units: 2, activation: "tanh" }] },
  }),
);
// A stream as text here; a page would read `response.body` piece by piece.
const text = got(
  await client.POST("/api/runs/{run_id}/train", {
    ...path(run.id),
    body: { steps: 20, every: 10 },
    parseAs: "text",
  }),
);
const lines = text
  .trim()
  .split("\n")
  .map((line): Line => JSON.parse(line));
const fork = got(
  await client.POST("/api/runs/{run_id}/forks", { ...path(run.id), body: { step: 10, learning_rate: 0.01 } }),
);
const patched = got(await client.PATCH("/api/runs/{run_id}", { ...path(fork.id), body: { dropout: 0.5 } }));
const table = got(
  await client.POST("/api/datasets", {
    params: { query: { target: "sold" } },
    headers: { "Content-Type": "text/csv" },
    body: "size,rooms,sold\n40,1,yes\n55,2,no\n70,3,yes\n85,4,no\n",
    bodySerializer: (body) => body,
  }),
);
const uploaded = got(await client.POST("/api/runs", { body: { dataset: table.name, test_fraction: 0 } }));
const { error: refused } = await client.POST("/api/runs", { body: { learning_rate: -1 } });
const { error: missing } = await client.GET("/api/runs/{run_id}", path("nothing"));
const experiments = got(await client.GET("/api/experiments"));
const first = experiments[0];
if (!first || !refused || !missing) throw new Error("something is not there");
const lesson = got(await client.POST("/api/runs", { body: first.config }));

// @ts-expect-error: a number is wanted
await client.POST("/api/runs/{run_id}/train", { ...path(run.id), body: { steps: "ten" } });
// @ts-expect-error: there is no such call
await client.GET("/api/runs/{run_id}/nothing", path(run.id));

console.log(
  JSON.stringify({
    config: run.config.learning_rate,
    lines: lines.map(told),
    fork: [fork.step, fork.config.seed, fork.config.learning_rate],
    dropout: patched.controls.dropout,
    features: uploaded.config.features,
    refused: [refused.status, refused.errors?.[0]?.path],
    missing: [missing.status, missing.type],
    lesson: lesson.config.hidden.length === first.config.hidden.length,
  }),
);
