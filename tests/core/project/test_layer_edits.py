"""Layers on the timeline: what is put where, and that the picture is exactly what the drawn layers say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import EditError
from core.media.pool import SourcePool
from core.project import layer_edits, layers, shadows
from core.project.project import Media, Project
from core.render.compositor import render_frame
from core.render.resolver import Resolver
from core.timeline import edits
from core.timeline.model import Clip, MatteUse, Sequence, Solid, Transition
from core.timeline.time_map import Linear
from tests.core.timeline.films import faults
from tests.layer_films import FRAME, Truth, draw_truth, film, over

CAR, ROBOT = 2, 1


@dataclass(frozen=True)
class Street:
    truth: Truth
    project: Project
    films: tuple[Media, ...]
    data: Path

    def picture(self, project: Project, frame: int) -> np.ndarray:
        """A frame of the film, uint8 RGB."""
        with self.drawing(project) as draw:
            return draw(frame)

    @contextmanager
    def drawing(self, project: Project) -> Iterator:
        with closing(SourcePool(64 * 2**20)) as pool:
            resolver = Resolver(project, None, self.data, pool, strict=True)
            assert project.sequence is not None
            film = project.sequence
            yield lambda frame: render_frame(film, frame * FRAME, resolver)[..., :3]


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Street:
    folder = tmp_path_factory.mktemp("street")
    truth = draw_truth((CAR, ROBOT), frames=5)
    project, films = film(folder, truth, folder / "data")
    return Street(truth, project, films, folder / "data")


def near(got: np.ndarray, want: np.ndarray, most: int = 2) -> bool:
    """Equal but for the rounding of premultiplied bytes."""
    return int(np.abs(got.astype(int) - want.astype(int)).max()) <= most


def names(sequence: Sequence | None) -> list[list[str]]:
    """Names of the clips of each track, bottom to top."""
    assert sequence is not None
    return [[clip.name for _, clip in track.clips()] for track in sequence.tracks]


def find(project: Project, name: str) -> Clip:
    assert project.sequence is not None
    return next(clip for _, _, clip in project.sequence.clips() if clip.name == name)


def test_a_split_stacks_plate_shadows_and_objects_and_shows_the_same_film(street: Street) -> None:
    split = layer_edits.split(street.project, "clip", street.films)
    assert names(split.sequence) == [
        ["street background"], ["Car shadow"], ["Robot shadow"], ["Car"], ["Robot"],
    ]  # fmt: skip
    assert split.sequence is not None and not faults(split.sequence)
    with street.drawing(split) as draw:
        for n in range(5):
            assert near(draw(n), street.truth.clip[n])


def test_the_bin_gets_every_layer_once(street: Street) -> None:
    once = layer_edits.split(street.project, "clip", street.films)
    assert [one.name for one in once.media] == [
        "street.mkv", "street background", "Car shadow", "Car", "Robot shadow", "Robot",
    ]  # fmt: skip
    assert all(one.info.video is not None and one.info.video.alpha for one in once.media[2:])
    assert layers.with_films(once, street.films).media == once.media


def test_an_object_is_linked_with_its_shadow_and_not_with_the_rest(street: Street) -> None:
    sounding = street.project.with_sequence(edits.set_clip(street.project.sequence, "clip", link="sound"))  # type: ignore[arg-type]
    split = layer_edits.split(sounding, "clip", street.films)
    robot, shadow, car, plate = (
        find(split, name) for name in ("Robot", "Robot shadow", "Car", "street background")
    )
    assert robot.link == shadow.link != ""
    assert car.link != robot.link
    assert plate.link == "sound" and plate.id == "clip"
    gone = edits.lift(split.sequence, robot.id)  # type: ignore[arg-type]
    with street.drawing(split.with_sequence(gone)) as draw:
        assert near(draw(2), street.truth.composed(2, {ROBOT: None}))


def test_layers_keep_range_speed_and_transform(street: Street) -> None:
    assert street.project.sequence is not None
    slow = replace(
        street.project.sequence.find("clip")[2], time_map=Linear(FRAME, 1, 2), duration=4 * FRAME, x=12.0
    )
    sequence = edits.overwrite(edits.lift(street.project.sequence, "clip"), 3 * FRAME, {"V1": slow})
    split = layer_edits.split(street.project.with_sequence(sequence), "clip", street.films)
    assert split.sequence is not None
    for _, where, clip in split.sequence.clips():
        assert (where.start, where.duration) == (3 * FRAME, 4 * FRAME)
        assert clip.time_map == Linear(FRAME, 1, 2) and clip.x == 12.0


def test_layers_of_a_part_of_the_clip_start_where_the_part_does(street: Street) -> None:
    media = street.project.find_media("media")
    assert media.layers is not None
    later = layers.with_layers(street.project, "media", replace(media.layers, first=2, frames=3))
    with pytest.raises(EditError, match="do not cover"):
        layer_edits.split(later, "clip", street.films)
    trimmed = later.with_sequence(edits.trim_start(later.sequence, "clip", 2 * FRAME))  # type: ignore[arg-type]
    assert find(layer_edits.split(trimmed, "clip", street.films), "Car").time_map.at(0) == 0


def test_tracks_above_are_used_when_free_and_titles_stay_on_top(street: Street) -> None:
    assert street.project.sequence is not None
    title = Clip("title", "Title", Solid("#ff0000"), 2 * FRAME)
    titled = edits.overwrite(street.project.sequence, FRAME, {"V2": title})
    split = layer_edits.split(street.project.with_sequence(titled), "clip", street.films)
    assert names(split.sequence)[-1] == ["Title"] and len(names(split.sequence)) == 6
    assert len(names(layer_edits.split(street.project, "clip", street.films).sequence)) == 5


def test_taking_an_object_out_leaves_what_it_did_not_touch_as_it_was(street: Street) -> None:
    without = layer_edits.remove_object(street.project, "clip", ROBOT, street.films)
    with street.drawing(without) as draw:
        for n in (0, 3):
            got, want = draw(n), street.truth.composed(n, {ROBOT: None})
            seen = np.maximum(street.truth.objects[ROBOT][n][..., 3], street.truth.effects[ROBOT][n][..., 3])
            far = np.ones(seen.shape, bool)
            rows, columns = np.nonzero(seen)
            far[
                max(0, rows.min() - 16) : rows.max() + 16, max(0, columns.min() - 16) : columns.max() + 16
            ] = False
            assert np.array_equal(got[far], street.truth.clip[n][far])
            assert near(got[seen > 12], want[seen > 12], 6)
    clips = [clip for _, _, clip in without.sequence.clips()]  # type: ignore[union-attr]
    assert len({clip.link for clip in clips}) == 1  # the repair moves with the clip


def test_both_objects_can_be_taken_out(street: Street) -> None:
    once = layer_edits.remove_object(street.project, "clip", ROBOT, street.films)
    twice = layer_edits.remove_object(once, "clip", CAR)
    seen = np.maximum.reduce([films[n][3][..., 3] for films in (street.truth.objects, street.truth.effects)
                              for n in (ROBOT, CAR)])  # fmt: skip
    got = street.picture(twice, 3)
    assert near(got[seen > 12], street.truth.plates[3][seen > 12], 6)


def test_an_object_that_was_taken_out_is_put_back(street: Street) -> None:
    both = layer_edits.remove_object(
        layer_edits.remove_object(street.project, "clip", ROBOT, street.films), "clip", CAR
    )
    clip = both.sequence.find("clip")[2]  # type: ignore[union-attr]
    assert layer_edits.removed(both, clip) == {ROBOT, CAR}
    one = layer_edits.restore_object(both, "clip", ROBOT)
    assert layer_edits.removed(one, clip) == {CAR}
    none = layer_edits.restore_object(one, "clip", CAR)
    assert np.array_equal(street.picture(none, 2), street.truth.clip[2])
    with pytest.raises(EditError, match="not taken out"):
        layer_edits.restore_object(none, "clip", CAR)


def test_what_was_taken_out_stays_out_of_a_split(street: Street) -> None:
    without = layer_edits.remove_object(street.project, "clip", ROBOT, street.films)
    split = layer_edits.split(without, "clip")
    assert near(street.picture(split, 2), street.truth.composed(2, {ROBOT: None}))
    assert not find(split, "Robot").enabled and not find(split, "Robot shadow").enabled
    assert next(row for row in names(split.sequence) if row) == ["street background"]


def test_of_a_split_clip_the_layers_of_the_object_go(street: Street) -> None:
    split = layer_edits.split(street.project, "clip", street.films)
    without = layer_edits.remove_object(split, "clip", CAR)
    assert near(street.picture(without, 1), street.truth.composed(1, {CAR: None}))
    with pytest.raises(EditError, match="no layer"):
        layer_edits.remove_object(without, "clip", CAR)


@pytest.mark.parametrize("behind", [CAR, ROBOT])
def test_a_colour_goes_behind_an_object_and_its_shadow_falls_on_it(street: Street, behind: int) -> None:
    red = Clip("red", "Red", Solid("#c80000"), 5 * FRAME)
    between = layer_edits.insert_between(street.project, "clip", red, behind, street.films)
    rows = [row for row in names(between.sequence) if row]
    if behind == CAR:
        assert rows == [["street background"], ["Red"], ["Car shadow"], ["Robot shadow"], ["Car"], ["Robot"]]
    else:
        assert rows == [["street background"], ["Car shadow"], ["Car"], ["Red"], ["Robot shadow"], ["Robot"]]
    picture = np.tile(np.array([200.0, 0, 0]), (*street.truth.plates.shape[1:3], 1))
    shown = (CAR, ROBOT) if behind == CAR else (ROBOT,)
    for films in (street.truth.effects, street.truth.objects):
        for label in shown:
            alpha = films[label][2][..., 3:] / 255
            picture = picture * (1 - alpha) + films[label][2][..., :3] * alpha
    assert near(street.picture(between, 2), np.rint(picture))


def test_a_clip_on_the_timeline_goes_between_layers_that_are_there(street: Street) -> None:
    split = layer_edits.split(street.project, "clip", street.films)
    assert split.sequence is not None
    above = edits.add_track(split.sequence, "video", track_id="top")
    red = Clip("red", "Red", Solid("#c80000"), 2 * FRAME)
    titled = split.with_sequence(edits.overwrite(above, FRAME, {"top": red}))
    between = layer_edits.insert_between(titled, find(split, "Robot").id, "red", ROBOT)
    assert between.sequence is not None and not faults(between.sequence)
    rows = [row for row in names(between.sequence) if row]
    assert rows[-3:] == [["Red"], ["Robot shadow"], ["Robot"]]
    assert between.sequence.find("red")[1].start == FRAME
    with pytest.raises(EditError, match="behind itself"):
        layer_edits.insert_between(split, "clip", find(split, "Car").id, ROBOT)


def test_shadows_are_kept_dropped_and_softened_by_changes_of_their_clip(street: Street) -> None:
    split = layer_edits.split(street.project, "clip", street.films)
    shadow = find(split, "Car shadow")
    assert split.sequence is not None

    def shown(how: str) -> np.ndarray:
        changed = shadows.set_shadow(split.sequence, shadow.id, how)  # type: ignore[arg-type]
        assert shadows.shadow_of(changed.find(shadow.id)[2]) == how
        back = shadows.set_shadow(changed, shadow.id, "keep")
        assert back == split.sequence
        return street.picture(split.with_sequence(changed), 2).astype(float)

    dark = street.truth.effects[CAR][2][..., 3] > 60
    dropped, softened, kept = (shown(how)[dark].mean() for how in ("drop", "soften", "keep"))
    assert dropped > softened > kept
    picture = over(street.truth.plates[2].astype(float), street.truth.effects[ROBOT][2])
    for label in (CAR, ROBOT):
        picture = over(picture, street.truth.objects[label][2])
    assert near(shown("drop"), picture)


def test_choices_made_before_the_split_count(street: Street) -> None:
    chosen = layers.with_choice(street.project, "media", CAR, shadow="drop")
    chosen = layers.with_choice(chosen, "media", ROBOT, visible=False)
    split = layer_edits.split(chosen, "clip", street.films)
    enabled = {clip.name: clip.enabled for _, _, clip in split.sequence.clips()}  # type: ignore[union-attr]
    assert enabled == {
        "street background": True, "Car shadow": False, "Car": True, "Robot shadow": False, "Robot": False,
    }  # fmt: skip


def test_another_depth_order_moves_the_layers_on_their_tracks(street: Street) -> None:
    split = layer_edits.split(street.project, "clip", street.films)
    turned = layers.with_order(split, "media", CAR, 1)
    again = layer_edits.reordered(turned, find(split, "Car").id)
    assert names(again.sequence) == [
        ["street background"], ["Robot shadow"], ["Car shadow"], ["Robot"], ["Car"],
    ]  # fmt: skip
    assert layer_edits.reordered(again, "clip") == again
    assert names(
        layer_edits.split(layers.with_order(street.project, "media", CAR, 1), "clip", street.films).sequence
    )[-1] == ["Car"]


def test_layers_are_made_anew_and_choices_stay(street: Street) -> None:
    chosen = layers.with_choice(street.project, "media", CAR, shadow="soften")
    media = street.project.find_media("media")
    assert media.layers is not None
    again = (
        layers.with_layers(chosen, "media", replace(media.layers, key="f" * 32)).find_media("media").layers
    )
    assert again is not None and again.key == "f" * 32
    assert [one.shadow for one in again.objects] == ["soften", "keep"]


def test_what_cannot_be_is_refused_and_says_what_to_do(street: Street) -> None:
    plain = street.project.with_media(replace(street.project.find_media("media"), layers=None))
    with pytest.raises(EditError, match="no layers yet"):
        layer_edits.split(plain, "clip", street.films)
    with pytest.raises(EditError, match="not in the bin"):
        layer_edits.split(street.project, "clip")
    with pytest.raises(EditError, match="no longer in the film"):
        layer_edits.split(street.project, "gone", street.films)
    split = layer_edits.split(street.project, "clip", street.films)
    with pytest.raises(EditError, match="layer already"):
        layer_edits.split(split, "clip")
    with pytest.raises(EditError, match="no layer"):
        layer_edits.remove_object(street.project, "clip", 9, street.films)
    assert street.project.sequence is not None
    locked = street.project.with_sequence(edits.set_track(street.project.sequence, "V1", locked=True))
    with pytest.raises(EditError, match="locked"):
        layer_edits.split(locked, "clip", street.films)


def test_a_cross_fade_and_masked_effects_come_along(street: Street) -> None:
    assert street.project.sequence is not None
    use = MatteUse(ROBOT, feather=0.0)
    sequence = edits.add_effect(street.project.sequence, "clip", "colour", matte=use, saturation=0.0)
    sequence = edits.set_clip(sequence, "clip", transition=Transition(after=2 * FRAME))
    split = layer_edits.split(street.project.with_sequence(sequence), "clip", street.films)
    assert find(split, "Robot").transition == Transition(after=2 * FRAME)
    picture = street.picture(split, 4).astype(
        int
    )  # its mask is the clip's, so the robot is grey in its layer too
    inside = street.truth.objects[ROBOT][4][..., 3] == 255
    assert np.ptp(picture[inside], axis=-1).max() <= 2
