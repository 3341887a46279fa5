"""What a server counts of itself, for Prometheus. Of several workers of one command, each answers for all."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SHARED = "PROMETHEUS_MULTIPROC_DIR"  # a folder in which workers of one command share their numbers
MEDIA_TYPE = CONTENT_TYPE_LATEST

RUNS_LIVE = Gauge("backprop_runs_live", "Runs in memory", multiprocess_mode="livesum")
BYTES_LIVE = Gauge("backprop_live_bytes", "Bytes of the runs in memory", multiprocess_mode="livesum")
STREAMS = Gauge("backprop_streams", "Training streams under way", multiprocess_mode="livesum")
RUNS_KEPT = Gauge("backprop_runs_kept", "Runs in the store", multiprocess_mode="mostrecent")
BYTES_KEPT = Gauge("backprop_kept_bytes", "Bytes of runs and tables in the store", multiprocess_mode="mostrecent")
STEPS = Counter("backprop_steps", "Training steps")
LINES = Counter("backprop_lines", "Lines of training streams that were sent")
LINE_SECONDS = Histogram(
    "backprop_line_seconds",
    "Seconds from one line of a training stream to the next, a mean over a few lines",
    buckets=(0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
EVICTIONS = Counter(
    "backprop_evictions", "Runs that were let go from memory to make room; they are made again when used"
)
WORK_WAITING = Gauge("backprop_work_waiting", "Work that waits for a place", ["kind"], multiprocess_mode="livesum")
WORK_REFUSED = Counter(
    "backprop_work_refused", "Work that was refused: its client has too much, or the server", ["kind", "reason"]
)
WORK_CANCELLED = Counter("backprop_work_cancelled", "Work that ended as its client hung up", ["kind"])
STORE_ERRORS = Counter("backprop_store_errors", "Commands that the store could not do")
REQUEST_SECONDS = Histogram("backprop_request_seconds", "Seconds until an answer began", ["method", "route"])
ANSWERS = Counter("backprop_answers", "Answers by status", ["status"])


def text() -> bytes:
    """All of it as Prometheus reads it."""
    if SHARED not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
