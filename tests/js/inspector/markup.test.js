import assert from "node:assert/strict";
import { test } from "node:test";
import { weightChain } from "../../../static/js/inspector/chainrule.js";
import {
  bracketed,
  derivative,
  equation,
  escaped,
  fraction,
  math,
  mn,
  number,
  product,
  symbol,
} from "../../../static/js/inspector/markup.js";
import { viewOf } from "../golden.js";

test("a symbol carries its layer above and its unit below", () => {
  assert.equal(symbol({ base: "δ", sup: 2, sub: 4 }), "<msubsup><mi>δ</mi><mn>4</mn><mn>2</mn></msubsup>");
  assert.equal(symbol({ base: "x", sub: 1 }), "<msub><mi>x</mi><mn>1</mn></msub>");
  assert.equal(symbol({ base: "∂W", sup: 2 }), "<mrow><mi>∂</mi><msup><mi>W</mi><mn>2</mn></msup></mrow>");
  assert.match(symbol({ base: "w", sup: 1, sub: "10,4" }), /<mn>10<\/mn><mo[^>]*>,<\/mo><mn>4<\/mn>/);
});

test("numbers are written as on the rest of the page, with real exponents", () => {
  assert.equal(number(0.42149), "<mrow><mn>0.421</mn></mrow>");
  assert.equal(number(-0.5), '<mrow><mo form="prefix">−</mo><mn>0.500</mn></mrow>');
  assert.equal(
    number(-3.8e-7),
    '<mrow><mo form="prefix">−</mo><mn>3.8</mn><mo>·</mo><msup><mn>10</mn><mn>−7</mn></msup></mrow>',
  );
  assert.equal(number(null), '<mtext class="nan">NaN</mtext>');
  assert.match(bracketed(-1), /^<mrow><mo>\(<\/mo>/);
  assert.equal(bracketed(1), number(1));
});

test("fractions, products and derivatives are built from their parts", () => {
  assert.equal(fraction(mn(1), mn(2)), "<mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac>");
  assert.equal(product([mn(1), mn(2)]), "<mn>1</mn><mo>×</mo><mn>2</mn>");
  assert.match(derivative({ base: "b", sup: 1, sub: 1 }), /^<mfrac><mrow><mrow><mi>∂<\/mi><mi>L<\/mi>/);
  assert.equal(math(mn(1)), "<math><mrow><mn>1</mn></mrow></math>");
});

test("a text cannot become markup", () => {
  assert.equal(escaped('<b a="1">&'), "&lt;b a=&quot;1&quot;&gt;&amp;");
});

test("the equation of a weight holds its factors, each with its record, and needs no style", () => {
  const chain = weightChain(viewOf("tanh and sigmoid, dropout"), { layer: 2, from: 1, to: 0 });
  const text = equation(chain, (f) => f.kind);
  assert.match(text, /data-ref="dz2\[0\]"/);
  assert.match(text, /data-ref="d1\[1\]"/);
  assert.match(text, /data-ref="dW2\[1\]\[0\]"/);
  assert.doesNotMatch(text, /style=/);
});
