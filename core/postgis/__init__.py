"""Django's PostGIS backend, whose pool of connections is whole again at once when the database was restarted."""
