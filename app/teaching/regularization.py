"""Notes for teachers: regularization."""

from .note import Answered, Note, Stage, Task

SIXTY = {
    "dataset": "moons",
    "samples": "600",
    "test_fraction": "0.9",
    "noise": "0.3",
    "label_noise": "0.1",
    "hidden": "16relu,16relu",
    "initializer": "he_normal",
    "optimizer": "adam",
    "learning_rate": "0.01",
    "batch_size": "100",
}
"""The setup of the lesson on dropout: sixty noisy training samples, six of them with the wrong label."""


def regularization() -> Note:
    return Note(
        id="regularization",
        topic="regularization",
        title="Regularization: against overfitting",
        aim="Students can recognize overfitting by the gap between training and test loss, name three ways to narrow "
        "it, and say what dropout does during training and what it does not do in use.",
        before="They can read a loss curve and know why some of the data are kept for testing.",
        path=(
            Stage(
                "0–3",
                "Sixty noisy samples",
                "A network with hundreds of weights learns sixty samples, six of which have the wrong label. Run the "
                "lesson and stop when the two curves part. Ask: at which step would you have stopped?",
                {"lesson": "dropout"},
            ),
            Stage(
                "3–5",
                "What was memorized",
                "Look at the output plane: islands around single points. Ask which of these points have a wrong label. "
                "The training accuracy is 100 %, and that is no good sign here.",
                {"lesson": "dropout"},
            ),
            Stage(
                "5–8",
                "Dropout, from a fifth to all",
                "Try the cures in their order. The gap narrows with each. Before “Drop everything” ask"
                " what will be left: the bias of the output, and one answer for every input.",
                {"lesson": "dropout"},
            ),
            Stage(
                "8–10",
                "Many networks that share their weights",
                "Every mask is a smaller network. Here their average is computed: with one hidden layer the whole "
                "network in use is exactly the renormalized geometric mean of all of them.",
                {"lesson": "ensemble"},
            ),
        ),
        questions=(
            Answered(
                "The training loss is almost 0. Why is that no success?",
                "The network has learned these samples, wrong labels included. What counts is the loss on samples that"
                " it has not seen, and that rises meanwhile.",
            ),
            Answered(
                "Why are the kept values multiplied by 1/(1 − p) during training?",
                "So that the next layer's weighted sum is on average as large as without dropout. In use nothing is "
                "dropped and nothing has to be rescaled.",
            ),
            Answered(
                "With dropout the training loss is higher. Has the network become worse?",
                "The loss of a step is that of a thinned-out network. Compare evaluations, which use the whole "
                "network.",
            ),
            Answered(
                "What else narrows the gap?",
                "More data, fewer units, an L2 penalty, or stopping earlier: each leaves the network less room to "
                "learn single samples.",
            ),
            Answered(
                "Why does dropout of all units not end in an error?",
                "Nothing passes the hidden layers then, so the output is its bias. It learns the share of the classes,"
                " and nothing else can be learned.",
            ),
        ),
        misconceptions=(
            Answered(
                "“Overfitting means that the test loss is higher than the training loss.”",
                "It nearly always is. Overfitting is when the gap widens because the test loss rises while the "
                "training loss still falls.",
            ),
            Answered(
                "“Dropout removes units from the network for good.”",
                "Each step draws another mask. After training all units are there and are used.",
            ),
            Answered(
                "“More dropout is always safer.”",
                "With four fifths dropped the gap is narrow and the fit poor: both losses are then higher than they "
                "need be.",
            ),
            Answered(
                "“A larger network always overfits more.”",
                "It can. Whether it does depends on how much data there are, how long it is trained and how it is "
                "regularized.",
            ),
        ),
        tasks=(
            Task(
                "Close the gap without dropout",
                "This network memorizes its sixty samples. Close the gap between test and training loss after "
                "500 steps or more, without dropout.",
                "gap<0.1,test_loss<0.4,step>=500",
                {**SIXTY, "hide": "dropout,test_fraction,samples,noise,label_noise,dataset,lessons"},
                ({"l2": 0.01},),
                500,
                "An L2 penalty of 0.01. Layers of three units are not enough.",
                ({"hidden": [{"units": 3, "activation": "relu"}] * 2},),
            ),
            Task(
                "Stop in time",
                "Change no setting. Train until just before the test loss gets worse, and stop: which step do you "
                "choose? Walk back if you went too far.",
                "test_loss<0.285,step<=200",
                {**SIXTY, "hide": "controls,lessons"},
                ({},),
                80,
                "Between about step 60 and step 80: the test loss is then 0.28; at step 200 it is 0.55.",
            ),
        ),
    )
