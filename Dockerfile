# Two stages: a wheel is built in the first, and only what it needs to run is in the second.
FROM python:3.12.12-slim-bookworm AS build
WORKDIR /src
RUN python -m venv --without-pip /venv
COPY requirements.lock ./
RUN pip --python /venv/bin/python install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY static static
COPY templates templates
RUN pip --python /venv/bin/python install --no-cache-dir --no-deps .

FROM python:3.12.12-slim-bookworm
LABEL org.opencontainers.image.title="Backprop Playground" \
      org.opencontainers.image.licenses="Apache-2.0"
# What runs here installs nothing.
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.12/site-packages/pip* /usr/local/lib/python3.12/ensurepip \
 && install --directory --owner=10001 --group=10001 /data
COPY --from=build /venv /venv
# One BLAS thread: the matrices are small, and the same seed gives the same bits.
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 \
    BACKPROP_STORE=sqlite:///data/runs.sqlite \
    BACKPROP_LOG=json \
    PORT=8000
VOLUME /data
USER 10001:10001
WORKDIR /
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["backprop-playground", "--host", "0.0.0.0", "--no-open"]
