// The page in a frame of another page: what it tells that page, and what that page may ask, by postMessage. README has the
// messages.

import { createHtml } from "../dom/elements.js";
import { allowed } from "../run/settings.js";

const SOURCE = "backprop-playground";
const APART = 100; // ms between two messages while it plays

/**
 * @param {{app: HTMLElement, commands: import("../session/commands.js").Commands, state: () => any,
 *   operation: () => {names: string[]}|null, link: () => string}} of
 *   operation: the one under the playhead; link: the address of what is shown now
 * @returns {{render: () => void}}
 */
export function createEmbed({ app, commands, state, operation, link }) {
  const origins = (document.documentElement.dataset.embed ?? "").split(" ").filter(Boolean);
  const mayFrame = (origin) => origins.includes("*") || origins.includes(origin) || origin === location.origin;
  let host = hostOrigin(); // of the page around, once it is known and allowed
  if (host && !mayFrame(host)) host = null;
  let sent = "";
  let sentAt = 0;
  let timer = 0;

  const open = createHtml(
    "a",
    { class: "embed-link", target: "_blank", rel: "noopener" },
    app.querySelector(".transport"),
  );
  open.append("Backprop Playground");

  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || parent === window || !mayFrame(origin) || typeof data !== "object" || !data) return;
    host = origin;
    const answer = answerTo(data);
    if (answer) post({ type: "error", detail: answer });
    if (data.type === "state") post(stateNow());
  });

  /** Does what a message asks. @returns {string} what is wrong with it, or "" */
  function answerTo({ type, settings }) {
    const asked = { play: commands.play, pause: commands.pause, step: commands.batch, state() {} };
    if (type === "set") return set(settings);
    if (!Object.hasOwn(asked, type))
      return `type is ${JSON.stringify(type)}; it may be play, pause, step, set or state`;
    if (!(type === "play" && state().playing)) asked[type]();
    return "";
  }

  /** Changes settings: at once where that is possible, else with a new network. @returns {string} */
  function set(settings) {
    if (typeof settings !== "object" || !settings) return 'settings is missing, such as {"learning_rate": 0.1}';
    const { catalog } = state();
    for (const [name, value] of Object.entries(settings)) {
      const limits = Object.hasOwn(catalog.fields, name) ? catalog.fields[name] : null;
      if (!limits) return `settings: there is no ${name}`;
      if (!allowed(value, limits, catalog)) return `settings: ${name} may not be ${JSON.stringify(value)}`;
    }
    const restarts = Object.keys(settings).some((name) => catalog.fields[name].restart);
    restarts ? commands.restart(settings) : commands.change(settings);
    return "";
  }

  function stateNow() {
    const { run, shownStep, playing } = state();
    const evaluation = commands.history()?.evaluationNear(shownStep);
    const { train_loss = null, test_loss = null, train_accuracy = null, test_accuracy = null } = evaluation ?? {};
    const at = run && operation();
    return {
      type: "state",
      step: shownStep,
      operation: at ? at.names[0] : null,
      playing,
      ...{ train_loss, test_loss, train_accuracy, test_accuracy },
    };
  }

  function post(message) {
    if (host && parent !== window) parent.postMessage({ source: SOURCE, ...message }, host);
  }

  return {
    /** Tells what has changed, not more often than can be followed. */
    render() {
      if (!state().run) return;
      const message = stateNow();
      const text = JSON.stringify(message);
      if (text === sent || timer) return;
      const wait = APART - (performance.now() - sentAt);
      if (wait > 0) {
        timer = setTimeout(() => {
          timer = 0;
          this.render();
        }, wait);
        return;
      }
      sent = text;
      sentAt = performance.now();
      open.href = whole(link());
      post(message);
    },
  };
}

/** The same address for the whole page. @param {string} address */
const whole = (address) => address.replace(/([?&])embed=1&?/, "$1").replace(/[?&](?=#|$)/, "");

/** The origin of the page around, where the browser says it without being asked by a message. */
function hostOrigin() {
  const [nearest] = location.ancestorOrigins ?? [];
  if (nearest) return nearest;
  return document.referrer ? new URL(document.referrer).origin : null;
}
