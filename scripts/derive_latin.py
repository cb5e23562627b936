"""Write the Serbian catalogue in Latin script from the Cyrillic one: locale/sr → locale/sr_Latn.

Only what is translated is transliterated; placeholders are Latin already, and stay.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.transliteration import to_latin  # noqa: E402 - found only now

TRANSLATED = re.compile(r'^msgstr(\[\d\])? "')


def latin_catalogue(text: str) -> str:
    """The text of a .po file with its translations in Latin script."""
    lines, is_translation = [], False
    for line in text.splitlines():
        if not line.startswith('"'):
            is_translation = bool(TRANSLATED.match(line))
        lines.append(to_latin(line) if is_translation else line)
    return "\n".join(lines).replace("Language: sr\\n", "Language: sr_Latn\\n") + "\n"


def main() -> None:
    """Write all domains."""
    for source in sorted((ROOT / "locale/sr/LC_MESSAGES").glob("*.po")):
        target = ROOT / "locale/sr_Latn/LC_MESSAGES" / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(latin_catalogue(source.read_text()))


if __name__ == "__main__":
    main()
