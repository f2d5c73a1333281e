# The site in one image: web, workers, beat and commands. compose.yaml runs it, docs/deploying.md tells how.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt /srv/digest/
RUN pip install --require-hashes -r /srv/digest/requirements.txt
WORKDIR /srv/digest
COPY . .
# Files get names by their contents, once. The key is made for this command alone and signs nothing.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(50))')" \
    SITE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid \
    DATABASE_URL=postgresql://none@127.0.0.1/none DATA_DIR=/tmp/build STATIC_DIR=/srv/static \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q papers digest

FROM python:3.11-slim-bookworm
RUN groupadd --gid 10001 digest \
    && useradd --uid 10001 --gid digest --no-create-home --shell /usr/sbin/nologin digest
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
WORKDIR /srv/digest
# Nothing is written but in /tmp, so the root may be read-only. Collected files are in the image.
# /tmp is memory: the disk to watch is that of the containers, which their root tells.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=digest.settings \
    DATA_DIR=/tmp/digest \
    DISK_DIR=/ \
    STATIC_DIR=/srv/static
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "deploy/health.py"]
# A worker of the site that dies is made anew, while the other answers.
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--http", "1", "--no-ws", \
     "--respawn-failed-workers", "--log-config", "digest/logging.json", "digest.wsgi:application"]
