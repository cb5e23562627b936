"""How often a report was tried: a worker that dies is forgiven once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="attempts"),
        ),
    ]
