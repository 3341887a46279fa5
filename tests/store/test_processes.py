"""Real servers, killed, stopped and started again: no step is lost or doubled, each is the same to the last bit."""

import os
import resource
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, suppress
from itertools import islice
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT, ServerProcess, server, step_of

CONFIG = {"dropout": 0.25, "seed": 7, "optimizer": "adam", "learning_rate": 0.01}
STEPS = 1200


@pytest.fixture(scope="module")
def uninterrupted() -> list[bytes]:
    """The lines of every step, from a server that nothing happens to."""
    with server("memory:") as plain:
        return plain.train(plain.create(**CONFIG), steps=STEPS)


@pytest.fixture
def address(tmp_path: Path) -> str:
    return (tmp_path / "deep" / "runs.sqlite").as_uri().replace("file:", "sqlite:")


def wait_for_lease(client: httpx.Client, run: str) -> None:
    """Until nobody trains the run any more: a server that died lets go when its lease runs out."""
    while client.get(f"/api/runs/{run}").raise_for_status().json()["training"]:
        pass


def test_a_script_gets_the_next_line_after_a_kill_amid_its_stream(address: str, uninterrupted: list[bytes]) -> None:
    """With everything that was there before: a change, a fork, a table."""
    with server(address) as first:
        table = first.client.post("/api/datasets?target=y", content=b"a,y\n1,no\n2,yes\n3,no\n4,yes\n").json()
        on_table = first.create(dataset=table["name"])
        run = first.create(**CONFIG)
        other = first.create(seed=1)
        first.train(other, steps=40)
        first.client.patch(f"/api/runs/{other}", json={"learning_rate": 0.01}).raise_for_status()
        first.train(other, steps=10)
        fork = first.client.post(f"/api/runs/{other}/forks", json={"step": 20, "learning_rate": 0.5}).json()["id"]
        before = {name: first.run(name) for name in (other, fork, on_table)}
        with first.stream(run, steps=STEPS) as lines:
            seen = list(islice(lines, 600))
            first.process.kill()
    assert seen == uninterrupted[: len(seen)]
    with server(address) as second:
        assert {name: second.run(name) for name in before} == before
        assert second.client.get(f"/api/datasets/{table['name']}").json() == table
        line = second.client.get(f"/api/runs/{other}/steps/45").raise_for_status().content
        assert line == second.client.get(f"/api/runs/{other}/steps/45").content
        assert second.run(run)["step"] <= len(seen)
        refused = second.client.post(f"/api/runs/{run}/train", json={"from_step": len(seen)})
        assert refused.status_code in (200, 409)  # the lease of the one that was killed may have run out by now
        if refused.status_code == 409:
            wait_for_lease(second.client, run)
            rest = second.train(run, steps=STEPS - len(seen), from_step=len(seen))
        else:
            rest = [*refused.content.splitlines()[:-1], *second.train(run, steps=STEPS - len(seen) - 1)]
        assert seen + rest == uninterrupted


def test_two_servers_on_one_file_take_turns(address: str, uninterrupted: list[bytes]) -> None:
    """No step is doubled and none is different, whoever is asked; who is not at it is told so."""
    with server(address) as one, server(address) as two:
        run, got = one.create(**CONFIG), []
        for turn in range(6):
            each, other = (one, two) if turn % 2 else (two, one)
            got += each.train(run, steps=100, from_step=100 * turn)[:-1]
            assert other.run(run)["step"] == 100 * (turn + 1)
            assert other.client.post(f"/api/runs/{run}/train", json={"from_step": 0}).status_code == 409
        assert got == uninterrupted[:600]
        with one.stream(run, steps=100_000, every=100) as lines:
            next(lines)
            assert two.client.post(f"/api/runs/{run}/train").json()["type"].endswith(":busy")
            assert two.client.post(f"/api/runs/{run}/rewind", json={"step": 0}).status_code == 409
            seen = next(lines)
            assert two.client.get(f"/api/runs/{run}/steps/{step_of(seen)}").content == seen + b"\n"


def test_a_server_that_was_stopped_and_goes_on_is_refused(address: str) -> None:
    with server(address) as one, server(address) as two:
        run = one.create(**CONFIG)
        with one.stream(run, steps=100_000, every=10, detail="summary") as lines:
            seen = next(lines)
            one.signal(signal.SIGSTOP)
            wait_for_lease(two.client, run)
            two.client.post(f"/api/runs/{run}/rewind", json={"step": 0}).raise_for_status()
            two.client.patch(f"/api/runs/{run}", json={"learning_rate": 0.5}).raise_for_status()
            two.train(run, steps=7)
            one.signal(signal.SIGCONT)
            *_, last = [seen, *lines]
            assert b'"type":"evaluation"' not in last  # it ends without an end: the reader asks how far the run got
        assert one.run(run) == two.run(run)
        assert one.run(run)["step"] == 7


def test_another_kernel_goes_on_from_the_newest_checkpoint_and_says_so(address: str) -> None:
    """OpenBLAS is told to be of older processors, whose sums differ in the last bit."""
    with server(address) as first:
        run = first.create(**CONFIG)
        first.train(run, steps=50)
        before = first.run(run)
        assert before["exact_from"] == 0
    with server(address, OPENBLAS_CORETYPE="Prescott") as other:
        now = other.run(run)
        assert (now["step"], now["exact_from"], now["parameters"]) == (50, 50, before["parameters"])
        refused = other.client.get(f"/api/runs/{run}/steps/20")
        assert (refused.status_code, refused.json()["type"].split(":")[-1]) == (409, "not-replayable")
        assert len(other.train(run, steps=5, from_step=50)) == 6
        assert other.client.get(f"/api/runs/{run}/steps/52").status_code == 200


def test_sigterm_ends_streams_at_a_whole_step_that_is_kept(address: str, uninterrupted: list[bytes]) -> None:
    with ExitStack() as stack:
        first = stack.enter_context(server(address))
        run = first.create(**CONFIG)
        with first.stream(run, steps=STEPS) as lines:
            seen = [next(lines)]
            first.process.terminate()
            seen += lines
        assert first.process.wait(30) == 0
        assert len(seen) < STEPS
        second = stack.enter_context(server(address))
        assert second.run(run)["step"] == len(seen)
        assert not second.run(run)["training"]
        assert seen + second.train(run, steps=STEPS - len(seen), from_step=len(seen)) == uninterrupted


def test_a_worker_that_is_killed_is_missed_for_a_moment(address: str) -> None:
    with server(address, "--workers", "2") as both:
        run = both.create(**CONFIG)
        for turn in range(20):
            with httpx.Client(base_url=both.url, timeout=60) as client:  # a connection of its own: any of the two
                answer = client.post(f"/api/runs/{run}/train", json={"from_step": turn})
                assert answer.status_code == 200
        os.kill(workers_of(both)[0], signal.SIGKILL)
        for _ in range(10):
            with httpx.Client(base_url=both.url, timeout=60) as client:
                assert client.get(f"/api/runs/{run}").json()["step"] == 20
        assert both.stop() == (0, "")


@pytest.mark.long
def test_each_worker_listens_on_a_socket_of_its_own_whatever_became_of_the_one_before(address: str) -> None:
    with server(address, "--workers", "2") as both:
        first = workers_of(both)
        both.signal(signal.SIGHUP)
        while len(now := workers_of(both)) != 2 or set(now) & set(first):
            is_answered(both)
        one, other = now
        os.kill(other, signal.SIGSTOP)  # found out after some seconds, in which the first is killed
        time.sleep(1.5)
        os.kill(one, signal.SIGKILL)
        while len(now := workers_of(both)) != 2 or {one, other} & set(now):
            time.sleep(0.2)
        for _ in range(20):
            is_answered(both)
        held = [sockets_of(pid, both.port) for pid in now]
        assert list(map(len, held)) == [1, 1]
        assert held[0] != held[1]


def is_answered(both: ServerProcess) -> None:
    """A connection of its own, which any of the workers may get."""
    with urllib.request.urlopen(f"{both.url}/healthz", timeout=60) as answer:
        assert answer.status == 200
    time.sleep(0.1)


def workers_of(both: ServerProcess) -> list[int]:
    """The processes of the workers, in the order in which they were started."""
    children = Path(f"/proc/{both.process.pid}/task/{both.process.pid}/children").read_text().split()
    found = []
    for pid in map(int, children):
        with suppress(FileNotFoundError):
            if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def sockets_of(pid: int, port: int) -> set[str]:
    """The sockets on which a process listens at a port, by inode."""
    listening = {
        fields[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if (fields := line.split())[1].endswith(f":{port:04X}") and fields[3] == "0A"
    }
    links = {os.readlink(each) for each in Path(f"/proc/{pid}/fd").iterdir()}
    return {inode for inode in listening if f"socket:[{inode}]" in links}


def test_workers_end_with_a_supervisor_that_is_killed_and_leave_its_address(address: str) -> None:
    with server(address, "--workers", "2") as both:
        run = both.create(**CONFIG)
        both.train(run, steps=3)
    with server(address, "--workers", "2", port=both.port) as again:  # it was killed
        assert again.run(run)["step"] == 3


def test_large_runs_stay_within_the_memory_that_they_may_take() -> None:
    """By the process's own memory: beside what is kept live there is at most the run that is being computed."""
    large = {"samples": 5000, "batch_size": 5000, "hidden": [{"units": 16, "activation": "relu"}] * 10}
    with server("memory:", BACKPROP_MEMORY="64") as there:
        there.train(there.create(), steps=3)
        idle = there.resident()
        runs, peaks = [], []
        for seed in range(10):
            runs.append(there.create(**large, seed=seed))
            there.train(runs[-1], steps=1, detail="summary")
            peaks.append(there.resident(peak=True) - idle)
        one = peaks[0]  # while it is computed
        assert peaks[-1] < 64e6 + 1.1 * one  # all ten live would take some 360 MB
        assert {there.run(run)["step"] for run in runs} == {1}
        assert there.resident() - idle < 64e6 + 1.1 * one


# Files that can't be had


def said_by(store: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "app", "--no-open", "--port", "0", "--store", store]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stderr


def test_a_damaged_file_is_left_alone_with_a_clear_word(tmp_path: Path) -> None:
    path = tmp_path / "runs.sqlite"
    path.write_bytes(b"My diary, which is no data base. " * 1000)
    before = path.read_bytes()
    code, errors = said_by(path.as_uri().replace("file:", "sqlite:"))
    assert code == 1
    assert errors.startswith(f"{path}: file is not a database")
    assert path.read_bytes() == before


@pytest.mark.parametrize("store", ["runs.sqlite", "postgres://there", "sqlite://host/x"])
def test_what_is_no_store_is_refused_by_name(store: str) -> None:
    code, errors = said_by(store)
    assert code == 1
    assert errors.startswith(f"{store!r} is no store; allowed: ")


def test_a_full_disk_is_a_503_and_what_was_kept_stays(address: str) -> None:
    with server(address) as full:
        resource.prlimit(full.process.pid, resource.RLIMIT_FSIZE, (400_000, 400_000))  # what a process meets there
        kept, answer = [], None
        for seed in range(1000):
            answer = full.client.post("/api/runs", json={"seed": seed})
            if answer.status_code != 201:
                break
            kept.append(answer.json()["id"])
        assert answer is not None
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert answer.json()["type"].endswith(":store")
        assert kept
        assert all(full.run(run)["step"] == 0 for run in kept)
