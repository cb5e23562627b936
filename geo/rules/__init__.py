"""Pure rules of the geography: text folding, queries, coordinates, ranking. No Django, no database."""
