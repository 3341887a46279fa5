# Two stages: a wheel is built in the first, and only what it needs to run is in the second.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /venv
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY static static
COPY templates templates
RUN /venv/bin/pip install --no-cache-dir .

FROM python:3.12-slim
LABEL org.opencontainers.image.title="Backprop Playground" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN useradd --system --no-create-home --uid 10001 playground
COPY --from=build /venv /venv
# One BLAS thread: the matrices are small, and the same seed gives the same bits.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    PORT=8000
USER playground
WORKDIR /
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["backprop-playground", "--host", "0.0.0.0", "--no-open"]
