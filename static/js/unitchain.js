// A unit from both sides: the lines that come in and go out, its sum, its answer, its batch norm. Pure: views in, values out.
import {
  batchMoments,
  deltaChain,
  dropoutScale,
  EPSILON,
  parameterTerm,
  slopeFactor,
  spotTerm,
  term,
  times,
} from "./chain.js";
import { known, networkOf } from "./recorded.js";
import { isNumber } from "./scales.js";

/** A unit from both sides: what came in, what it made of it, what came back. */
export function unitChain(view, { layer, unit }) {
  const net = networkOf(view);
  const incoming =
    layer === 0 ? [] : (net.parameters[`W${layer}`] ?? []).map((_, from) => edge(view, net, layer, from, unit, true));
  const outgoing =
    layer === net.last
      ? []
      : (net.parameters[`W${layer + 1}`]?.[unit] ?? []).map((_, to) => edge(view, net, layer + 1, unit, to, false));
  const bias = layer === 0 ? null : parameterTerm(net, view, `b${layer}`, unit);
  return {
    layer,
    unit,
    last: net.last,
    loss: net.loss,
    incoming: incoming.sort(bySize),
    bias,
    sum: layer === 0 ? spotTerm(view, "x", unit) : spotTerm(view, `z${layer}`, unit),
    scaled: net.names.has(`n${layer}`) ? spotTerm(view, `n${layer}`, unit) : null,
    norm: net.names.has(`n${layer}`) ? normOf(view, net, layer, unit) : null,
    answer: net.names.has(`a${layer}`) ? spotTerm(view, `a${layer}`, unit) : null,
    slope: layer > 0 && net.names.has(`a${layer}`) ? slopeFactor(view, net, layer, unit) : null,
    outgoing: outgoing.sort(bySize),
    arrives:
      layer === 0 || layer === net.last
        ? null
        : spotTerm(view, net.names.has(`d${layer}`) ? `dd${layer}` : `da${layer}`, unit),
    delta: layer === 0 ? null : deltaChain(view, layer, unit),
    batch: layer === 0 ? [] : batchColumn(net, net.names.has(`n${layer}`) ? `n${layer}` : `z${layer}`, unit),
  };
}

const bySize = (p, q) => Number(p.dropped) - Number(q.dropped) || Math.abs(q.product ?? 0) - Math.abs(p.product ?? 0);

/** A unit's recorded values over the batch's samples. */
const batchColumn = (net, name, unit) => (net.records.get(name)?.value ?? []).map((row) => row[unit]).filter(isNumber);

/** One line of a unit: weight × the value it carries (forward) or × the error it brings back. */
function edge(view, net, layer, from, to, forward) {
  const weight = parameterTerm(net, view, `W${layer}`, from, to);
  const other = forward ? spotTerm(view, net.out(layer - 1), from) : spotTerm(view, `dz${layer}`, to);
  const at = forward ? [layer - 1, from] : [layer, to];
  const dropped = net.names.has(`d${at[0]}`) && dropoutScale(view, at[0], at[1]) === 0;
  return { weight, other, product: times(weight.value, other.value), dropped, layer, from, to };
}

/** All of a unit's batch norm: the batch's mean and variance, γ and β and their gradients, and what evaluation uses. */
function normOf(view, net, layer, unit) {
  const [gamma, beta] = ["gamma", "beta"].map((name) => parameterTerm(net, view, `${name}${layer}`, unit));
  const [dgamma, dbeta] = ["dgamma", "dbeta"].map((name) =>
    term(view, `${name}${layer}`, [unit], net.records.get(`${name}${layer}`)?.value?.[unit]),
  );
  const running = view.states?.after.batch_norm;
  const moments = known(view, `n${layer}`) ? batchMoments(net, layer, unit) : null;
  const z = view.spot?.[`z${layer}`]?.[unit];
  const hat = moments && isNumber(z) ? (z - moments.mean) / Math.sqrt(moments.variance + EPSILON) : undefined;
  return {
    gamma,
    beta,
    dgamma,
    dbeta,
    moments,
    hat,
    running: running && {
      mean: running[`running_mean${layer}`]?.[unit],
      variance: running[`running_variance${layer}`]?.[unit],
    },
  };
}
