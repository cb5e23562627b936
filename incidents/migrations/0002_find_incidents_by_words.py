import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_audit_is_append_only'),
        ('geo', '0001_initial'),
        ('incidents', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='incident',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=models.Func(django.db.models.functions.text.Replace(django.db.models.functions.text.Lower(models.Func(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Replace(django.db.models.functions.text.Concat(models.F('number'), models.Value(' '), models.F('place'), models.Value(' '), models.F('place_detail'), models.Value(' '), models.F('summary'), models.Value(' '), output_field=models.TextField()), models.Value('љ'), models.Value('lj'), output_field=models.TextField()), models.Value('Љ'), models.Value('lj'), output_field=models.TextField()), models.Value('њ'), models.Value('nj'), output_field=models.TextField()), models.Value('Њ'), models.Value('nj'), output_field=models.TextField()), models.Value('џ'), models.Value('dz'), output_field=models.TextField()), models.Value('Џ'), models.Value('dz'), output_field=models.TextField()), models.Value('абвгдђежзијклмнопрстћуфхцчшАБВГДЂЕЖЗИЈКЛМНОПРСТЋУФХЦЧШđčćžšĐČĆŽŠäöüÄÖÜáéíóúÁÉÍÓÚ'), models.Value('abvgddezzijklmnoprstcufhccsabvgddezzijklmnoprstcufhccsdcczsdcczsaouaouaeiouaeiou'), function='translate', output_field=models.TextField()), output_field=models.TextField()), models.Value('dj'), models.Value('d'), output_field=models.TextField()), models.Value('[^0-9a-z]+'), models.Value(' '), models.Value('g'), function='regexp_replace', output_field=models.TextField()), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='incidents_by_words', opclasses=('gin_trgm_ops',)),
        ),
    ]
