"""The API's own page, without a network: Swagger UI's files come from the package fastapi-offline."""

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, FastAPI
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

ASSETS = Path(fastapi_offline.__file__).parent / "static"

# Addresses are relative, so that the page works below any path.
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Backprop Playground: the API</title>
<link rel="icon" href="docs/assets/favicon.png">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
</head>
<body>
<main id="swagger-ui"><noscript>The description is at <a href="openapi.json">openapi.json</a>.</noscript></main>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
SCRIPT = """SwaggerUIBundle({ url: "openapi.json", dom_id: "#swagger-ui", deepLinking: true, tryItOutEnabled: true });
"""

router = APIRouter(include_in_schema=False)


@router.get("/api/docs")
async def page() -> HTMLResponse:
    return HTMLResponse(PAGE)


@router.get("/api/docs/start.js")
async def script() -> Response:
    # Our script-src forbids the inline script of FastAPI's own page.
    return Response(SCRIPT, media_type="text/javascript")


def install(app: FastAPI) -> None:
    app.include_router(router)
    app.mount("/api/docs/assets", StaticFiles(directory=ASSETS), name="docs-assets")
