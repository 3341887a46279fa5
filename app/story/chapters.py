# ruff: noqa: E501  (prose, a paragraph a line)
"""The twelve chapters, as data. Nothing here is a number of the network: what stands in braces is looked up in the
engine's run (expressions.py), and a sentence that depends on a sign or an order has a wording for each case.

    {L}  {L|5}               a bound number, with four or five digits
    [[after < L | falls | rises]]   the first wording whose condition holds, else the last
    _w³₁₁_                   a symbol, set in italics and tied to its place in the picture (SYMBOLS)
    ⟦…⟧                      only where the picture can be touched
"""

from dataclasses import dataclass, field

SYMBOLS = {
    "x": "x[0]",
    "y": "y[0]",
    "ŷ": "a3[0]",
    "L": "L",
    "∂ŷ": "da3[0]",
    "z¹₁": "z1[0]",
    "a¹₁": "a1[0]",
    "a¹₂": "a1[1]",
    "w¹₁₁": "W1[0][0]",
    "b¹₁": "b1[0]",
    "w²₁₁": "W2[0][0]",
    "w²₁₂": "W2[0][1]",
    "a²₁": "a2[0]",
    "δ²₁": "dz2[0]",
    "δ²₂": "dz2[1]",
    "w³₁₁": "W3[0][0]",
    "z³": "z3[0]",
    "δ³": "dz3[0]",
}


@dataclass(frozen=True)
class LeaderLine:
    """A line from a word to its place on the screen: the record it points at, and where the word stands from there."""

    text: str
    ref: str
    across: int
    down: int
    anchor: str = "middle"


@dataclass(frozen=True)
class Chapter:
    """One idea. `op` is where the tape stands when the chapter rests, `begin` where its one motion sets out."""

    id: str
    title: str
    text: str
    formula: tuple[str, ...]
    only: str
    ask: str
    still: str
    op: str
    begin: str
    seconds: float
    note: str = ""
    selection: str = ""  # a record: the unit or weight that the others step aside for
    tries: tuple[str, ...] = ()  # what may be changed here: x, y, eta, W1[0][0], …
    invite: str = ""
    keys: tuple[LeaderLine, ...] = field(default_factory=tuple)


CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        "function",
        "A function made of small ones",
        """A network looks like wiring, but it is only a function: a number goes in at the left, and a number comes out at the right. This one is given _x_ = {x[0]} and answers {a3[0]}.

In between sit five units, each a small function of its own. A tile draws it: the input runs along the bottom, the unit’s answer upwards, and the dot marks where we are. ⟦Pull _x_ and every dot slides along its curve.⟧

The lines are weights. Blue ones pass a value on, orange ones turn its sign, thick ones count for more. Eight weights and five offsets: that is all this network knows.""",
        ("ŷ@a3[0] = network ( x@x[0] )", "{a3[0]} = network ( {x[0]} )"),
        "_x_ = {x[0]} goes in, _ŷ_ = {a3[0]} comes out; {count.weights} weights, {count.offsets} offsets",
        "What is a network, if I take away the picture?",
        "All seven forward operations are done. Each tile shows its unit’s answer for inputs from −3 to 3.",
        "a3",
        "x",
        2.4,
        tries=("x",),
        invite="Pull the input, here or in the picture.",
        keys=(
            LeaderLine("a unit: its answer, drawn over x", "a1[0]", -30, -66),
            LeaderLine("a weight: the number on a line", "W2[0][0]", 34, -50, "start"),
            LeaderLine("the input: pull it", "x[0]", 0, 92),
            LeaderLine("the offset: a short bar", "b3[0]", 0, -46),
            LeaderLine("the answer", "a3[0]", 0, 72),
        ),
    ),
    Chapter(
        "forward",
        "Forward: add up, bend, write down",
        """A unit does two things. First it adds up what arrives, each value times the weight of its line, and puts in its own offset _b_, the short bar above the tile. That sum is called _z_. Then it bends the sum with a fixed function, here the S-shaped _σ_ (“sigma”), and passes the result on. The result is called _a_.

The upper unit of the first layer has _z¹₁_ = {z1[0]} and _a¹₁_ = {a1[0]}. The raised figure says which layer, the lowered one which unit.

Now look at the strip below the picture: the tape. Every result gets a cell there the moment it is known. It looks like bookkeeping. It is the whole trick.""",
        (
            "z^1_1@z1[0] = w^1_11@W1[0][0] · x@x[0] + b^1_1@b1[0]",
            "{z1[0]} = {W1[0][0]} × {x[0]} + {b1[0]}",
            "a^1_1@a1[0] = σ ( z^1_1@z1[0] )",
            "{a1[0]} = sigmoid({z1[0]})",
        ),
        "_z¹₁_ = {W1[0][0]} × {x[0]} + {b1[0]} = {z1[0]}; _a¹₁_ = _σ_({z1[0]}) = {a1[0]}",
        "What does one unit do, and what is kept of it?",
        "Operation 3 of 18. The upper unit of layer 1 has added up and bent; its answer is the third cell of the tape.",
        "a1",
        "z1",
        2.0,
        note="unit",
        selection="a1[0]",
        tries=("W1[0][0]", "b1[0]"),
        invite="Change its weight and its offset.",
        keys=(
            LeaderLine("z¹₁: the sum that arrives", "z1[0]", -40, -56),
            LeaderLine("w¹₁₁: layer 1, from 1 to 1", "W1[0][0]", -72, -84),
            LeaderLine("a¹₁: the answer that leaves", "a1[0]", 40, -84, "start"),
        ),
    ),
    Chapter(
        "loss",
        "One number for how wrong",
        """Layer after layer the same thing happens, and at the right edge the network commits itself. Its guess _ŷ_ (say “y hat”) is {a3[0]}. For this input the right answer _y_ is {y[0]}.

We turn the miss into a single number, the loss _L_: the difference, squared, halved. Squaring makes every miss positive and a large miss expensive. The half is a kindness to ourselves that pays off two chapters from here.

_L_ is {L}, and from now on there is only one wish: make it smaller. ⟦Move the target [[a3[0] < y[0] | down | up]] to {a3[0]} and the wish is granted, with nothing left to learn.⟧""",
        ("L = ½ ( ŷ@a3[0] − y@y[0] ) ²", "{L} = ½ × ( {a3[0]} − {y[0]} )²"),
        "_ŷ_ = {a3[0]}, _y_ = {y[0]}, _L_ = {L}",
        "How is “wrong” measured?",
        "Operation 8 of 18: the loss. Below, the loss for every possible guess; the dot is ours.",
        "L",
        "a3",
        1.6,
        note="loss",
        tries=("y",),
        invite="Move the target; the curve slides with it.",
        keys=(
            LeaderLine("ŷ: the guess", "a3[0]", 0, 64),
            LeaderLine("y: the right answer", "y[0]", -104, -14, "end"),
            LeaderLine("L: how wrong", "L", -6, 62),
        ),
    ),
    Chapter(
        "blame",
        "Which weight is to blame?",
        """Thirteen numbers can be turned. Try one: raise _w³₁₁_, the upper line into the output, by {trials.size}, leave the rest alone and run the network again. _L_ goes from {L} to {trials.w.L}. That change, divided by {trials.size}, is {trials.w.slope} for each unit of turning: a slope. We write it ∂L/∂w, “how _L_ changes with _w_”.

The bars show the same trial for every weight and offset. Raising {trials.helps} of them helps, raising {trials.hurts} hurts, and {trials.faint} hardly matter. All thirteen slopes together are the gradient. It says which way to turn everything.

But each bar has cost a complete run. Thirteen are bearable. A million weights would need a million runs, for a single step. There is a cheaper way: one pass, backwards.""",
        ("frac(w^3_11) ≈ ( L′ − L ) / 0.1", "{trials.w.slope} = ( {trials.w.L|5} − {L|5} ) / {trials.size}"),
        "_L_ at _w³₁₁_ = {W3[0][0]} + {trials.size}: {trials.w.L}; slope {trials.w.slope}; thirteen runs",
        "What does it mean that a weight is to blame?",
        "Operation 8 of 18. The bars: how much L changes per unit when one number alone is raised by 0.1.",
        "L",
        "z3",
        1.6,
        note="blame",
        selection="W3[0][0]",
        invite="Choose any line or bar: it is raised by 0.1.",
    ),
    Chapter(
        "turn",
        "The slope at the output",
        """Turn round. The last number made was _L_, so we ask it first: if the guess _ŷ_ rose a little, what would _L_ do? _L_ is half a square, and the slope of half a square is the distance itself, _ŷ_ − _y_. There is the kindness: the half has cancelled the two. The slope is {da3[0]}. Raise the guess, and the loss [[da3[0] < 0 | falls | da3[0] > 0 | rises | stays]].

In the picture, slopes are green when positive and purple when negative, and their arrowheads point left, so that nobody takes them for values. On the tape this one is called _∂ŷ_. It fills the first cell of the second half. It took one subtraction, because _ŷ_ and _y_ were still there to be read.""",
        ("frac(ŷ)@da3[0] = ŷ@a3[0] − y@y[0]", "{da3[0]} = {a3[0]} − {y[0]}"),
        "∂L/∂ŷ = {a3[0]} − {y[0]} = {da3[0]}",
        "In which direction is the output wrong?",
        "Operation 9 of 18. The straight line touches the loss at our guess; its slope is the first cell of the way back.",
        "da3",
        "L",
        1.8,
        note="turn",
        tries=("y",),
        invite="Move the target past the guess: the slope turns its sign.",
        keys=(LeaderLine("∂ŷ travels left", "da3[0]", 10, 78),),
    ),
    Chapter(
        "slope",
        "The slope is already on the tape",
        """Before _ŷ_ was _ŷ_ it was the sum _z³_ = {z3[0]}, and the S bent it. If _z³_ moves a little, _ŷ_ moves by as much as the S is steep at that place. For the sigmoid the steepness is _a_ · (1 − _a_): it can be had from the unit’s own answer, and that answer was written down on the way forward. Nothing is worked out twice. Follow the heavy arc from the new cell to the old one.

The steepness is {a3[0]*(1-a3[0])}. Times the slope that arrived it gives {dz3[0]}, the slope of _L_ at the sum. Slopes at a sum are needed so often that they have a name: delta, _δ_. This one is _δ³_, for layer three.""",
        (
            "δ^3@dz3[0] = frac(ŷ)@da3[0] · a^3@a3[0] ( 1 − a^3@a3[0] )",
            "{dz3[0]} = {da3[0]} × {a3[0]}",
            "× ( 1 − {a3[0]} )",
        ),
        "steepness {a3[0]} × (1 − {a3[0]}) = {a3[0]*(1-a3[0])}; _δ³_ = {da3[0]} × {a3[0]*(1-a3[0])} = {dz3[0]}",
        "What does the way back need from the way forward?",
        "Operation 10 of 18. It reads the cell ŷ; below, the straight line is as steep as the S at our sum.",
        "dz3",
        "da3",
        2.0,
        note="tangent",
        tries=("x",),
        invite="Drag the tape: the arc comes and goes.",
        keys=(LeaderLine("δ³: the slope at the sum", "dz3[0]", -40, 72),),
    ),
    Chapter(
        "weight",
        "A weight’s gradient: error × value",
        """Now any weight can be judged. _w³₁₁_ multiplies the value _a²₁_ = {a2[0]} on its way into _z³_. Turn the weight a little, and _z³_ moves {a2[0]} times as far; _L_ follows by _δ³_. So the weight’s gradient is the product of the two numbers at its two ends: the error that came from the right, and the value recorded at the left.

The trial of chapter four said {trials.w.slope}. This product says {dW3[0][0]}. The trial was coarse, because {trials.size} is a big step on a bent curve; with 0.001 it says {trials.w.fine}.

The rule holds for all eight weights. An offset has nothing to multiply: its gradient is _δ_ itself.""",
        ("frac(w^3_11)@dW3[0][0] = δ^3@dz3[0] · a^2_1@a2[0]", "{dW3[0][0]} = {dz3[0]} × {a2[0]}"),
        "∂L/∂w³₁₁ = {dz3[0]} × {a2[0]} = {dW3[0][0]}; for the line below it {dz3[0]} × {a2[1]} = {dW3[1][0]}",
        "How much is this weight to blame, exactly?",
        "Operation 11 of 18. Value from the left, error from the right: their product is the weight’s gradient.",
        "dW3",
        "dz3",
        2.2,
        note="hand",
        selection="W3[0][0]",
        tries=("x", "W3[0][0]", "y"),
        invite="Choose another line: the calculation changes to its numbers.",
    ),
    Chapter(
        "sum",
        "Through a layer: the errors add up",
        """The loss never sees the first layer. How is it to be judged? By what it passed on. The two units of the second layer get their errors as the output did: weight times _δ³_, then times their own steepness. That gives {dz2[0]} and {dz2[1]}.

The upper unit of the first layer feeds both, so whatever it does reaches _L_ along two lines, and its slope is the sum over the two of weight times error. Here [[W2[0][0]*dz2[0]*W2[0][1]*dz2[1] < 0 | one says “more”, the other “less”, | both pull the same way,]] and {da1[0]} is left.

Forward, a unit adds up what comes in. Backward, it adds up what comes back, over the same lines and with the same weights. Then its steepness, then its weights, and we have reached the left edge.""",
        (
            "frac(a^1_1)@da1[0] = w^2_11@W2[0][0] · δ^2_1@dz2[0] + w^2_12@W2[0][1] · δ^2_2@dz2[1]",
            "{da1[0]} = {W2[0][0]} × {dz2[0]|5}",
            "+ {W2[0][1]} × {dz2[1]|5}",
        ),
        "∂L/∂a¹₁ = {W2[0][0]*dz2[0]} + {W2[0][1]*dz2[1]} = {da1[0]}",
        "How can a unit be judged that the loss never sees?",
        "Operation 15 of 18. Two errors come back over the two lines that leave the upper unit, and add up.",
        "da1",
        "dz2",
        2.2,
        note="sum",
        selection="da1[0]",
        tries=("W2[0][0]", "W2[0][1]"),
        invite="Find a pair of weights for which the two cancel.",
    ),
    Chapter(
        "paths",
        "Why not path by path?",
        """One could do without the tape: follow every path from a weight to _L_, multiply all the factors along it, add up the paths. It is correct. From _w¹₁₁_ there are two paths; for all eight weights {count.all} paths, {count.naive} multiplications. The way back with the tape took {count.tape}.

That is no great gain, until layers are added. Each layer of two doubles the paths from end to end: {grow[0].paths}, {grow[1].paths}, {grow[2].paths}, {grow[3].paths}. With ten layers of eight after two inputs it is {big.naive} multiplications against {big.tape}.

All paths through a unit share the error recorded there. Working out the shared part once and keeping it is called dynamic programming. ⟦Switch recording off and watch the counter.⟧""",
        (
            "frac(w^1_11)@dW1[0][0] = path a + path b",
            "{dW1[0][0]} = {x[0]*a1[0]*(1-a1[0])*W2[0][0]*dz2[0]|5} + {x[0]*a1[0]*(1-a1[0])*W2[0][1]*dz2[1]|5}",
            "frac(w^1_11)@dW1[0][0] = x@x[0] · δ^1_1@dz1[0]",
            "{dW1[0][0]} = {x[0]} × {dz1[0]}",
        ),
        "layers of two: 1 takes {grow[0].naive} against {grow[0].tape}, 2 take {grow[1].naive} against {grow[1].tape}, 6 take {grow[5].naive} against {grow[5].tape}, 12 take {grow[11].naive} against {grow[11].tape}",
        "Why does everybody record and go backward?",
        "Operation 17 of 18. Path a is the level line, path b the slanting one; the curves count multiplications.",
        "dW1",
        "dz1",
        1.8,
        note="paths",
        selection="W1[0][0]",
        invite="Switch recording off; add layers.",
    ),
    Chapter(
        "update",
        "One small step, and a measurement",
        """Now every weight takes one step against its slope. How far? As far as the learning rate _η_ (“eta”) says, here {eta}: a slope is only to be trusted near the place where it was measured. _w³₁₁_ goes from {W3[0][0]} to {next.W3[0][0]}, and all thirteen numbers move at the same moment.

Then the honest part. Run the network again, same input, new weights. The slopes promised a loss of {promised}. Measured: {after}, where it was {L}. [[after < L and after > promised | Smaller, though not by quite as much as promised, because the curve bends. | after < L | Smaller, and by a little more than promised, because the curve bends. | after == L | Nothing has moved. | Not smaller: the step was too long for this curve.]]

At _η_ = 10 the slopes promise {trials.far.promised}[[trials.far.promised < 0 | , a loss below zero, which no square can keep. | . ]] The measurement says {trials.far.after}.""",
        (
            "w^3_11@next.W3[0][0] ← w^3_11@W3[0][0] − η · frac(w^3_11)@dW3[0][0]",
            "{next.W3[0][0]} = {W3[0][0]} − {eta} × ( {dW3[0][0]} )",
        ),
        "_L_ from {L} to {after} (promised {promised})",
        "Did it help, and how do we know?",
        "Operation 18 of 18. All thirteen numbers before and after, and the loss that was promised and measured.",
        "update",
        "dW1",
        2.4,
        note="update",
        selection="W3[0][0]",
        tries=("eta",),
        invite="Change the learning rate, from 0 to 20.",
    ),
    Chapter(
        "doors",
        "What can go wrong on the way back",
        """Look once more at how the error travels: at every layer, times a weight, times a steepness. Whatever goes wrong on the way back goes wrong in that product.

The sigmoid’s steepness is never more than ¼. Through eight layers the error almost disappears: it vanishes. Large weights do the opposite, and it explodes. A ReLU, a unit that lets positive sums through and stops all others, has steepness 0 while it blocks; if it blocks for every sample, no error ever reaches it, and it is dead. And inputs on wild scales push the sums to where numbers end.

Each of these can be seen, measured and cured. Behind every door is an experiment.""",
        (
            "δ^1_1@dz1[0] = δ^3@dz3[0] · ( w · σ′ ) · ( w · σ′ ) + …",
            "{dz1[0]} = {dz3[0]} × ( {W3[0][0]} × {a2[0]*(1-a2[0])} )",
            "× ( {W2[0][0]} × {a1[0]*(1-a1[0])} )",
            "+ {dz3[0]*W3[1][0]*a2[1]*(1-a2[1])*W2[0][1]*a1[0]*(1-a1[0])}",
        ),
        "{doors.vanish.ratio} times smaller after eight sigmoid layers; {doors.die.hot.count} of 16 ReLUs dead at rate 3",
        "What can go wrong, and where would I see it?",
        "One path of this very network, factor by factor, and five doors with one measurement each.",
        "dW1",
        "dz3",
        2.4,
        note="doors",
        invite="Open a door: the playground with that experiment.",
    ),
    Chapter(
        "yours",
        "Your own network, some of it left out",
        """This is [[mine.own > 0 | the network that you left in the playground: | the playground’s network:]] {mine.shape}. Path by path, its gradients would take {mine.naive} multiplications; with the tape they take {mine.tape}. Nothing in it is new to you. There is only more of it.

Except for dropout[[mine.out > 0 | . For this one step some hidden units were drawn by lot and left out: the hollow tiles. | mine.lots > 0 | . For each step some hidden units may be drawn by lot and left out; in this one nobody was. | , which is switched off here. Raise its rate, and for each step some hidden units are drawn by lot and left out.]] Their lines carry nothing forward and no error back, so their weights keep still; a thinner network takes the step. The lot is on the tape too, because the way back must leave out the same units.

Next step, another lot. At rate 0 nobody is left out; at rate 1 everybody is, and no weight learns a thing. Somewhere between is yours to find.""",
        (
            "δ^2_4 = ∂d^2_4 · 1/(1−p) · ( 1 − ( a^2_4 ) ² )",
            "{mine.unit.slope} = {mine.unit.error} × 1/(1−{mine.unit.rate})",
            "× ( 1 − ( {mine.unit.answer} )² )",
        ),
        "{mine.paths} paths from end to end; {mine.naive} multiplications against {mine.tape}",
        "Can I read the playground now?",
        "The playground’s 2-6-4-1 in the middle of its way back. The hollow tiles are left out of this step.",
        "dz2",
        "x",
        3.6,
        note="yours",
        invite="Everything is yours now.",
    ),
)
ORDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

SOURCES = (
    "The small network, its weights and every record of its step are those of a worked example that was verified apart from this engine, by plain loops and by central differences.",
    "Explaining backpropagation by scrolling through one small network is the idea of the page that Google’s machine learning course links to. It names the two things to watch: how the data flows, and how recording saves the work of many paths.",
    "Backpropagation by this name: D. E. Rumelhart, G. E. Hinton and R. J. Williams, “Learning representations by back-propagating errors”, Nature 323 (1986). Dropout: N. Srivastava and others, Journal of Machine Learning Research 15 (2014).",
    "Words, numbers and pictures are this project’s own.",
)

# What the text says in words, as expressions that must hold for the fixed run.
CLAIMS: tuple[tuple[str, str], ...] = (
    ("1: the answer lies between 0 and 1", "a3[0] > 0 and a3[0] < 1"),
    ("1: eight weights, five offsets", "count.weights == 8 and count.offsets == 5"),
    ("3: at a target equal to the guess the loss is 0", "trials.at_guess == 0"),
    ("4: thirteen numbers, and none without effect", "trials.helps + trials.hurts == 13"),
    ("4: raising w³₁₁ lowers the loss", "trials.w.L < L"),
    ("4: some help, some hurt", "trials.helps > 0 and trials.hurts > 0"),
    ("4: at least half hardly matter", "trials.faint >= 7"),
    ("4: the slope divides by the size of the trial", "trials.size == 0.1"),
    ("5: raise the guess, and the loss falls", "da3[0] < 0"),
    ("6: the steepness makes the slope smaller", "abs(dz3[0]) < abs(da3[0])"),
    ("7: the fine trial agrees to 1 %", "abs(trials.w.fine / dW3[0][0] - 1) < 0.01"),
    (
        "7: the coarse trial is ten times further off",
        "abs(trials.w.slope - dW3[0][0]) > 10 * abs(trials.w.fine - dW3[0][0])",
    ),
    ("7: an offset’s gradient is δ itself", "db3[0] == dz3[0] and db1[1] == dz1[1]"),
    ("8: one says more, the other less", "W2[0][0]*dz2[0]*W2[0][1]*dz2[1] < 0"),
    (
        "9: paths double with each layer of two",
        "grow[1].paths == 2*grow[0].paths and grow[2].paths == 2*grow[1].paths and grow[3].paths == 2*grow[2].paths and grow[11].paths == 4096",
    ),
    (
        "9: with the tape each layer costs the same 10",
        "grow[2].tape - grow[1].tape == 10 and grow[11].tape - grow[10].tape == 10",
    ),
    ("9: ten layers of eight", "big.layers == 10 and big.naive == 71436700944 and big.tape == 1265"),
    ("10: smaller, but above what was promised", "promised < after and after < L"),
    (
        "10: at η = 10 the promise is below zero, the measurement is not",
        "trials.far.eta == 10 and trials.far.promised < 0 and trials.far.after > 0",
    ),
    (
        "11: no steepness of this network is above ¼",
        "max(a1[0]*(1-a1[0]), a1[1]*(1-a1[1]), a2[0]*(1-a2[0]), a2[1]*(1-a2[1]), a3[0]*(1-a3[0])) <= 0.25",
    ),
    ("11: it vanishes with sigmoids, not with ReLUs", "doors.vanish.ratio > 100000 and doors.vanish.relu_ratio < 100"),
    (
        "11: it explodes, and not when clipped",
        "doors.explode.sick[1] > 1000000 * doors.explode.sick[0] and doors.explode.clipped[39] < doors.explode.clipped[0]",
    ),
    (
        "11: half or more of the ReLUs die at rate 3, few at 0.3",
        "doors.die.hot.count >= 8 and doors.die.calm.count <= 2",
    ),
    ("11: a logarithm empties the lowest tenth", "doors.scale.raw_share > 0.7 and doors.scale.log_share < 0.1"),
    ("11: raw inputs overflow, scaled ones do not", "doors.scale.overflow > 10 and doors.scale.scaled_loss < 1"),
    (
        "11: dropout fits worse and answers better",
        "doors.dropout.half.train > doors.dropout.none.train and doors.dropout.half.test < doors.dropout.none.test",
    ),
    ("12: two, six, four, one", "mine.paths == 48 and mine.weights == 40"),
)
