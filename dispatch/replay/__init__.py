"""A past period of a board: units as they moved and were, incidents as they came and went. Read from the histories."""
