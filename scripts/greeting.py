"""Say where the instance is and who may sign in: `greeting.py ADDRESS CREDENTIALS_FILE`."""

import json
import sys
from pathlib import Path


def main() -> None:
    """Print the address, the demo people with their passwords, and how to stop."""
    address, file = sys.argv[1], Path(sys.argv[2])
    people = json.loads(file.read_text(encoding="utf-8"))
    width = max(len(role) for role in people)
    name_width = max(len(person["username"]) for person in people.values())
    print(f"\n  Patrulja is ready: {address}\n\n  Sign in as")
    for role, person in people.items():
        print(f"    {role:<{width}}  {person['username']:<{name_width}}  {person['password']}")
    print(
        f"\n  (also in {file.relative_to(Path.cwd())}; logs in .local/log; Ctrl-C or make stop ends it)\n", flush=True
    )


if __name__ == "__main__":
    main()
