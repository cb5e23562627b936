"""The organisation of the demo: what is missing is added, what is there stays as its administrator left it."""

from django.contrib.gis.geos import Point

from core.models import Board, Organisation
from simulation import demo


def load_tree() -> tuple[int, int]:
    """Add missing nodes and the operations centres of directorates and border centres; returns how many of each.

    A dozen queries, whatever is missing.
    """
    root = demo.service()
    nodes = demo.nodes()
    added = _add([(root, None)])
    added += _add([(node, root.code) for node in nodes])
    added += _add(
        [
            (demo.Node(f"{node.code}-{number}", name, Organisation.Kind.STATION, (lon, lat)), node.code)
            for node in nodes
            for number, (name, lon, lat) in enumerate(node.stations, start=1)
        ]
    )
    return added, _add_boards(nodes)


def add_stations(parent_code: str, stations: list[demo.Node]) -> int:
    """Add missing stations below a directorate. Three queries."""
    return _add([(station, parent_code) for station in stations])


def _add(wanted: list[tuple[demo.Node, str | None]]) -> int:
    """Add the nodes of one level that are missing, each below the node of the code beside it."""
    known = dict(Organisation.objects.without_tree_fields().order_by().values_list("code", "pk"))
    rows = [
        Organisation(
            code=node.code,
            name=node.name,
            kind=node.kind,
            location=Point(*node.location, srid=4326),
            parent_id=known[parent] if parent else None,
        )
        for node, parent in wanted
        if node.code not in known
    ]
    return len(Organisation.objects.bulk_create(rows))


def _add_boards(nodes: list[demo.Node]) -> int:
    organisations = Organisation.objects.without_tree_fields().filter(code__in=[node.code for node in nodes])
    missing = [organisation for organisation in organisations.order_by("code") if not hasattr(organisation, "board")]
    rows = [Board(organisation=node, name=node.name, center=node.location, zoom=12) for node in missing]
    return len(Board.objects.bulk_create(rows))
