# One image for web, worker, beat and simulation; docker-compose.yml says which is which.

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM python:3.13-slim-bookworm
RUN apt-get update -q \
    && apt-get install -yq --no-install-recommends gdal-bin gettext tilemaker \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 patrulja
WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes --requirement requirements.txt
COPY --from=packages /app/node_modules node_modules
COPY . .
RUN scripts/compile_messages && install -d -o patrulja -g patrulja .local .local/static /secrets
ENV PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings \
    SECRET_KEY_FILE=/secrets/secret_key \
    DATABASE_URL_FILE=/secrets/database_url
USER patrulja
EXPOSE 8000
CMD ["uvicorn", "config.asgi:application", "--host", "0.0.0.0", "--workers", "2", "--no-access-log", "--no-server-header", "--ws-per-message-deflate", "false", "--lifespan", "off", "--timeout-graceful-shutdown", "3"]
