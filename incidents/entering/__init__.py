"""A call that is being taken: a row from the first key on, saved field by field, seen by all who take calls there."""
