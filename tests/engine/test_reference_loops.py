"""The engine and what it is compared with in benchmarks compute the same training."""

from dataclasses import replace

import numpy as np
import pytest

from tests.benchmarks.engine import trainer_of
from tests.benchmarks.floor import NETS, Floor, Textbook


@pytest.mark.parametrize("name", ["N1", "N2a", "N2b", "N3"])
def test_the_engine_trains_as_the_minimal_loop_and_the_textbook_do(name: str) -> None:
    trainer, batches = trainer_of(NETS[name])
    floor, book = Floor(NETS[name]), Textbook(NETS[name])
    for _ in range(50):
        loss = trainer.step(next(batches))
        floor.step()
        assert loss == pytest.approx(book.step(), rel=1e-9)
    named = trainer.network.unpack(trainer.state().parameters)
    np.testing.assert_allclose(trainer.state().parameters, floor.P, rtol=1e-9, atol=1e-13)
    for k, (W, b) in enumerate(zip(book.W, book.b, strict=True), 1):
        np.testing.assert_allclose(named[f"W{k}"], W, rtol=1e-9, atol=1e-13)
        np.testing.assert_allclose(named[f"b{k}"], b, rtol=1e-9, atol=1e-13)


def test_the_engine_normalises_as_the_textbook_does() -> None:
    net = replace(NETS["N5"], dropout=0.0)
    trainer, batches = trainer_of(net)
    book = Textbook(net)
    for _ in range(20):
        assert trainer.step(next(batches)) == pytest.approx(book.step(), rel=1e-8)
    running = trainer.network.unpack_running(trainer.state().running)
    np.testing.assert_allclose(running["running_mean5"], book.mean[4], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(running["running_variance5"], book.variance[4], rtol=1e-6, atol=1e-9)
