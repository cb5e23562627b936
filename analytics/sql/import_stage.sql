-- What the rows of one file say, before it becomes calls and assignments. Dropped at the end of the transaction.
CREATE TEMPORARY TABLE staged (
    line integer NOT NULL,
    part integer NOT NULL,
    call_key text NOT NULL,
    received timestamptz,
    answered timestamptz,
    created timestamptz,
    ready timestamptz,
    closed timestamptz,
    type text NOT NULL,
    place text NOT NULL,
    place_detail text NOT NULL,
    summary text NOT NULL,
    disposition text NOT NULL,
    priority_first integer,
    priority_final integer,
    on_view boolean NOT NULL,
    cancelled boolean NOT NULL,
    x double precision,
    y double precision,
    unit text,
    job text NOT NULL,
    dispatched timestamptz,
    acknowledged timestamptz,
    en_route timestamptz,
    on_scene timestamptz,
    action_taken timestamptz,
    cleared timestamptz,
    ended_as text NOT NULL
) ON COMMIT DROP;

-- A point of another reference system as degrees; NULL where the place lies outside what the system can express.
CREATE OR REPLACE FUNCTION pg_temp.to_degrees(x double precision, y double precision, epsg integer) RETURNS geometry AS $$
DECLARE
    point geometry;
BEGIN
    IF x IS NULL OR y IS NULL THEN
        RETURN NULL;
    END IF;
    IF epsg = 4326 THEN
        RETURN ST_SetSRID(ST_MakePoint(x, y), 4326);
    END IF;
    point := ST_Transform(ST_SetSRID(ST_MakePoint(x, y), epsg), 4326);
    RETURN CASE WHEN abs(ST_X(point)) <= 180 AND abs(ST_Y(point)) <= 90 THEN point END;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END
$$ LANGUAGE plpgsql;
