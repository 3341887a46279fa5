"""Terms of how good a network is: losses and metrics on new data."""

from .term import Term

TOPIC = "How good it is"

TERMS = (
    Term(
        "accuracy",
        "Accuracy",
        TOPIC,
        "Accuracy is the share of samples whose class is predicted right; with 95 % of one class, always predicting "
        "that class has an accuracy of 95 %.",
        "Beside the loss",
    ),
    Term(
        "confusion-matrix",
        "Confusion matrix",
        TOPIC,
        "The confusion matrix counts the samples by true class (rows) and predicted class (columns); the right ones "
        "are on its diagonal.",
        "Beside the graph: the tab Confusion",
        also=("confusion",),
    ),
    Term(
        "rmse",
        "RMSE",
        TOPIC,
        "The root mean squared error is the square root of the mean of (ŷ − y)², in the target’s own units: how far "
        "off a prediction typically is.",
        "Beside the loss of a regression",
    ),
    Term(
        "r2",
        "R²",
        TOPIC,
        "R² is 1 minus the squared error divided by that of always predicting the mean: 1 is perfect, 0 is no better "
        "than the mean, and below 0 is worse.",
        "Beside the loss of a regression",
        ("R²",),
    ),
    Term(
        "overfitting",
        "Overfitting",
        TOPIC,
        "A network overfits when it goes on improving on the training samples while it gets no better, or worse, on "
        "the test samples.",
        "Two lines of the loss curve that part",
        also=("overfits",),
    ),
)
