"""The shift plan: patterns, teams, planned shifts with their tasks, rules, publication and what changed after it."""
