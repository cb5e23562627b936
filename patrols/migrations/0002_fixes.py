"""The history of positions, partitioned by day; one vehicle for one patrol at a time."""

import django.contrib.gis.db.models.fields
from django.db import migrations, models

TABLE = """
CREATE TABLE patrols_fix (
    unit_id bigint NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    point geometry(Point, 4326) NOT NULL,
    accuracy_m double precision,
    heading_deg double precision,
    speed_mps double precision,
    source varchar(20) NOT NULL,
    PRIMARY KEY (unit_id, at)
) PARTITION BY RANGE (at);

CREATE TABLE patrols_fix_default PARTITION OF patrols_fix DEFAULT;

DO $$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    day date;
BEGIN
    FOR i IN -1..7 LOOP
        day := today + i;
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF patrols_fix FOR VALUES FROM (%L) TO (%L)',
            'patrols_fix_' || to_char(day, 'YYYYMMDD'), day::text || ' 00:00+00', (day + 1)::text || ' 00:00+00'
        );
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("patrols", "0001_initial")]

    operations = [
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("vehicle",), name="one_open_shift_a_vehicle"
            ),
        ),
        migrations.RunSQL(TABLE, "DROP TABLE patrols_fix"),
        migrations.CreateModel(
            name="PastPosition",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "unit_id", "at", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("unit_id", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("point", django.contrib.gis.db.models.fields.PointField(srid=4326)),
                ("accuracy_m", models.FloatField(null=True)),
                ("heading_deg", models.FloatField(null=True)),
                ("speed_mps", models.FloatField(null=True)),
                ("source", models.CharField(max_length=20)),
            ],
            options={
                "verbose_name": "position",
                "verbose_name_plural": "positions",
                "db_table": "patrols_fix",
                "managed": False,
            },
        ),
    ]
