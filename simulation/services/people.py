"""Who may sign in to the demo. Passwords are made here, kept in files that only their owner reads, and never shown."""

import json
import os
import secrets
from collections.abc import Iterable, Mapping
from hmac import compare_digest
from pathlib import Path
from typing import Any

from django.utils.crypto import salted_hmac

from core.models import Organisation, RoleAssignment, User
from simulation.demo import Account

PASSWORD_BYTES = 12  # 96 bits, as 16 characters


def read_file(path: Path) -> dict[str, Any]:
    """What a file of credentials holds; nothing where there is none or it is broken."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_file(path: Path, content: Mapping[str, Any]) -> None:
    """Put `content` in place as a whole, readable by its owner alone (0600)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def load_accounts(
    accounts: Iterable[Account], *, kept: Mapping[str, Any], nodes: Mapping[str, Organisation], seals: dict[str, str]
) -> dict[str, dict[str, str]]:
    """Make each account exist, able to sign in with the password kept for it or a new one, with its one role.

    `nodes` says which node `root` and `city` are. `seals` tells by user name which stored password was found to agree
    with which kept one, for to find out takes Argon2 a third of a second; it is brought up to date.
    Returns {key: {username, password}}. Four queries an account at most.
    """
    return {account.key: _load(account, kept.get(account.key), nodes[account.at], seals) for account in accounts}


def _load(account: Account, kept: Any, node: Organisation, seals: dict[str, str]) -> dict[str, str]:
    password = kept.get("password") if isinstance(kept, dict) else None
    password = password if isinstance(password, str) and password else secrets.token_urlsafe(PASSWORD_BYTES)
    user = User.objects.filter(username=account.username).first() or User(
        username=account.username,
        first_name=account.given,
        last_name=account.family,
        is_staff=account.superuser,
        is_superuser=account.superuser,
    )
    is_sealed = user.pk is not None and compare_digest(seals.get(account.username, ""), _seal(user, password))
    if user.pk is None or not (is_sealed or user.check_password(password)):
        user.set_password(password)
        user.save()
    seals[account.username] = _seal(user, password)
    RoleAssignment.objects.filter(user=user).exclude(role=account.role, organisation=node).delete()
    RoleAssignment.objects.get_or_create(user=user, role=account.role, organisation=node)
    return {"username": account.username, "password": password}


def _seal(user: User, password: str) -> str:
    """Changes with the stored hash and with the password."""
    return salted_hmac("simulation.people", f"{user.password} {password}", algorithm="sha256").hexdigest()
