"""Notes for teachers: how backpropagation works."""

from .note import Answered, Note, Stage, Task


def how_it_works() -> Note:
    return Note(
        id="how-it-works",
        topic="how it works",
        title="How it works: why backpropagation is fast, and when it is possible",
        aim="Students can explain why all gradients together cost about as much as two forward passes, what has to be "
        "recorded for that, and why the weights must not begin equal.",
        before="They know the chain rule for a product of functions, at least as “slopes multiply”.",
        path=(
            Stage(
                "0–3",
                "All paths",
                "A gradient is a sum over all paths from a weight to the loss. Count them with the class for one "
                "hidden layer of two units, then for two. The number multiplies with each layer.",
                {"lesson": "paths"},
            ),
            Stage(
                "3–5",
                "With the tape",
                "Open the tape: each operation is recorded once, and the way back reads the records. Click a cell of "
                "the backward pass and see by its arcs which records it reads.",
                {"dataset": "moons", "step": "1", "show": "tape"},
            ),
            Stage(
                "5–7",
                "Is it right?",
                "Press “Check gradients”: every entry is compared with a central difference, the loss at a slightly "
                "larger and a slightly smaller weight. Ask why one would not train like that: two forward passes for "
                "each weight.",
                {"dataset": "moons", "step": "1"},
            ),
            Stage(
                "7–10",
                "Equal units stay equal",
                "All weights begin equal. Ask what the units of a layer will have learned after 500 steps, then run "
                "the lesson: all of them the same. Try the cures, and let the class say why “All zeros” is even worse.",
                {"lesson": "symmetry"},
            ),
        ),
        questions=(
            Answered(
                "Why does the forward pass have to be recorded?",
                "The gradient of a weight is the error behind it times the value before it, and the slope of an "
                "activation depends on the value that went through it. Without the record both would have to be "
                "computed again.",
            ),
            Answered(
                "Why does the computation go backwards, and not from the first layer on?",
                "There is one loss and there are many weights. Backwards, each layer's error is computed once and "
                "serves all the weights before it. Forwards, one pass would be needed for each weight.",
            ),
            Answered(
                "What is dynamic programming in this?",
                "A result that many paths share is computed once, recorded and read: here each layer's error.",
            ),
            Answered(
                "Do smaller batches make equal units differ?",
                "No. In every batch equal units have equal values and equal gradients. Dropout does: its mask is "
                "another for each unit.",
            ),
            Answered(
                "What does backpropagation cost in memory?",
                "The records of the forward pass: their size grows with the number of layers and with the batch.",
            ),
        ),
        misconceptions=(
            Answered(
                "“Backpropagation sends the error through the network the other way round.”",
                "What goes back is a gradient: how much the loss changes when a value changes. It is multiplied by "
                "weights and slopes, and no value of the forward pass is changed.",
            ),
            Answered(
                "“A gradient check is a better way to compute gradients.”",
                "It is a test: slow, and only as exact as the difference of two losses allows.",
            ),
            Answered(
                "“The initial weights are random because nobody knows better ones.”",
                "Equal weights would also be a choice. They must differ so that units can learn different things.",
            ),
            Answered(
                "“More paths make a network smarter.”",
                "The number of paths says what a computation path by path would cost. What a network can represent "
                "depends on its units, layers and activations.",
            ),
        ),
        tasks=(
            Task(
                "Break the symmetry",
                "All weights begin equal, so all units of a layer learn the same. Keep the network and bring the "
                "training loss below 0.1 within 500 steps.",
                "train_loss<0.1,step<=500,hidden_layers=2,hidden_units=16",
                {
                    "dataset": "moons",
                    "hidden": "8tanh,8tanh",
                    "initializer": "constant",
                    "initializer_scale": "0.5",
                    "batch_size": "300",
                    "hide": "hidden,activation,dropout,lessons",
                },
                ({"initializer": "glorot_normal", "initializer_scale": 1.0},),
                500,
                "An initializer that draws at random, at the usual scale.",
            ),
            Task(
                "A product as an input",
                "No hidden layer at all: which single input solves XOR? First say what its sign tells you, then try "
                "it.",
                "test_accuracy>=0.9,hidden_layers=0,step<=100",
                {"dataset": "xor", "hidden": "none", "hide": "hidden,dataset", "show": "features"},
                ({"features": ["x1*x2"]},),
                100,
                "x₁·x₂: it is positive where both have the same sign.",
            ),
        ),
    )
