"""The server's settings, from the environment: PORT and ROOT_PATH plain, the rest as BACKPROP_RUNS=50."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Each limit of the server; those of a single run are in `app.runs.config`."""

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
    runs: int = Field(default=500, ge=1, description="runs kept; the least recently used go first")
    memory: int = Field(default=512, ge=1, description="megabytes that runs may take together")
    idle: int = Field(default=120, ge=1, description="minutes after which an untouched run is no longer kept")
    body: int = Field(default=4_000_000, ge=1000, description="bytes that a request's body may have")
