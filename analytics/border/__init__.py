"""The situation at the border: events of a section and period, persons, reaction, joint patrols."""
