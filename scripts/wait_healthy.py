"""Wait until an instance is healthy: `wait_healthy.py URL [--timeout SECONDS] [--any-answer]`. Needs nothing but Python.

Ends with 0 as soon as /healthz answers 200 (with `--any-answer`: 503 too, which says that others are down),
else with 1 after the timeout, naming what is down.
"""

import argparse
import json
import sys
import time
import urllib.error
import urllib.request

PAUSE_S = 0.2
ANSWER_TIMEOUT_S = 5.0


def look(url: str, *, any_answer: bool) -> tuple[bool, str]:
    """Ask once: whether it is healthy (or answers at all), and what is down."""
    try:
        with urllib.request.urlopen(url, timeout=ANSWER_TIMEOUT_S):  # noqa: S310 - our own address
            return True, ""
    except urllib.error.HTTPError as error:
        try:
            checks = json.load(error)["checks"]
        except (ValueError, KeyError):
            return False, f"HTTP {error.code}"
        return any_answer, ", ".join(f"{name}: {state}" for name, state in checks.items() if state != "ok")
    except OSError as error:
        return False, f"no answer ({error})"


def main() -> int:
    """Ask until it is healthy or the time is over."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds")
    parser.add_argument("--any-answer", action="store_true", help="503 with checks will do")
    options = parser.parse_args()
    deadline = time.monotonic() + options.timeout
    while True:
        healthy, cause = look(options.url, any_answer=options.any_answer)
        if healthy:
            return 0
        if time.monotonic() > deadline:
            print(f"Not healthy after {options.timeout:.0f} s: {cause}", file=sys.stderr)
            return 1
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    sys.exit(main())
