"""After how long a request for back-up that nobody has answered goes to the shift commander."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0014_watch_state_by_pair"),
    ]

    operations = [
        migrations.AddField(
            model_name="safetysetting",
            name="backup_urgent_after_s",
            field=models.PositiveIntegerField(
                default=60,
                help_text="An urgent request for back-up that nobody has answered by then goes to the shift commander.",
                verbose_name="urgent back-up: escalate after (s)",
            ),
        ),
        migrations.AddField(
            model_name="safetysetting",
            name="backup_routine_after_s",
            field=models.PositiveIntegerField(
                default=300,
                help_text="Any other request for back-up that nobody has answered by then goes to the shift commander.",
                verbose_name="other back-up: escalate after (s)",
            ),
        ),
        migrations.AddConstraint(
            model_name="safetysetting",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("backup_urgent_after_s__gte", 5),
                    ("backup_urgent_after_s__lte", 3600),
                    ("backup_routine_after_s__gte", 5),
                    ("backup_routine_after_s__lte", 3600),
                ),
                name="backup_escalates_within_an_hour",
                violation_error_message="Between 5 seconds and an hour.",
            ),
        ),
    ]
