FROM python:3.11-slim
ENV PYTHONUNBUFFERED=1 DJANGO_SETTINGS_MODULE=matchmaking.settings.production YUXIN_VAR=/var/lib/yuxin
WORKDIR /srv/yuxin
COPY requirements.txt requirements/postgres.txt requirements/redis.txt requirements/encoder.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt -r postgres.txt -r redis.txt && pip install --no-cache-dir --no-deps --require-hashes -r encoder.txt
COPY . .
# The key is only for collecting static files; a real one comes from the environment at run time.
RUN SECRET_KEY=build-time-only ALLOWED_HOSTS=localhost python manage.py compile_catalogues \
 && SECRET_KEY=build-time-only ALLOWED_HOSTS=localhost YUXIN_VAR=/srv/yuxin/var python manage.py collectstatic --no-input \
 && useradd --system yuxin && mkdir -p /var/lib/yuxin && chown yuxin /var/lib/yuxin
USER yuxin
EXPOSE 8000
CMD ["gunicorn", "matchmaking.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4"]
