"""Who is asking, and what they may do where. Every selector and service gets a `Viewer`; nothing reads rights elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from django.db.models import DateField

from core import clock
from core.errors import Forbidden, NotFound
from core.models import Organisation, RoleAssignment, User
from core.prepared import Among, Given, Prepared
from core.rules import PERMISSIONS, Permission, Role

_ROLES: Prepared[tuple[int, str, int]] = Prepared(
    lambda: (
        RoleAssignment.objects.filter(user__in=Among("users"), user__is_active=True)
        .valid_on(Given("today", DateField()))
        .order_by("pk")
        .values_list("user_id", "role", "organisation_id")
    )
)
_PARENTS: Prepared[tuple[int, int | None]] = Prepared(
    lambda: Organisation.objects.without_tree_fields().order_by().values_list("pk", "parent_id")
)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who acts, with the nodes where each permission holds already spread down the tree.

    `reach` maps a permission to the ids of the organisational units where it holds. A system viewer (`Viewer.system`)
    may do everything: it is for timers, imports and set-up, and its name stands in the audit trail.
    """

    user_id: int | None
    name: str
    reach: Mapping[Permission, frozenset[int]] = field(default_factory=dict, repr=False)
    roles: tuple[tuple[str, int], ...] = ()
    channel: str = "api"
    address: str | None = None
    request_id: str = ""
    is_system: bool = False

    @classmethod
    def of(cls, user: User, *, channel: str = "api", address: str | None = None, request_id: str = "") -> Self:
        """Read the rights of `user` as they stand now. Two queries: the roles, and one walk down the tree."""
        viewer = cls.of_all([user], channel=channel)[user.pk]
        return replace(viewer, address=address, request_id=request_id)

    @classmethod
    def of_all(cls, users: Iterable[User], *, channel: str) -> dict[int, Self]:
        """Read the rights of many at once, by user id. Two queries, whatever the number."""
        names = {user.pk: user.display_name for user in users}
        held: dict[int, list[tuple[str, int]]] = {pk: [] for pk in names}
        for user_id, role, node in _ROLES(users=list(names), today=clock.now().date()):
            held[user_id].append((role, node))
        below = _descendants({node for roles in held.values() for _, node in roles})
        return {
            pk: cls(user_id=pk, name=names[pk], reach=_reach(roles, below), roles=tuple(roles), channel=channel)
            for pk, roles in held.items()
        }

    @classmethod
    def system(cls, name: str) -> Self:
        """A viewer for the system's own work, such as a timer or an import; may do everything."""
        return cls(user_id=None, name=name, channel="system", is_system=True)

    def can(self, permission: Permission, organisation_id: int) -> bool:
        """Tell whether `permission` holds at this node."""
        return self.is_system or organisation_id in self.reach.get(permission, ())

    def can_anywhere(self, permission: Permission) -> bool:
        """Tell whether `permission` holds at any node."""
        return self.is_system or bool(self.reach.get(permission))

    def require_anywhere(self, permission: Permission) -> None:
        """Raise Forbidden unless `permission` holds at some node."""
        if not self.can_anywhere(permission):
            raise Forbidden

    def organisations(self, permission: Permission) -> frozenset[int]:
        """Ids of all nodes where `permission` holds; for a system viewer every node (one query)."""
        if self.is_system:
            return frozenset(Organisation.objects.values_list("pk", flat=True))
        return self.reach.get(permission, frozenset())

    def require(self, permission: Permission, organisation_id: int, *, view: Permission | None = None) -> None:
        """Raise unless `permission` holds at this node: NotFound where even `view` does not, Forbidden otherwise."""
        if self.can(permission, organisation_id):
            return
        if view is not None and not self.can(view, organisation_id):
            raise NotFound
        raise Forbidden


def _reach(roles: list[tuple[str, int]], below: Mapping[int, set[int]]) -> dict[Permission, frozenset[int]]:
    """Where each permission holds, by the roles held."""
    reach: dict[Permission, set[int]] = {}
    for role, node in roles:
        for permission in PERMISSIONS[Role(role)]:
            reach.setdefault(permission, set()).update(below[node])
    return {permission: frozenset(nodes) for permission, nodes in reach.items()}


def _descendants(nodes: set[int]) -> dict[int, set[int]]:
    """Map each node to itself and all below it. One query, whatever the number of nodes."""
    if not nodes:
        return {}
    parents = dict(_PARENTS())
    below: dict[int, set[int]] = {node: set() for node in nodes}
    for pk in parents:
        step: int | None = pk
        while step is not None:
            if step in below:
                below[step].add(pk)
            step = parents[step]
    return below
