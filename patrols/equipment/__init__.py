"""What a patrol checks when it signs on, and what was missing."""
