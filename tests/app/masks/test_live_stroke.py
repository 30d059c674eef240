"""A stroke under the pen, without a window."""

from __future__ import annotations

import numpy as np

from app.masks.live_stroke import LiveStroke
from core.masks import draw

SIZE = (80, 60)


def empty() -> np.ndarray:
    return np.zeros((SIZE[1], SIZE[0]), np.uint8)


def test_a_live_stroke_equals_the_whole_stroke() -> None:
    """Patches painted point by point give what the drawing function gives at once."""
    points = [(10.0, 10.0), (40.5, 22.25), (70.0, 50.0), (12.0, 55.0)]
    stroke = LiveStroke(empty(), 2, 9.0)
    for point in points:
        rect = stroke.extend(*point)
        assert rect is not None
    whole = draw.brush(empty(), draw.Stroke(tuple(points), 9.0), 2)
    different = int((stroke.labels != whole).sum())
    assert different <= 0.02 * int((whole > 0).sum())
    assert stroke.changed


def test_a_stroke_leaves_its_start_alone_and_stays_in_its_rect() -> None:
    before = empty()
    stroke = LiveStroke(before, 1, 7.0)
    left, top, right, bottom = stroke.extend(30, 30) or (0, 0, 0, 0)
    assert not before.any()
    outside = stroke.labels.copy()
    outside[top:bottom, left:right] = 0
    assert not outside.any()
    assert stroke.labels[30, 30] == 1


def test_erasing_takes_one_object() -> None:
    both = empty()
    both[:, :40], both[:, 40:] = 1, 2
    one = LiveStroke(both, 1, 200.0, add=False)
    one.extend(40, 30)
    assert set(np.unique(one.labels)) == {0, 2}


def test_locked_objects_stay_and_others_give_way() -> None:
    three = empty()
    three[:, 30:50], three[:, 50:] = 2, 3
    stroke = LiveStroke(three, 1, 60.0, protect=(3,))
    stroke.extend(48, 30)
    assert (stroke.labels[:, 50:] == 3).all()
    assert stroke.labels[30, 45] == 1


def test_protected_objects_stay() -> None:
    other = empty()
    other[:, 40:] = 2
    stroke = LiveStroke(other, 1, 30.0, protect=True)
    stroke.extend(40, 30)
    assert (stroke.labels[:, 40:] == 2).all()
    assert stroke.labels[30, 35] == 1


def test_a_stroke_outside_changes_nothing() -> None:
    stroke = LiveStroke(empty(), 1, 5.0)
    assert stroke.extend(-50, -50) is None
    assert not stroke.changed
