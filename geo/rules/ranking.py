"""How well a name answers a query: words matched exactly, as beginnings, or with a slip of the finger."""

from functools import lru_cache

EXACT, PREFIX, TYPO = 1.0, 0.9, 0.8
SHORT, LONG = 4, 7  # letters from which one slip, from which two are forgiven


def match_score(query: str, key: str) -> float:
    """How well `key` answers `query` (both folded), from 0 to 1; 1 only when they are equal.

    Each word of the query takes its best partner among the words of the key. Three quarters of the
    score say how much of the query was found, one quarter how much of the key was asked for.
    """
    if query == key:
        return 1.0
    asked, words = query.split(), key.split()
    if not asked or not words:
        return 0.0
    free = list(words)
    found = matched = 0.0
    for word in asked:
        value, partner = max(((word_score(word, other), other) for other in free), default=(0.0, ""))
        found += value * len(word)
        if value > 0:
            matched += len(partner) * value
            free.remove(partner)
    of_query = found / sum(map(len, asked))
    of_key = matched / sum(map(len, words))
    return 0.99 * (0.75 * of_query + 0.25 * of_key)


@lru_cache(maxsize=50_000)
def word_score(word: str, other: str) -> float:
    """How well one word stands for another: equal, its beginning, or one or two slips away (else 0)."""
    if word == other:
        return EXACT
    if other.startswith(word):
        return PREFIX
    if word.isdigit() or other.isdigit() or len(word) < SHORT:
        return 0.0
    allowed = 1 if len(word) < LONG else 2
    # The end may still be missing while somebody types: compare with as much of the other word.
    slips = min(_distance(word, other, allowed), _distance(word, other[: len(word)], allowed) + 0.5)
    return TYPO - 0.08 * slips if slips <= allowed + 0.5 else 0.0


def _distance(one: str, two: str, limit: int) -> int:
    """Damerau-Levenshtein distance (adjacent swap counts one), or `limit + 1` as soon as it is more."""
    if abs(len(one) - len(two)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, a in enumerate(one, start=1):
        older, before, row = before, row, [i]
        for j, b in enumerate(two, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
