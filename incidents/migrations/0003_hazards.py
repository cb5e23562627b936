import django.contrib.gis.db.models.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_audit_is_append_only'),
        ('incidents', '0002_find_incidents_by_words'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Hazard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('weapon', 'weapon'), ('violence', 'violence'), ('dog', 'dangerous dog'), ('illness', 'illness'), ('substance', 'dangerous substance'), ('structure', 'dangerous structure'), ('other', 'other')], max_length=20, verbose_name='kind')),
                ('text', models.TextField(verbose_name='what is known')),
                ('source', models.CharField(max_length=200, verbose_name='source')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('place_detail', models.CharField(blank=True, max_length=200, verbose_name='flat')),
                ('gazetteer_id', models.CharField(blank=True, max_length=80, verbose_name='place in the gazetteer')),
                ('location', django.contrib.gis.db.models.fields.PointField(blank=True, null=True, srid=4326, verbose_name='location')),
                ('person', models.CharField(blank=True, max_length=120, verbose_name='person')),
                ('author_name', models.CharField(max_length=150, verbose_name='name of the author')),
                ('created_at', models.DateTimeField(verbose_name='recorded')),
                ('valid_from', models.DateTimeField(verbose_name='valid from')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('review_at', models.DateTimeField(verbose_name='to be reviewed')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('withdrawn_reason', models.CharField(blank=True, max_length=200, verbose_name='why withdrawn')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.organisation', verbose_name='organisational unit')),
                ('renews', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='renewed_by', to='incidents.hazard', verbose_name='renews')),
            ],
            options={
                'verbose_name': 'hazard',
                'verbose_name_plural': 'hazards',
                'ordering': ('-id',),
                'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['location'], name='hazards_by_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(('location__isnull', False), models.Q(('person', ''), _negated=True), _connector='OR'), name='hazard_belongs_to_a_place_or_person'), models.CheckConstraint(condition=models.Q(('review_at__lte', models.F('expires_at')), ('valid_from__lt', models.F('expires_at'))), name='hazard_is_reviewed_before_it_expires'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='hazard_withdrawn_for_a_reason')],
            },
        ),
    ]
