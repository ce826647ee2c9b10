# syntax=docker/dockerfile:1

# --- 1. the locked packages and Staffroom itself, in a virtual environment -----------------------------------------
FROM python:3.13-slim AS build
WORKDIR /source
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /staffroom
COPY requirements.lock ./
RUN /staffroom/bin/pip install -q --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY adapters adapters
COPY migrations migrations
RUN /staffroom/bin/pip install -q --no-deps --no-build-isolation .

# --- 2. what runs: no compiler, no sources, no root ------------------------------------------------------------------
FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin staffroom \
    && install -d -o staffroom -g staffroom -m 0750 /data
COPY --from=build /staffroom /staffroom
ENV PATH=/staffroom/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STAFFROOM_DATABASE__URL=sqlite:////data/staffroom.sqlite \
    STAFFROOM_WEB__HOST=0.0.0.0 STAFFROOM_WEB__PORT=8321
USER staffroom
WORKDIR /data
# The database, its backups and config.toml. Secrets come from the environment or from files (STAFFROOM_…_FILE).
VOLUME ["/data"]
EXPOSE 8321
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['STAFFROOM_WEB__PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["staffroom"]
# The page opens with the one-time token that the log shows at the start; with public_url of [web] people sign in.
CMD ["run", "--config", "/data/config.toml"]
