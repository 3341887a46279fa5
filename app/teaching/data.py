"""Notes for teachers: data."""

from .note import Answered, Note, Stage, Task


def data() -> Note:
    return Note(
        id="data",
        topic="data",
        title="Data: what goes in, and what it does to training",
        aim="Students can explain why columns of different size make training slow or let it diverge, choose a scaling"
        " by looking at the columns, and find the missing value or the outlier behind a run that went wrong.",
        before="They have seen gradient descent on one weight: steps down a curve, and a learning rate that is too "
        "large.",
        path=(
            Stage(
                "0–3",
                "A steep and a flat direction",
                "Two columns, one of them hundreds of times larger than the other. Run the lesson: the loss does not "
                "fall. Draw a long, narrow valley on the board: the rate that suits the steep side is hopeless along "
                "the flat one.",
                {"lesson": "scaling"},
            ),
            Stage(
                "3–5",
                "Three ways to scale",
                "Try the cures from the last to the first. z-score helps, the logarithm helps more: ask what the "
                "column of the population looks like (a few values are very large), and what a logarithm does to it.",
                {"lesson": "scaling"},
            ),
            Stage(
                "5–7",
                "The limit comes from the data",
                "For a single linear unit the largest stable learning rate can be computed before the first step. The "
                "limit is marked on the slider. Set the rate just below it, then just above.",
                {"lesson": "limit"},
            ),
            Stage(
                "7–10",
                "One missing value",
                "One of four hundred cells is empty. Ask how many weights it can spoil, then run: after the first "
                "batch with it, all of them. Walk back with ← and find the operation in which the first NaN appears.",
                {"lesson": "missing"},
            ),
        ),
        questions=(
            Answered(
                "Why not simply take a much smaller learning rate for raw columns?",
                "It has to be small enough for the largest column. Along the others the steps are then so short that "
                "training takes thousands of times longer.",
            ),
            Answered(
                "Why are the numbers of a scaling taken from the training split alone?",
                "The test split stands for data that are not there yet. With numbers from it, the test loss would be "
                "that of a network that has seen them.",
            ),
            Answered(
                "When does scaling to the range from −1 to 1 fail?",
                "With an outlier: it alone takes the end of the range, and all other points end up in a small part of "
                "it.",
            ),
            Answered(
                "Is it enough to give every column a standard deviation of 1?",
                "No. With a mean far from 0, the bias and the weight change the weighted sum in nearly the same way, "
                "and the valley is narrow again. A z-score also subtracts the mean.",
            ),
            Answered(
                "Can a network without a hidden layer tell an inner from an outer circle?",
                "Not from x₁ and x₂: it can only draw a straight line. From x₁² and x₂² it can, since a circle is a "
                "straight line in the squares.",
            ),
        ),
        misconceptions=(
            Answered(
                "“The network learns the scale by itself, in its weights.”",
                "It could hold the scale in its weights, but gradient descent has to get there, and the valley is what"
                " makes that slow.",
            ),
            Answered(
                "“NaN means that the program has a fault.”",
                "It is a result: a missing value was multiplied, or values overflowed to infinity and two of them were "
                "subtracted. The operation in which it first appears tells which.",
            ),
            Answered(
                "“Scaling changes what the data say.”",
                "z-score and linear scaling are linear functions of a column: the order of the values and the ratios "
                "of their distances stay. A logarithm does change distances, which is why it helps with a long tail.",
            ),
            Answered(
                "“Clipping the gradient cures a missing value.”",
                "The norm of a gradient with NaN in it is NaN, and so is the gradient that is scaled by it.",
            ),
        ),
        tasks=(
            Task(
                "Nine houses out of ten",
                "This network does not learn. Leave the learning rate and the network as they are and bring the test "
                "accuracy to 90 % within 500 steps.",
                "test_accuracy>=0.9,step<=500",
                {
                    "dataset": "housing",
                    "samples": "600",
                    "features": "rooms_per_person,population",
                    "scaling": "none",
                    "hidden": "8tanh",
                    "initializer": "glorot_normal",
                    "learning_rate": "0.1",
                    "batch_size": "600",
                    "hide": "dataset,features,learning_rate,hidden,optimizer,lessons",
                    "show": "scaling",
                },
                ({"scaling": "log"}, {"scaling": "standard"}),
                500,
                "The logarithm, or the z-score; linear scaling and clipping are not enough.",
                ({"scaling": "linear"}, {"scaling": "clip"}),
            ),
            Task(
                "Before it overflows",
                "At this learning rate the loss overflows within 60 steps. Keep the rate and bring the loss below "
                "0.02.",
                "train_loss<0.02,step<=60",
                {
                    "dataset": "house_prices",
                    "features": "size,rooms",
                    "scaling": "none",
                    "target_scaling": "none",
                    "hidden": "none",
                    "initializer": "zeros",
                    "learning_rate": "0.1",
                    "batch_size": "300",
                    "hide": "dataset,learning_rate,optimizer,clip_norm,hidden,lessons",
                    "show": "scaling",
                },
                ({"scaling": "standard"}, {"scaling": "linear"}),
                60,
                "z-score, or linear scaling; the logarithm is not enough.",
                ({"scaling": "log"},),
            ),
            Task(
                "A circle without a hidden layer",
                "There is no hidden layer, and you can't add one. Choose the inputs so that the network tells the "
                "circles apart. Why does it work?",
                "test_accuracy>=0.95,hidden_layers=0,step<=300",
                {"dataset": "circles", "hidden": "none", "hide": "hidden,dataset", "show": "features"},
                ({"features": ["x1^2", "x2^2"]}, {"features": ["x1", "x2", "x1^2", "x2^2"]}),
                300,
                "x₁² and x₂², without x₁ and x₂ or with them.",
            ),
        ),
    )
