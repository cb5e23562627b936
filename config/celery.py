"""The Celery application: `celery --app config worker` and `celery --app config beat`."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("patrulja")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def beat_heart_at_once(**_: object) -> None:
    """A worker that has just started shows that it lives, without waiting for beat."""
    app.send_task("config.tasks.beat_heart", expires=60)
