"""A device may be refused because it encrypts what it sends."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("patrols", "0017_undo"),
    ]

    operations = [
        migrations.AlterField(
            model_name="refuseddevice",
            name="reason",
            field=models.CharField(
                choices=[
                    ("unknown_device", "Not known, or without its proof"),
                    ("unheld_device", "Belongs to nobody at that time"),
                    ("encrypted", "Encrypts its messages; nobody here has the key"),
                ],
                max_length=20,
                verbose_name="reason",
            ),
        ),
    ]
