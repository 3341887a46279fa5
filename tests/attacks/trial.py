"""One attack on one fresh server, and what came of it."""

import asyncio
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from time import sleep

from tests.attacks.attacks import Attack
from tests.attacks.client import Attacker
from tests.processes import ROOT, ServerProcess

AIM = 0.050  # seconds: the 99th percentile of /healthz beside every attack


@dataclass(frozen=True)
class Outcome:
    """`seconds` that /healthz took, an answer each; `failed` of them were no 200. CPU is the server's, with its
    processes'."""

    attack: Attack
    answers: Counter[str]
    seconds: Sequence[float]
    failed: int
    cpu: float
    peak: int
    log: int

    @property
    def p50(self) -> float:
        return quantiles(self.seconds, n=100, method="inclusive")[49]

    @property
    def p99(self) -> float:
        return quantiles(self.seconds, n=100, method="inclusive")[98]

    @property
    def refused(self) -> bool:
        """As it was to be."""
        return self.attack.expected is None or self.answers[self.attack.expected] > 0

    def verdict(self, idle: float = 0.0) -> str:
        """`idle`: the 99th percentile without an attack, on a machine that has other things to do as well."""
        if self.failed:
            return f"{self.failed} unanswered"
        if not self.refused:
            return f"no {self.attack.expected}"
        return "holds" if self.p99 < max(AIM, 2 * idle) else "slow"


def attempt(attack: Attack, size: float = 1.0) -> Outcome:
    """A server is started, attacked, watched meanwhile, and asked once more when the attack is over."""
    server = ServerProcess("memory:", **attack.environment)
    try:
        if attack.files is not None:  # it has not looked yet
            resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (attack.files, attack.files))
        before, attacker = cpu_of(server.process.pid), Attacker(server.port)
        watch = subprocess.Popen(
            [sys.executable, "-m", "tests.attacks.probe", str(server.port)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        assert watch.stdout is not None
        watch.stdout.readline()
        sleep(0.3)  # so that a short attack is watched, too
        asyncio.run(_attacked(attack, attacker, size))
        sleep(0.3)
        watch.kill()
        seen = [line.split() for line in watch.communicate()[0].splitlines() if line.count(" ") == 1]
        cpu, peak = cpu_of(server.process.pid) - before, server.resident(peak=True)
        server.client.get("/healthz").raise_for_status()
        _, said = server.stop()
    finally:
        if server.process.poll() is None:
            server.kill()
    failed = sum(status != "200" for status, _ in seen)
    return Outcome(attack, attacker.answers, [float(took) for _, took in seen], failed, cpu, peak, len(said))


async def _attacked(attack: Attack, attacker: Attacker, size: float) -> None:
    async with asyncio.timeout(120):
        await attack.run(attacker, size)


def cpu_of(process: int) -> float:
    """Seconds of processor time that it and its children have had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / 100
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return own + sum(cpu_of(int(child)) for child in children if Path(f"/proc/{child}").exists())
