"""What the codes of skills are called."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('patrols', '0018_encrypted_devices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name', models.CharField(help_text='In English.', max_length=120, verbose_name='name')),
                ('names', models.JSONField(blank=True, default=dict, verbose_name='names by language')),
            ],
            options={
                'verbose_name': 'skill',
                'verbose_name_plural': 'skills',
                'ordering': ('code',),
            },
        ),
    ]
