"""The drawn plan: everything on the sheet, north up, and nothing drawn where nothing is known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.grid_plan import HEIGHT, WIDTH, hull, plan
from data.rows import PlaceRange

DEGREES = st.tuples(st.floats(-80, 80), st.floats(-179, 179))


def place(number: int, lat: float | None, lng: float | None) -> PlaceRange:
    return PlaceRange(number, f"小区{number % 3}", (), "1、2、3", "", f"g{number}", "", lat, lng)


@given(st.lists(DEGREES, min_size=2, max_size=30))
def test_every_spot_lies_on_the_sheet(points: list[tuple[float, float]]) -> None:
    drawn = plan([place(i, *at) for i, at in enumerate(points)], {}, {})
    assert drawn is not None
    assert drawn.width <= WIDTH + 1
    assert drawn.height <= HEIGHT + 1
    assert all(0 < spot.x < drawn.width and 0 < spot.y < drawn.height for spot in drawn.spots)


def test_north_is_up_and_east_is_right() -> None:
    drawn = plan([place(0, 37.86, 113.57), place(1, 37.87, 113.58)], {"g1": (9, 1)}, {})
    assert drawn is not None
    south, north = drawn.spots
    assert north.y < south.y
    assert north.x > south.x
    assert north.size > south.size
    assert (north.open, north.late) == (9, 1)


def test_two_neighbours_are_drawn_as_neighbours() -> None:
    drawn = plan([place(0, 37.86, 113.57), place(1, 37.86, 113.5701)], {}, {})
    assert drawn is not None
    assert abs(drawn.spots[0].x - drawn.spots[1].x) < 20


def test_without_coordinates_for_half_of_them_nothing_is_drawn() -> None:
    bare = [place(i, None, None) for i in range(3)]
    assert plan(bare, {}, {}) is None
    some = plan([*bare[:1], place(4, 37.0, 113.0), place(5, 37.1, 113.1)], {}, {})
    assert some is not None
    assert some.missing == ["小区0"]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=40))
def test_the_ground_is_around_all_its_points(points: list[tuple[int, int]]) -> None:
    around = hull([(float(x), float(y)) for x, y in points])
    assert set(around) <= {(float(x), float(y)) for x, y in points}
    for x, y in points:
        for (ax, ay), (bx, by) in zip(around, [*around[1:], around[0]], strict=True):
            if len(around) > 2:
                assert (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= -1e-6
