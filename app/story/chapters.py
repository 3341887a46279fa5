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
    answer: str
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
        """A neural network looks like wiring, but it is a function: a number goes in at the left, and a number comes out at the right. This one is given _x_ = {x[0]}, and its output _ŷ_ (say “y hat”) is {a3[0]}.

In between are five units, each a small function of its own. Its tile draws that function: the input runs along the bottom, the unit’s output upwards, and the dot marks where we are. ⟦Pull _x_, and every dot slides along its curve.⟧

The lines are weights. Blue ones are positive and pass a value on, orange ones are negative and turn its sign; thick ones count for more. Each unit also has a bias, the short bar above its tile. Eight weights and five biases are the parameters: thirteen numbers, and all that this network can learn.""",
        ("ŷ@a3[0] = network ( x@x[0] )", "{a3[0]} = network ( {x[0]} )"),
        "_x_ = {x[0]} goes in, _ŷ_ = {a3[0]} comes out; {count.weights} weights, {count.biases} biases",
        "What is a neural network, without the picture?",
        "A function that is made of smaller ones, its units. Which function it is depends on its parameters: here {count.weights} weights and {count.biases} biases turn {x[0]} into {a3[0]}. Learning means changing them.",
        "All seven forward operations are done. Each tile shows its unit’s output for inputs from −3 to 3.",
        "a3",
        "x",
        2.4,
        tries=("x",),
        invite="Pull the input, here or in the picture.",
        keys=(
            LeaderLine("a unit: its output, drawn over x", "a1[0]", -30, -66),
            LeaderLine("a weight: the number on a line", "W2[0][0]", 34, -50, "start"),
            LeaderLine("the input: pull it", "x[0]", 0, 92),
            LeaderLine("the bias: a short bar", "b3[0]", 0, -46),
            LeaderLine("the output", "a3[0]", 0, 72),
        ),
    ),
    Chapter(
        "forward",
        "The forward pass: add up, activate, record",
        """A unit does two things. First it forms a weighted sum, _z_: each value that arrives times the weight of its line, plus the unit’s bias _b_. Then it puts the sum through its activation function, here the S-shaped sigmoid _σ_ (“sigma”), which bends every sum into a number between 0 and 1. The result is the unit’s activation, _a_, and is passed on.

The upper unit of the first layer has _z¹₁_ = {z1[0]} and _a¹₁_ = {a1[0]}. The raised figure says which layer, the lowered one which unit; a weight has two of them, from which unit and to which.

This is the forward pass. Now look at the strip below the picture, the tape: every result is recorded there as soon as it is known. The backward pass will read from it.""",
        (
            "z^1_1@z1[0] = w^1_11@W1[0][0] · x@x[0] + b^1_1@b1[0]",
            "{z1[0]} = {W1[0][0]} × {x[0]} + {b1[0]}",
            "a^1_1@a1[0] = σ ( z^1_1@z1[0] )",
            "{a1[0]} = sigmoid({z1[0]})",
        ),
        "_z¹₁_ = {W1[0][0]} × {x[0]} + {b1[0]} = {z1[0]}; _a¹₁_ = _σ_({z1[0]}) = {a1[0]}",
        "What does one unit do, and what is recorded of it?",
        "It adds up its weighted inputs and its bias, _z¹₁_ = {z1[0]}, and applies its activation function, _a¹₁_ = {a1[0]}. Both numbers are on the tape: _a¹₁_ goes on to the next layer, and the backward pass will read it again.",
        "Operation 3 of 18. The upper unit of layer 1 has computed its sum and its activation; the activation is the third cell of the tape.",
        "a1",
        "z1",
        2.0,
        note="unit",
        selection="a1[0]",
        tries=("W1[0][0]", "b1[0]"),
        invite="Change its weight and its bias.",
        keys=(
            LeaderLine("z¹₁: the weighted sum", "z1[0]", -40, -56),
            LeaderLine("w¹₁₁: layer 1, from 1 to 1", "W1[0][0]", -72, -84),
            LeaderLine("a¹₁: the activation", "a1[0]", 40, -84, "start"),
        ),
    ),
    Chapter(
        "loss",
        "The loss: one number for how wrong",
        """Every layer does the same, and at the right edge the output _ŷ_ is the network’s prediction: {a3[0]}. For this input the target _y_, the answer that we want, is {y[0]}.

Prediction and target are compared. The loss _L_ makes one number of their difference: squared, and halved. Squaring makes every difference positive and a large one expensive. The ½ will cancel a 2 in chapter five.

_L_ is {L}, and from now on there is one aim: make it smaller. ⟦Move the target [[a3[0] < y[0] | down | up]] to {a3[0]}, and _L_ is 0: nothing is left to learn.⟧ An input with its target is a sample. This network has just one; with many, _L_ is the mean of their losses.""",
        ("L = ½ ( ŷ@a3[0] − y@y[0] ) ²", "{L} = ½ × ( {a3[0]} − {y[0]} )²"),
        "_ŷ_ = {a3[0]}, _y_ = {y[0]}, _L_ = {L}",
        "How is “wrong” measured?",
        "By the loss: half the square of prediction minus target, here _L_ = {L}. It is 0 where the two are equal, and it grows faster the further apart they are. For many samples it is the mean.",
        "Operation 8 of 18: the loss. Below, the loss for every possible prediction; the dot is ours.",
        "L",
        "a3",
        1.6,
        note="loss",
        tries=("y",),
        invite="Move the target; the curve slides with it.",
        keys=(
            LeaderLine("ŷ: the prediction", "a3[0]", 0, 64),
            LeaderLine("y: the target", "y[0]", -104, -14, "end"),
            LeaderLine("L: the loss", "L", -6, 62),
        ),
    ),
    Chapter(
        "blame",
        "The gradient: which way to turn each weight",
        """Try it out: raise _w³₁₁_, the upper weight into the output, by {trials.size}, leave the rest alone and run the network again. _L_ goes from {L} to {trials.w.L}. That change, divided by {trials.size}, is {trials.w.slope}. It estimates a slope, ∂L/∂w: the rate at which _L_ changes with _w_.

The bars show the same trial for all thirteen parameters. Raising {trials.helps} of them lowers _L_, raising {trials.hurts} increases it. The slopes of all thirteen together are the gradient. To make _L_ smaller, every parameter has to move against its slope: up where it is negative, down where it is positive.

But each bar has cost a complete run of the network. A million parameters would need a million runs, for a single step. Backpropagation finds the whole gradient in one backward pass.""",
        ("frac(w^3_11) ≈ ( L′ − L ) / 0.1", "{trials.w.slope} = ( {trials.w.L|5} − {L|5} ) / {trials.size}"),
        "_L_ at _w³₁₁_ = {W3[0][0]} + {trials.size}: {trials.w.L}; estimated slope {trials.w.slope}; thirteen runs",
        "What is the gradient, and what is it good for?",
        "The slopes of _L_ along all parameters. Each says how fast _L_ changes when that parameter alone is raised. For _w³₁₁_ it is about {trials.w.slope}, so to make _L_ smaller, _w³₁₁_ has to go [[trials.w.slope > 0 | down. | up.]]",
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
        "The backward pass begins: the slope at the output",
        """The backward pass starts where the forward pass ended. If the prediction _ŷ_ rose a little, what would _L_ do? _L_ is half a square, and the slope of half a square is the difference itself, _ŷ_ − _y_: the derivative of a square brings a 2, and the ½ cancels it. The slope is {da3[0]}. Raise the prediction, and the loss [[da3[0] < 0 | falls | da3[0] > 0 | rises | stays]].

In the picture, slopes are green when positive and purple when negative, and their arrowheads point left, so that nobody takes them for values. On the tape this one is called _∂ŷ_, short for ∂L/∂ŷ. It fills the first cell of the second half, and it takes one subtraction, because _ŷ_ is still on the tape.""",
        ("frac(ŷ)@da3[0] = ŷ@a3[0] − y@y[0]", "{da3[0]} = {a3[0]} − {y[0]}"),
        "∂L/∂ŷ = {a3[0]} − {y[0]} = {da3[0]}",
        "In which direction is the prediction wrong?",
        "[[da3[0] < 0 | It is too low: | da3[0] > 0 | It is too high: | In neither:]] ∂L/∂ŷ = _ŷ_ − _y_ = {da3[0]}. The sign says in which direction, the size how fast _L_ would change.",
        "Operation 9 of 18. The straight line touches the loss at our prediction; its slope is the first cell of the backward pass.",
        "da3",
        "L",
        1.8,
        note="turn",
        tries=("y",),
        invite="Move the target past the prediction: the slope changes its sign.",
        keys=(LeaderLine("∂ŷ travels left", "da3[0]", 10, 78),),
    ),
    Chapter(
        "slope",
        "The chain rule, read off the tape",
        """_ŷ_ is _σ_ of the sum _z³_ = {z3[0]}. If _z³_ rises a little, _ŷ_ rises {a3[0]*(1-a3[0])} times as far: that is the slope of the S at this place, its derivative _σ_′. And _L_ changes {da3[0]} times as far as _ŷ_. So _L_ changes {da3[0]} × {a3[0]*(1-a3[0])} times as far as _z³_. When one rate follows another, they multiply: this is the chain rule.

For the sigmoid, _σ_′ is _a_ · (1 − _a_). It takes only the unit’s own activation, which was recorded on the way forward, so nothing is computed twice. Follow the heavy arc from the new cell to the old one.

The product is {dz3[0]}. The slope of _L_ at a weighted sum is needed so often that it has a name: the error _δ_ (“delta”) of the unit. This one is _δ³_, for layer three.""",
        (
            "δ^3@dz3[0] = frac(ŷ)@da3[0] · a^3@a3[0] ( 1 − a^3@a3[0] )",
            "{dz3[0]} = {da3[0]} × {a3[0]}",
            "× ( 1 − {a3[0]} )",
        ),
        "_σ_′ = {a3[0]} × (1 − {a3[0]}) = {a3[0]*(1-a3[0])}; _δ³_ = {da3[0]} × {a3[0]*(1-a3[0])} = {dz3[0]}",
        "What does the backward pass need from the forward pass?",
        "The recorded activations. Since _σ_(_z_) is 1/(1 + exp(−_z_)), its derivative is exp(−_z_)/(1 + exp(−_z_))², and that is _a_ · (1 − _a_). With _a_ from the tape, _σ_′ = {a3[0]*(1-a3[0])} and _δ³_ = {da3[0]} × {a3[0]*(1-a3[0])} = {dz3[0]}.",
        "Operation 10 of 18. It reads the cell ŷ; below, the straight line has the slope of the sigmoid at our sum.",
        "dz3",
        "da3",
        2.0,
        note="tangent",
        tries=("x",),
        invite="Drag the tape: the arc comes and goes.",
        keys=(LeaderLine("δ³: the error at the sum", "dz3[0]", -40, 72),),
    ),
    Chapter(
        "weight",
        "A weight’s gradient: error × input",
        """_w³₁₁_ multiplies the activation _a²₁_ = {a2[0]} on its way into _z³_. If the weight rises, _z³_ rises {a2[0]} times as far, and _L_ changes _δ³_ times as far as _z³_. By the chain rule, the weight’s gradient is the product of the numbers at its two ends: the error from the right and the recorded input from the left.

The estimate of chapter four was {trials.w.slope}; this product is {dW3[0][0]}. A trial of {trials.size} is coarse, because _L_ is curved; with 0.001 it gives {trials.w.fine}. The rule holds for all eight weights. A bias has nothing to multiply: its gradient is _δ_ itself.

In a batch of several samples, each has slopes of its own, and the gradient is their mean. A second sample, _x_ = {trials.second.x} with _y_ = {trials.second.y}, gives {trials.second.slope} for this weight; the mean of both is {trials.second.mean}.""",
        ("frac(w^3_11)@dW3[0][0] = δ^3@dz3[0] · a^2_1@a2[0]", "{dW3[0][0]} = {dz3[0]} × {a2[0]}"),
        "∂L/∂w³₁₁ = {dz3[0]} × {a2[0]} = {dW3[0][0]}; with a second sample’s {trials.second.slope} the mean is {trials.second.mean}",
        "How fast does L change with this weight, exactly?",
        "∂L/∂w³₁₁ = _δ³_ · _a²₁_ = {dz3[0]} × {a2[0]} = {dW3[0][0]}: error times input. A bias has {db3[0]}, the error alone. For a batch it is the mean over its samples.",
        "Operation 11 of 18. Input from the left, error from the right: their product is the weight’s gradient.",
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
        """A unit of the first layer reaches the loss only through the second layer. There the errors are found as at the output: weight times _δ³_, times the unit’s own _σ_′. That gives {dz2[0]} and {dz2[1]}.

The upper unit of the first layer feeds both. If its activation rises, _L_ changes along both lines, and the two changes add up: the slope is the sum of weight × error. Here [[W2[0][0]*dz2[0]*W2[0][1]*dz2[1] < 0 | they have opposite signs and partly cancel: | both have the same sign:]] the sum is {da1[0]}.

Forward, a unit adds up what comes in. Backward, it adds up what comes back, over the same lines and with the same weights. Times its _σ_′, the sum becomes its own error; that, times its input, is the gradient of its weight, and we have reached the left edge.""",
        (
            "frac(a^1_1)@da1[0] = w^2_11@W2[0][0] · δ^2_1@dz2[0] + w^2_12@W2[0][1] · δ^2_2@dz2[1]",
            "{da1[0]} = {W2[0][0]} × {dz2[0]|5}",
            "+ {W2[0][1]} × {dz2[1]|5}",
        ),
        "∂L/∂a¹₁ = {W2[0][0]*dz2[0]} + {W2[0][1]*dz2[1]} = {da1[0]}",
        "How does a unit that is not connected to the loss get its error?",
        "From the units that it feeds: the sum of weight × error over its outgoing lines, {da1[0]}, times its own _σ_′, {a1[0]*(1-a1[0])}. So the error of the upper unit in layer 1 is {dz1[0]}.",
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
        """One could do without recording errors: follow every path from a weight to _L_, multiply its factors, add up the paths. For all eight weights there are {count.all} paths with {count.naive} multiplications; with the tape, {count.tape} are enough.

The difference is repetition. Both paths from _w¹₁₁_ begin with _x_ and the _σ_′ of its unit: below, these are taken out of the sum. The bracket that is left, ∂L/∂a¹₁, serves the unit’s bias as well. Computing shared parts once is dynamic programming: forward it is done for activations, backward for errors. Without it, every layer of two doubles the paths: {grow[0].paths}, {grow[1].paths}, {grow[2].paths}, {grow[3].paths}. Ten layers of eight take {big.naive} multiplications instead of {big.tape}.

Backpropagation is the chain rule in reverse mode: one backward pass for each output, and _L_ is only one. Forward mode would need one pass for each parameter, here thirteen. ⟦Switch recording off and watch what repeats.⟧""",
        (
            "frac(w^1_11)@dW1[0][0] = x@x[0] · σ′ · w^2_11@W2[0][0] · δ^2_1@dz2[0]",
            "+ x@x[0] · σ′ · w^2_12@W2[0][1] · δ^2_2@dz2[1]",
            " = x@x[0] · σ′ · ( w^2_11@W2[0][0] · δ^2_1@dz2[0] + w^2_12@W2[0][1] · δ^2_2@dz2[1] )",
            "{dW1[0][0]} = {x[0]} × {a1[0]*(1-a1[0])}",
            "× ( {W2[0][0]} × {dz2[0]|5} + {W2[0][1]} × {dz2[1]|5} )",
        ),
        "layers of two: 1 takes {grow[0].naive} against {grow[0].tape}, 2 take {grow[1].naive} against {grow[1].tape}, 6 take {grow[5].naive} against {grow[5].tape}, 12 take {grow[11].naive} against {grow[11].tape}",
        "Why does everybody record, and go backward?",
        "There are many parameters and one loss, so reverse mode gets all slopes in one pass, and recording lets every shared product be computed once: {count.tape} multiplications here instead of {count.naive}, {big.tape} instead of {big.naive} in ten layers of eight. The price is memory: the tape has to be kept.",
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
        "Gradient descent: one step, and a measurement",
        """Now all thirteen parameters take one step, each against its slope: gradient descent. The learning rate _η_ (“eta”), here {eta}, says how far. _w³₁₁_ goes from {W3[0][0]} to {next.W3[0][0]}.

If the slopes stayed as they are, the step would lower _L_ by _η_ · |_g_|², where |_g_|² is the sum of the thirteen squared slopes, {trials.squares}. So the slopes promise {promised}. Run the network again, with the same input and the new parameters: the measured loss is {after}, where it was {L}. [[after < L and after > promised | Smaller, though not by quite as much as promised, because the loss is curved. | after < L | Smaller, and by a little more than promised, because the loss is curved. | after == L | Nothing has moved. | Not smaller: the step was too long.]]

At _η_ = {trials.far.eta} the slopes promise {trials.far.promised}[[trials.far.promised < 0 | , a loss below zero, which no square can be. | .]] The measured loss is {trials.far.after}[[trials.far.after > L | , more than before: the step is too long, and overshoots. | trials.far.after > trials.best.after | , and a shorter step does better. | .]] Of all the steps drawn, _η_ = {trials.best.eta} does best.""",
        (
            "w^3_11@next.W3[0][0] ← w^3_11@W3[0][0] − η · frac(w^3_11)@dW3[0][0]",
            "{next.W3[0][0]} = {W3[0][0]} − {eta} × ( {dW3[0][0]} )",
            "L′ ≈ L − η · |g| ²",
            "{promised|5} = {L|5} − {eta} × {trials.squares|5}",
        ),
        "_L_ from {L} to {after}; promised: {L} − {eta} × {trials.squares} = {promised}; at _η_ = {trials.far.eta} it becomes {trials.far.after}",
        "Did it help, and how do we know?",
        "[[after < L | Yes. | No.]] The network was run again: _L_ is {after} after the step, {L} before it. The promise, {promised}, comes from slopes that hold only near the old parameters; the longer the step, the less it is worth.",
        "Operation 18 of 18. All thirteen numbers before and after, and the loss that was promised and measured.",
        "update",
        "dW1",
        2.4,
        note="update",
        selection="W3[0][0]",
        tries=("eta",),
        invite="Change the learning rate, from 0 to 40.",
    ),
    Chapter(
        "doors",
        "What can go wrong on the way back",
        """What is differentiable can probably be learned by gradient descent. Probably, because the error has a long way back: in every layer it is multiplied by a weight and by a derivative, _w_ · _σ_′. Whatever goes wrong on the way back goes wrong in that product.

The sigmoid’s _σ_′ is never more than ¼: unless the weights make up for it, the error shrinks with every layer and vanishes. With weights that are too large it grows and explodes. A ReLU, max(0, _z_), has derivative 1 where it lets a sum through and 0 where it blocks. If it blocks for every sample, its own weights get no gradient: it is dead. And inputs left at a large scale can drive the numbers beyond what float64 can hold: they overflow.

Dropout puts zeros into the product on purpose. For each there is a lesson in which you can see it, measure it and mend it.""",
        (
            "δ^1_1@dz1[0] = δ^3@dz3[0] · ( w · σ′ ) · ( w · σ′ ) + …",
            "{dz1[0]} = {dz3[0]} × ( {W3[0][0]} × {a2[0]*(1-a2[0])} )",
            "× ( {W2[0][0]} × {a1[0]*(1-a1[0])} )",
            "+ {dz3[0]*W3[1][0]*a2[1]*(1-a2[1])*W2[0][1]*a1[0]*(1-a1[0])}",
        ),
        "Five sigmoid layers make the error {doors.vanishing.run.ratio} times smaller; {doors.dying.run.count} of 16 ReLUs dead at _η_ = {doors.dying.run.rate}",
        "What can go wrong, and where would I see it?",
        "Factors below 1 let the gradient vanish, factors above 1 let it explode: compare the size of _δ_ from layer to layer. A factor of 0 stops it: look for units whose output is 0 for every sample. Overflow shows in the loss, and overfitting in the gap between training and test loss.",
        "One path of this very network, factor by factor, and five lessons with one measurement each.",
        "dW1",
        "dz3",
        2.4,
        note="doors",
        invite="Open one of the lessons in the playground.",
    ),
    Chapter(
        "yours",
        "Your own network, with dropout",
        """This is [[mine.own > 0 | the network that you left in the playground: | the playground’s network:]] {mine.shape}. Path by path, the gradients of one sample would take {mine.naive} multiplications; with the tape they take {mine.tape}. The chain rule is the same. [[mine.own > 0 | New may be the activation functions with their derivatives, the loss, and a batch of samples in each step. | New are the activation function tanh, with derivative 1 − a²; cross-entropy as the loss, for which the error at the output is just ŷ − y; and a batch of samples in each step.]]

And dropout[[mine.out > 0 | : in this step some hidden units were left out at random, the hollow tiles. | mine.masks > 0 | : for each step some hidden units are left out at random; in this one it was none. | , which is switched off here: raise its rate, and for each step some hidden units are left out at random.]] The dropout rate _p_ is the probability with which a unit is left out. One that stays passes on _d_ = _a_/(1 − _p_), so that the sums keep their size on average. The others pass nothing forward and no error back: from this sample their weights get no gradient. The mask is on the tape too, because the backward pass must leave out the same units.

The next step draws a new random mask. At _p_ = 1 every unit is left out, and no weight learns anything.""",
        (
            "δ^2_4 = ∂d^2_4 · 1/(1−p) · ( 1 − ( a^2_4 ) ² )",
            "{mine.unit.slope} = {mine.unit.error} × 1/(1−{mine.unit.rate})",
            "× ( 1 − ( {mine.unit.activation} )² )",
        ),
        "{mine.paths} paths from end to end; {mine.naive} multiplications against {mine.tape}",
        "Can I read the playground now?",
        "You can if each factor of the formula has a place in the picture: ∂_d_ comes back from the right, 1/(1 − _p_) is what dropout multiplied by on the way forward, and 1 − _a_² is the derivative of tanh, read off the tape.",
        "The playground’s 2-6-4-1 in the middle of its backward pass. The hollow tiles are left out of this step.",
        "dz2",
        "x",
        3.6,
        note="yours",
        invite="There you can change everything.",
    ),
)
ORDINALS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

SOURCES = (
    "The small network, its weights and every record of its step are those of a worked example that was verified apart from this engine, by plain loops and by central differences; the target is our own.",
    "Explaining backpropagation by scrolling through one small network is the idea of the page that Google’s machine learning course links to. It names the two things to watch: how the data flows, and how recording saves the work of many paths.",
    "Backpropagation by this name: D. E. Rumelhart, G. E. Hinton and R. J. Williams, “Learning representations by back-propagating errors”, Nature 323 (1986). Dropout: N. Srivastava and others, Journal of Machine Learning Research 15 (2014).",
    "Words, numbers and pictures are this project’s own.",
)
