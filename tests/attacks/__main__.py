"""Every attack, after a watch without any: `python -m tests.attacks`; `… paths`: those whose name holds a text."""

import sys

from tests.attacks.attacks import ATTACKS
from tests.attacks.trial import Outcome, attempt


def row(outcome: Outcome, idle: float) -> str:
    answers = ", ".join(f"{number} × {status}" for status, number in sorted(outcome.answers.items()))
    times = [f"{1000 * time:.0f}" for time in (outcome.p50, outcome.p99, max(outcome.seconds))]
    facts = [*times, f"{outcome.cpu:.1f}", f"{outcome.peak / 1e6:.0f}", f"{outcome.log / 1000:.0f}"]
    return " | ".join(["", outcome.attack.name, *facts, answers, outcome.verdict(idle), ""]).strip()


def main(text: str = "") -> int:
    print("| attack | p50 ms | p99 ms | max ms | CPU s | peak MB | log kB | answers | verdict |")
    print("|---|---|---|---|---|---|---|---|---|")
    attacks = [attack for attack in ATTACKS if text in attack.name or attack is ATTACKS[0]]
    outcomes: list[Outcome] = []
    for attack in attacks:
        outcomes.append(attempt(attack))
        print(row(outcomes[-1], outcomes[0].p99), flush=True)
    return int(any(outcome.verdict(outcomes[0].p99) != "holds" for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
