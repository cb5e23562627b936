"""What a kind of incident brings: its questions with their answers, and the ways in which one may end."""
