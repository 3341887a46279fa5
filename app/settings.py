"""The server's settings, from the environment: PORT and ROOT_PATH plain, the rest as BACKPROP_RUNS=50."""

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ORIGIN = r"https?://[^/\s,;'\"*]+"  # for instance https://course.example.org


class Settings(BaseSettings):
    """Each limit of the server; those of a single run are in `app.runs.limits`."""

    model_config = SettingsConfigDict(env_prefix="BACKPROP_", frozen=True, populate_by_name=True)

    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(
        default=8000, ge=0, le=65535, validation_alias="PORT", description="port to listen on; 0: any free one"
    )
    root_path: str = Field(
        default="",
        pattern=r"^(/[^/?#\s]+)*$",
        validation_alias="ROOT_PATH",
        description="path that a proxy in front puts before ours",
    )
    hosts: str = Field(
        default="",
        description="further names of this server where it listens on this machine alone, by spaces; *: any",
    )
    embed: str = Field(
        default="",
        pattern=rf"^(\*|({ORIGIN}( {ORIGIN})*)?)$",
        description="origins whose pages may frame the playground, by spaces; *: any",
    )
    store: str = Field(
        default="",
        description="where runs are kept: memory:, sqlite:///path/to/file or redis://host:6379/0; without, the command "
        "keeps them in a file in the user's data folder",
    )
    log: Literal["errors", "json"] = Field(
        default="errors", description="what is logged: errors as text, or every request as JSON"
    )
    runs: int = Field(default=10000, ge=1, description="runs kept; the least recently used go first")
    kept: int = Field(default=512, ge=1, description="megabytes that kept runs and tables may take together")
    idle: int = Field(default=30, ge=1, description="days after which an untouched run is no longer kept")
    memory: int = Field(
        default=512, ge=1, description="megabytes that runs in memory may take; they are made again when they are used"
    )
    processes: int = Field(
        default=2,
        ge=1,
        description="what takes long (gradient checks, ensembles, ...) is computed in so many processes",
    )
    queue: int = Field(
        default=100, ge=1, description="questions that take long and wait for their turn, of all clients"
    )
    client_work: int = Field(
        default=40, ge=1, description="of one client (an address), waiting or under way; more are refused with 429"
    )
    streams: int = Field(default=500, ge=1, description="training streams at the same time")
    client_streams: int = Field(
        default=200, ge=1, description="of one client; a whole class often sits behind one address"
    )
    connections: int = Field(
        default=2000, ge=10, description="open connections; fewer, where the system allows fewer open files"
    )
    client_connections: int = Field(default=500, ge=1, description="of one client; half of all at most")
    patience: int = Field(
        default=60, ge=1, description="seconds that a reader may take nothing of an answer before it is cut off"
    )
    proxies: str = Field(
        default="127.0.0.1",
        description="addresses or networks of proxies, by commas, whose X-Forwarded-For names the client; *: any",
    )
    body: int = Field(default=4_000_000, ge=1000, description="bytes that a request's body may have, but for a file")
    spool: int = Field(
        default=4_000_000, ge=1000, description="bytes of an uploaded file kept in memory; the rest lies on disk"
    )
    files: int = Field(
        default=8, ge=1, description="uploaded files kept while they are decided about, for ten minutes at most"
    )
    readers: int = Field(default=2, ge=1, description="uploaded files that are read at the same time")
