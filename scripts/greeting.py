"""Say where the instance is and who may sign in: `greeting.py ADDRESS CREDENTIALS_FILE`."""

import json
import sys
from pathlib import Path


def main() -> None:
    """Print the address and the people of the demo with their passwords."""
    address, file = sys.argv[1], Path(sys.argv[2])
    people = json.loads(file.read_text(encoding="utf-8"))
    width = max(len(role) for role in people)
    name_width = max(len(person["username"]) for person in people.values())
    print(f"\n  Patrulja: {address}\n\n  Sign in as")
    for role, person in people.items():
        print(f"    {role:<{width}}  {person['username']:<{name_width}}  {person['password']}")
    print(flush=True)


if __name__ == "__main__":
    main()
