"""What a command is given to work on, a config, a run in a file or a link, as a run in this process."""

import json
import sys
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click
from pydantic import BaseModel, ValidationError

from ..runs import address
from ..runs.build import plan
from ..runs.config import RunConfig
from ..runs.errors import FieldsError, path_text
from ..runs.experiments import experiments
from ..runs.requests import PatchRequest
from ..runs.run import Run
from ..runs.saved import SavedRun, opened
from ..store.machine import computed_by
from .training import train

M = TypeVar("M", bound=BaseModel)


def run_of(source: str, seed: int | None = None) -> Run:
    """The run that a file or a link holds. UsageError names what can't be; `seed` is for one that begins anew."""
    try:
        if source.startswith(("http://", "https://")):
            return _from_link(source, seed)
        return _from_json(_loaded(source), seed)
    except FieldsError as error:
        raise click.UsageError(f"{source}: {error}") from error


def _loaded(source: str) -> Any:
    """The JSON of a file, or of standard input where that is `-`."""
    try:
        return json.loads(sys.stdin.buffer.read() if source == "-" else Path(source).read_bytes())
    except OSError as error:
        raise click.UsageError(f"{source}: {error.strerror}") from error
    except ValueError as error:
        raise click.UsageError(f"{source} is not JSON: {error}") from error


def _from_json(fields: Any, seed: int | None) -> Run:
    """An exported run stands where it stood; a moment saved by the page is trained again; else it is a config."""
    if isinstance(fields, dict) and "start" in fields:
        return opened(_valid(SavedRun, fields), computed_by())
    if isinstance(fields, dict) and "config" in fields:
        changes = [(each["step"], each["field"], each["value"]) for each in fields.get("changes", [])]
        return _begun(fields["config"], seed, fields.get("step", 0), changes)
    return _begun(fields, seed)


def _from_link(link: str, seed: int | None) -> Run:
    parts = urlsplit(link)
    found = address.read(parts.query)
    if found.errors:
        raise click.UsageError(f"the link says what can't be read: {', '.join(found.errors)}")
    if found.run is not None:
        return opened(
            _valid(SavedRun, _exported(f"{parts.scheme}://{parts.netloc}{parts.path}", found.run)), computed_by()
        )
    config = found.config
    if found.experiment is not None:
        if found.experiment not in experiments():
            raise click.UsageError(f"there is no experiment {found.experiment!r}; there are {', '.join(experiments())}")
        config = {**experiments()[found.experiment].config, **config}
    return _begun(config, seed, found.step, found.changes)


def _exported(url: str, run: str) -> Any:
    """A run of a server, as JSON."""
    from ..client import Disconnected, Playground, Problem

    try:
        with Playground(url) as play:
            return json.loads(play.get(run).export())
    except (Problem, Disconnected) as error:
        raise click.ClickException(f"{url}: {error}") from error


def _begun(config: Any, seed: int | None, step: int = 0, changes: list[tuple[int, str, Any]] | None = None) -> Run:
    """A new run, trained up to a step with the changes made before it."""
    if seed is not None and isinstance(config, dict):
        config = {**config, "seed": seed}
    run = Run(plan(_valid(RunConfig, config)))
    for at, name, value in changes or []:
        if at <= step:
            train(run, at - run.step)
            run.patch(_valid(PatchRequest, {name: value}).changed())
    train(run, step - run.step)
    return run


def _valid(model: type[M], fields: Any) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        told = [
            f"{path_text(p for p in item['loc'] if not str(p).startswith('#'))}: {item['msg']}"
            for item in error.errors()
        ]
        raise click.UsageError("; ".join(told[:5])) from error
