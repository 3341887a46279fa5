# ruff: noqa: E501  (expressions, a claim a line)
"""What the chapters say in words, as expressions that must hold for the fixed run."""

CLAIMS: tuple[tuple[str, str], ...] = (
    ("1: the answer lies between 0 and 1", "a3[0] > 0 and a3[0] < 1"),
    ("1: eight weights, five biases", "count.weights == 8 and count.biases == 5"),
    ("3: at a target equal to the prediction the loss is 0", "trials.at_guess == 0"),
    ("4: thirteen numbers, and none without effect", "trials.helps + trials.hurts == 13"),
    ("4: raising w³₁₁ raises the loss", "trials.w.L > L"),
    ("4: some help, some hurt", "trials.helps > 0 and trials.hurts > 0"),
    ("4: the slope divides by the size of the trial", "trials.size == 0.1"),
    ("5: raise the prediction, and the loss rises", "da3[0] > 0"),
    ("6: the sigmoid’s derivative makes the slope smaller", "abs(dz3[0]) < abs(da3[0])"),
    ("7: the fine trial agrees to 1 %", "abs(trials.w.fine / dW3[0][0] - 1) < 0.01"),
    (
        "7: the coarse trial is ten times further off",
        "abs(trials.w.slope - dW3[0][0]) > 10 * abs(trials.w.fine - dW3[0][0])",
    ),
    ("7: a bias’s gradient is δ itself", "db3[0] == dz3[0] and db1[1] == dz1[1]"),
    (
        "7: a batch’s gradient is the mean of its samples’",
        "abs(trials.second.mean - (dW3[0][0] + trials.second.slope)/2) < 1e-15",
    ),
    ("8: the two have opposite signs", "W2[0][0]*dz2[0]*W2[0][1]*dz2[1] < 0"),
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
        "10: the promise is L minus the learning rate times the sum of squared slopes",
        "abs(promised - (L - eta*trials.squares)) < 1e-15",
    ),
    (
        "10: at η = 40 the promise is below zero, and the step is too long",
        "trials.far.eta == 40 and trials.far.promised < 0 and trials.far.after > L",
    ),
    (
        "10: a shorter step is better than the longest, a longer one than the first",
        "trials.best.eta > eta and trials.best.eta < trials.far.eta and trials.best.after < 0.01*L",
    ),
    (
        "11: no σ′ of this network is above ¼",
        "max(a1[0]*(1-a1[0]), a1[1]*(1-a1[1]), a2[0]*(1-a2[0]), a2[1]*(1-a2[1]), a3[0]*(1-a3[0])) <= 0.25",
    ),
    (
        "11: it vanishes with sigmoids, not with ReLUs",
        "doors.vanishing.run.ratio > 1000 and doors.vanishing.cure.ratio < 100 and doors.vanishing.run.per_layer > 4",
    ),
    (
        "11: it explodes, and not when clipped",
        "doors.exploding.run.curve[1] > 1000000 * doors.exploding.run.curve[0] and doors.exploding.cure.loss < doors.exploding.cure.curve[0]",
    ),
    (
        "11: half or more of the ReLUs die at rate 3, few at 0.3",
        "doors.dying.run.count >= 8 and doors.dying.cure.count <= 2 and doors.dying.run.rate == 3 and doors.dying.cure.rate == 0.3",
    ),
    (
        "11: raw inputs overflow, scaled ones do not",
        "doors.overflow.run.stopped_at > 10 and doors.overflow.run.growth > 1000 and doors.overflow.cure.loss < 1",
    ),
    (
        "11: dropout fits worse and has the lower test loss",
        "doors.dropout.cure.train_loss > doors.dropout.run.train_loss and doors.dropout.cure.test_loss < doors.dropout.run.test_loss",
    ),
    ("12: two, six, four, one", "mine.paths == 48 and mine.weights == 40"),
)
