"""Whatever changes an incident, its assignments, reopenings or corrections marks its case as stale, in that transaction.

Triggers, not services: a case must not be wrong because somebody forgot to say so; imports and the administration count
too. They run once a statement, add rows to a table without a unique key, and so never wait for another transaction.
"""

from django.db import migrations

MARK_INCIDENTS = """
CREATE FUNCTION analytics_mark_incidents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_stalecase (incident_id)
        SELECT id FROM added UNION ALL SELECT merged_into_id FROM added WHERE merged_into_id IS NOT NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO analytics_stalecase (incident_id) SELECT id FROM removed;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_stalecase (incident_id)
        SELECT merged_into_id FROM removed WHERE merged_into_id IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
"""

MARK_OWNERS = """
CREATE FUNCTION analytics_mark_owners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_stalecase (incident_id) SELECT DISTINCT incident_id FROM added;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO analytics_stalecase (incident_id) SELECT DISTINCT incident_id FROM removed;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO analytics_stalecase (incident_id)
        SELECT DISTINCT incident_id FROM removed EXCEPT SELECT incident_id FROM added;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION analytics_mark_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_stalecase (incident_id)
        SELECT DISTINCT a.incident_id FROM added JOIN dispatch_assignment a ON a.id = added.assignment_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_stalecase (incident_id)
        SELECT DISTINCT a.incident_id FROM removed JOIN dispatch_assignment a ON a.id = removed.assignment_id;
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION analytics_mark_called() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_stalecase (incident_id)
    SELECT DISTINCT incident_id FROM dispatch_assignment WHERE unit_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER mark_called AFTER UPDATE OF call_sign ON patrols_unit
    FOR EACH ROW WHEN (OLD.call_sign IS DISTINCT FROM NEW.call_sign) EXECUTE FUNCTION analytics_mark_called();
"""

WATCHED = (
    ("incidents_incident", "analytics_mark_incidents"),
    ("incidents_reopening", "analytics_mark_owners"),
    ("dispatch_assignment", "analytics_mark_owners"),
    ("dispatch_assignmentchange", "analytics_mark_told"),
)
TABLES = {"INSERT": "NEW TABLE AS added", "UPDATE": "OLD TABLE AS removed NEW TABLE AS added", "DELETE": "OLD TABLE AS removed"}


def triggers() -> str:
    """One trigger for each table and kind of change."""
    return "".join(
        f"CREATE TRIGGER mark_stale_on_{kind.lower()} AFTER {kind} ON {table} REFERENCING {tables} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}();\n"
        for table, function in WATCHED
        for kind, tables in TABLES.items()
    )


def no_triggers() -> str:
    """The way back."""
    dropped = "".join(
        f"DROP TRIGGER mark_stale_on_{kind.lower()} ON {table};\n" for table, _ in WATCHED for kind in TABLES
    )
    return dropped + (
        "DROP TRIGGER mark_called ON patrols_unit;\n"
        "DROP FUNCTION analytics_mark_incidents, analytics_mark_owners, analytics_mark_told, analytics_mark_called;"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("analytics", "0004_cases_and_schedules"),
        ("incidents", "0001_initial"),
        ("dispatch", "0001_initial"),
        ("patrols", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(MARK_INCIDENTS + MARK_OWNERS + triggers(), no_triggers()),
        migrations.RunSQL("INSERT INTO analytics_stalecase (incident_id) SELECT id FROM incidents_incident", ""),
    ]
