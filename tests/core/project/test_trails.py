"""A person several times at once, seen in rendered frames of drawn layers."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import EditError
from core.project import layer_edits, trails
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import Key, Keys
from tests.core.project.test_layer_edits import CAR, ROBOT, Street, near, street
from tests.core.timeline.films import faults
from tests.layer_films import FRAME, over

__all__ = ["street"]


def split(street: Street) -> Project:
    return layer_edits.split(street.project, "clip", street.films)


def drawn(street: Street, frame: int, copies: list[tuple[int, float]]) -> np.ndarray:
    """The street with the robot as it was at these frames, lowest first, with their opacity, below the robot."""
    truth = street.truth
    picture = truth.plates[frame].astype(float)
    layers = [
        (truth.effects[CAR][frame], 1.0),
        (truth.effects[ROBOT][frame], 1.0),
        (truth.objects[CAR][frame], 1.0),
    ]
    for number, opacity in copies:
        layers += [(truth.effects[ROBOT][number], opacity), (truth.objects[ROBOT][number], opacity)]
    for layer, opacity in [*layers, (truth.objects[ROBOT][frame], 1.0)]:
        faint = layer.copy()
        faint[..., 3] = np.rint(faint[..., 3] * opacity)
        picture = over(picture, faint)
    return np.rint(picture).astype(np.uint8)


def test_echoes_follow_with_their_shadows_each_fainter(street: Street) -> None:
    after = trails.echoes(split(street), "clip", ROBOT, 2, FRAME)
    assert after.sequence is not None and not faults(after.sequence)
    with street.drawing(after) as draw:
        assert near(draw(0), drawn(street, 0, []))
        assert near(draw(1), drawn(street, 1, [(0, 2 / 3)]))
        assert near(draw(4), drawn(street, 4, [(2, 1 / 3), (3, 2 / 3)]), 3)


def test_pictures_stay_where_the_person_was(street: Street) -> None:
    after = trails.pictures(split(street), "clip", ROBOT, 2 * FRAME)
    assert after.sequence is not None and not faults(after.sequence)
    with street.drawing(after) as draw:
        assert near(draw(1), drawn(street, 1, [(0, 1.0)]))
        assert near(draw(4), drawn(street, 4, [(0, 1.0), (2, 1.0), (4, 1.0)]))


def test_a_copy_is_moved_by_itself_and_removed_with_the_person(street: Street) -> None:
    before = split(street)
    after = trails.echoes(before, "clip", ROBOT, 3, FRAME)
    assert after.sequence is not None and before.sequence is not None
    there = {clip.id for _, _, clip in before.sequence.clips()}
    copies = [clip for _, _, clip in after.sequence.clips() if clip.id not in there]
    assert len(copies) == 6 and len({clip.link for clip in copies}) == 3
    gone = layer_edits.remove_object(after, "clip", ROBOT)
    assert gone.sequence is not None
    left = {clip.id for _, _, clip in gone.sequence.clips()}
    assert not left & {clip.id for clip in copies}


def test_animated_opacity_keeps_its_shape(street: Street) -> None:
    before = split(street)
    robot = layer_edits.person(before, "clip", ROBOT)[-1]
    keys = Keys((Key(0, 1.0), Key(2 * FRAME, 0.5)))
    assert before.sequence is not None
    before = before.with_sequence(edits.set_clip(before.sequence, robot, opacity=keys))
    after = trails.echoes(before, "clip", ROBOT, 1, FRAME)
    assert after.sequence is not None
    shown = [clip.opacity for _, _, clip in after.sequence.clips() if isinstance(clip.opacity, Keys)]
    assert [[key.value for key in one.keys] for one in shown] == [[0.5, 0.25], [1.0, 0.5]]


@pytest.mark.parametrize(
    ("count", "apart", "words"), [(0, FRAME, "1 to"), (99, FRAME, "1 to"), (3, 2 * FRAME, "too short")]
)
def test_too_many_copies_are_refused(street: Street, count: int, apart: int, words: str) -> None:
    with pytest.raises(EditError, match=words):
        trails.echoes(split(street), "clip", ROBOT, count, apart)
    with pytest.raises(EditError):
        trails.pictures(split(street), "clip", ROBOT, 0)
