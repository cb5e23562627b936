"""Requests for back-up escalate. Those from before do so, where they are open, as one that is not urgent would."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F


def fill(apps, schema_editor):
    """Give every request from before the time at which it would have escalated."""
    apps.get_model("dispatch", "BackupRequest").objects.update(escalate_at=F("recorded_at") + timedelta(minutes=5))


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0005_console_watch"),
        ("patrols", "0015_backup_escalation"),
    ]

    operations = [
        migrations.AddField(
            model_name="backuprequest",
            name="escalate_at",
            field=models.DateTimeField(verbose_name="escalates", null=True),
        ),
        migrations.AddField(
            model_name="backuprequest",
            name="escalated_at",
            field=models.DateTimeField(null=True, verbose_name="escalated"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="backuprequest",
            name="escalate_at",
            field=models.DateTimeField(verbose_name="escalates"),
        ),
        migrations.AddIndex(
            model_name="backuprequest",
            index=models.Index(
                condition=models.Q(("escalated_at__isnull", True), ("status", "open")),
                fields=["escalate_at"],
                name="backup_requests_to_escalate",
            ),
        ),
    ]
