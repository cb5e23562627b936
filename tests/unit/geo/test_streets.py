"""Pieces become streets, shared nodes become crossings."""

from geo.region.streets import Way, build_crossings, build_streets


def way(number, name, nodes, line, **more):
    return Way(id=number, highway="residential", nodes=nodes, line=line, name=name, **more)


def test_pieces_that_lie_together_are_one_street_and_far_ones_two():
    streets = build_streets(
        [
            way(1, "Нова", [1, 2], [(19.80, 45.25), (19.801, 45.25)]),
            way(2, "Nova", [3, 4], [(19.802, 45.25), (19.803, 45.25)]),  # 80 m on, in the other script
            way(3, "Нова", [5, 6], [(19.90, 45.25), (19.901, 45.25)]),
        ]
    )
    assert sorted(len(street.ways) for street in streets) == [1, 2]
    assert {street.name for street in streets} == {"Нова"}


def test_streets_cross_where_they_share_a_node_and_dual_carriageways_cross_once():
    ways = [
        way(1, "Прва", [1, 2, 3], [(19.80, 45.25), (19.801, 45.25), (19.802, 45.25)]),
        way(2, "Прва", [4, 5, 6], [(19.80, 45.2502), (19.801, 45.2502), (19.802, 45.2502)]),
        way(3, "Друга", [7, 2, 5, 8], [(19.801, 45.249), (19.801, 45.25), (19.801, 45.2502), (19.801, 45.251)]),
    ]
    crossings = build_crossings(build_streets(ways), ways)
    assert [crossing.name for crossing in crossings] == ["Друга / Прва"]
    assert crossings[0].lat == (45.25 + 45.2502) / 2


def test_streets_that_meet_at_a_nameless_roundabout_cross():
    circle = way(
        9, "", [1, 2, 3, 1], [(19.8, 45.25), (19.8002, 45.25), (19.8, 45.2502), (19.8, 45.25)], is_roundabout=True
    )
    ways = [
        way(1, "Прва", [1, 10], [(19.8, 45.25), (19.79, 45.25)]),
        way(2, "Друга", [2, 11], [(19.8002, 45.25), (19.81, 45.25)]),
        circle,
    ]
    assert [crossing.name for crossing in build_crossings(build_streets(ways), ways)] == ["Друга / Прва"]


def test_an_old_name_is_kept_for_search():
    (street,) = build_streets([way(1, "Нова", [1, 2], [(19.8, 45.25), (19.801, 45.25)], aliases=("Стара",))])
    assert street.aliases == ("Стара",)
