"""The composition root: settings, store, API and pages become one app."""

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from app import __version__, pages, static_files, story_pages
from app.api import datasets, docs, experiments, openapi, problems, routes
from app.api.middleware import BelowPath, BodyLimit, HeadLikeGet, SecurityHeaders
from app.runs.store import MemoryStore
from app.runs.tables import MemoryTables
from app.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The whole service, with a store of its own."""
    settings = settings or Settings()
    app = FastAPI(
        title="Backprop Playground",
        version=__version__,
        description="See how a neural network learns: every operation of every training step, on real numbers.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.store = MemoryStore(settings.runs, settings.memory * 1_000_000, settings.idle * 60)
    app.state.tables = MemoryTables(settings.runs, settings.memory * 250_000, settings.idle * 60)
    # The last one added is the outermost. A stream is never compressed: each line leaves as it is.
    app.add_middleware(
        GZipMiddleware, compresslevel=4, exclude_content_types=(*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/jsonl")
    )
    app.add_middleware(BodyLimit, most=settings.body)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadLikeGet)
    app.add_middleware(BelowPath, root_path=settings.root_path)
    problems.install(app)
    app.include_router(routes.router)
    app.include_router(experiments.router)
    app.include_router(datasets.router)
    openapi.install(app)
    docs.install(app)
    static_files.install(app)
    pages.install(app)
    story_pages.install(app)
    return app


app = create_app()
