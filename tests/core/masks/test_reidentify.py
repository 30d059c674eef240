"""Objects that vanish and come back in drawn scenes: behind a wall, out of the picture, over a scene cut, among
look-alikes; what the user said of a found object; killed and run again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from core.errors import MediaError
from core.job import Progress
from core.masks import propagate
from core.media.appearances import Appearances, read_appearances
from core.media.matte import MaskFolder, read_confidences
from tests.core.masks.scenes import overlap, texture, write_key

pytestmark = pytest.mark.usefixtures("one_thread")

WIDTH, HEIGHT = 160, 96
RED, BLUE, GOLD, GREEN = (200, 60, 50), (50, 80, 210), (220, 180, 40), (90, 120, 90)
Place = tuple[int, int] | None


def thing(colour: tuple[int, int, int], seed: int) -> np.ndarray:
    """A head on a body in two colours, float32 (36, 28, 4) with its mask last."""
    picture = np.zeros((36, 28, 4), np.float32)
    area = np.zeros((36, 28), np.uint8)
    cv2.circle(area, (14, 9), 8, 1, -1)
    cv2.rectangle(area, (3, 16), (24, 35), 2, -1)
    picture[..., :3] = texture(36, 28, colour, seed)
    picture[area == 2, :3] = texture(36, 28, tuple(255 - c for c in colour), seed + 1)[area == 2]  # type: ignore[arg-type]
    picture[..., 3] = area > 0
    return picture


def draw(
    things: Sequence[tuple[np.ndarray, Place]], ground: tuple[int, int, int] = GREEN, wall: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Frame and labels: things by their top left corner, later ones in front, the wall before all."""
    picture = texture(HEIGHT, WIDTH, ground, 1)
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    for label, (look, place) in enumerate(things, 1):
        if place is None:
            continue
        canvas = np.zeros((HEIGHT + 80, WIDTH + 80, 4), np.float32)
        x, y = place[0] + 40, place[1] + 40
        canvas[y : y + 36, x : x + 28] = look
        part = canvas[40:-40, 40:-40]
        picture[part[..., 3] > 0] = part[part[..., 3] > 0][:, :3]
        labels[part[..., 3] > 0] = label
    if wall:
        picture[:, 62:100] = texture(HEIGHT, 38, (120, 110, 150), 9)
        labels[:, 62:100] = 0
    return np.clip(picture, 0, 255).astype(np.uint8), labels


def film(folder: Path, frames: Sequence[tuple[np.ndarray, np.ndarray]]) -> tuple[str, list[np.ndarray]]:
    folder.mkdir(parents=True)
    for number, (picture, _) in enumerate(frames):
        cv2.imwrite(str(folder / f"{number:05d}.png"), picture[..., ::-1])
    return str(folder), [labels for _, labels in frames]


def track(
    out: Path, clip: str, truth: list[np.ndarray], keys: Sequence[int] = (0,), **more: Any
) -> MaskFolder:
    paths: dict[str, str] = {}
    for key in keys:
        paths |= write_key(out.parent / "keys", key, truth[key])
    for _ in propagate.track(out, clip=clip, key_masks=paths, **more):
        pass
    return MaskFolder(out)


def wholly(told: Appearances, label: int, frames: range) -> bool:
    """Whether the object is told missing in all of the frames."""
    gone = {n for first, last in told.objects[label].gaps for n in range(first, last + 1)}
    return set(frames) <= gone


def behind_the_wall(step: int = 4) -> list[tuple[np.ndarray, np.ndarray]]:
    """It goes so many pixels a frame."""
    red = thing(RED, 3)
    return [draw([(red, (4 + x, 30))], wall=True) for x in range(0, 134, step)]


def test_hidden_behind_a_wall_and_out_on_the_other_side(tmp_path: Path) -> None:
    clip, truth = film(tmp_path / "clip", behind_the_wall())
    masks = track(tmp_path / "out", clip, truth)
    away = [n for n in range(34) if not truth[n].any()]
    assert away and sum(int((masks.labels(n) > 0).any()) for n in away) == 0
    back = next(n for n in range(away[-1], 34) if (truth[n] > 0).sum() > 0.3 * (truth[0] > 0).sum())
    assert overlap(masks.labels(back + 3) > 0, truth[back + 3] > 0) > 0.6
    assert overlap(masks.labels(32) > 0, truth[32] > 0) > 0.6
    told = read_appearances(tmp_path / "out")
    assert wholly(told, 1, range(away[0] + 1, away[-1]))
    (appearance,) = told.objects[1].appearances
    assert appearance.state == "found" and appearance.last == 33
    assert away[-1] < appearance.first <= back + 3 and 0.5 < appearance.score <= 1
    x, y, width, height = appearance.box
    assert truth[appearance.frame][y : y + height, x : x + width].sum() > 0.6 * truth[appearance.frame].sum()
    assert read_confidences(tmp_path / "out")[away[3]] == {1: 0.0}


def test_without_it_nothing_is_told(tmp_path: Path) -> None:
    clip, truth = film(tmp_path / "clip", behind_the_wall()[:12])
    masks = track(tmp_path / "out", clip, truth, reidentify=False)
    assert masks.frames() == list(range(12))
    assert read_appearances(tmp_path / "out") == Appearances()


def leaves_and_returns() -> list[tuple[np.ndarray, np.ndarray]]:
    red = thing(RED, 3)
    places: list[Place] = [(70 + 8 * n, 30) for n in range(12)]
    places += [None] * 10 + [(-28 + 5 * n, 50) for n in range(14)]
    return [draw([(red, place)]) for place in places]


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[np.ndarray]]:
    """What leaves and returns, tracked from its first frame: the result, the clip and its masks."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("returned")
    clip, truth = film(folder / "clip", leaves_and_returns())
    return track(folder / "out", clip, truth).folder.parent, clip, truth


def test_leaves_and_returns_elsewhere(returned: tuple[Path, str, list[np.ndarray]]) -> None:
    out, _, truth = returned
    masks = MaskFolder(out)
    assert not any((masks.labels(n) > 0).any() for n in range(13, 22))
    scores = [overlap(masks.labels(n) > 0, truth[n] > 0) for n in range(28, 36)]
    assert np.mean(scores) > 0.7


def test_a_look_alike_of_another_colour_is_not_taken_for_it(tmp_path: Path) -> None:
    red, gold = thing(RED, 3), thing(GOLD, 5)
    frames = []
    for n in range(30):
        picture, labels = draw([(red, (70 + 8 * n, 30) if n < 12 else None), (gold, (20, 50))])
        frames.append((picture, np.where(labels == 1, labels, 0).astype(np.uint8)))
    clip, truth = film(tmp_path / "clip", frames)
    masks = track(tmp_path / "out", clip, truth)
    assert not any((masks.labels(n) > 0).any() for n in range(13, 30))
    told = read_appearances(tmp_path / "out")
    assert wholly(told, 1, range(13, 30))
    assert not [each for each in told.objects[1].appearances if each.state == "found"]


def test_a_scene_cut_and_back(tmp_path: Path) -> None:
    red = thing(RED, 3)
    frames = [draw([(red, (30 + n, 30))]) for n in range(12)]
    other = [draw([], (60, 60, 190)) for _ in range(10)]
    frames = [*frames, *other, *(draw([(red, (90 - n, 40))]) for n in range(10))]
    clip, truth = film(tmp_path / "clip", frames)
    masks = track(tmp_path / "out", clip, truth)
    told = read_appearances(tmp_path / "out")
    assert told.cuts == (12, 22)
    assert wholly(told, 1, range(12, 22))
    assert not any((masks.labels(n) > 0).any() for n in range(12, 22))
    assert overlap(masks.labels(11) > 0, truth[11] > 0) > 0.7
    assert np.mean([overlap(masks.labels(n) > 0, truth[n] > 0) for n in range(22, 32)]) > 0.7


def test_two_that_cross_behind_the_wall_keep_their_names(tmp_path: Path) -> None:
    red, blue = thing(RED, 3), thing(BLUE, 5)
    frames = [draw([(red, (2 + 4 * n, 20)), (blue, (130 - 4 * n, 50))], wall=True) for n in range(32)]
    clip, truth = film(tmp_path / "clip", frames)
    masks = track(tmp_path / "out", clip, truth)
    for label in (1, 2):
        scores = [overlap(masks.labels(n) == label, truth[n] == label) for n in range(27, 32)]
        assert np.mean(scores) > 0.6
        mixed = [((masks.labels(n) == label) & (truth[n] == 3 - label)).sum() for n in range(32)]
        assert max(mixed) < 60


def test_seen_first_in_the_middle_and_tracked_both_ways(tmp_path: Path) -> None:
    clip, truth = film(tmp_path / "clip", leaves_and_returns()[::-1])
    masks = track(tmp_path / "out", clip, truth, keys=(30,))
    assert not any((masks.labels(n) > 0).any() for n in range(15, 22))
    assert np.mean([overlap(masks.labels(n) > 0, truth[n] > 0) for n in range(8)]) > 0.7


def test_refused_is_never_used_and_accepted_always(
    returned: tuple[Path, str, list[np.ndarray]], tmp_path: Path
) -> None:
    out, clip, truth = returned
    (found,) = read_appearances(out).objects[1].appearances
    verdict = {"label": 1, "frame": found.frame, "box": list(found.box), "accept": False}
    masks = track(tmp_path / "refused", clip, truth, verdicts=[verdict])
    assert not any((masks.labels(n) > 0).any() for n in range(13, 36))
    told = read_appearances(tmp_path / "refused").objects[1]
    assert [each.state for each in told.appearances] == ["refused"]
    accept = {"label": 1, "frame": 30, "box": [12, 50, 28, 36], "accept": True}
    masks = track(tmp_path / "accepted", clip, truth, verdicts=[accept])
    told = read_appearances(tmp_path / "accepted").objects[1]
    assert np.mean([overlap(masks.labels(n) > 0, truth[n] > 0) for n in range(30, 36)]) > 0.7
    assert {each.state for each in told.appearances} <= {"accepted", "found"}
    with pytest.raises(MediaError, match="verdict"):
        track(tmp_path / "wrong", clip, truth, verdicts=[{"label": 1}])


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_run_killed_or_stopped_finds_the_same_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip, truth = film(tmp_path / "clip", behind_the_wall(step=7))
    keys, whole, out = write_key(tmp_path, 0, truth[0]), tmp_path / "whole", tmp_path / "out"
    told = [place_of(step) for step in propagate.track(whole, clip=clip, key_masks=keys)]
    assert len(told) > len(truth) + 3
    for stop in (13, len(truth) + 1, len(told) - 3):  # it is away, its return is followed, nearly at the end
        steps = propagate.track(out, clip=clip, key_masks=keys)
        monkeypatch.setattr(propagate, "CHECKPOINT_SECONDS", 0.0)
        assert told[stop] in map(place_of, steps)  # as far as that
        monkeypatch.setattr(propagate, "CHECKPOINT_SECONDS", 1e9)
        next(steps)
        killed = shutil.copytree(out, tmp_path / f"killed{stop}", ignore=shutil.ignore_patterns(".*.tmp"))
        steps.close()  # the next one goes on from there
        track_on(killed, clip, keys)
        assert files(killed) == files(whole)
    track_on(out, clip, keys)
    assert files(out) == files(whole)


def place_of(step: Progress) -> tuple[int, int]:
    """How far a run is: frames done, and the frame that is told of."""
    return step.done, step.fields.get("frame", -1)


def track_on(out: Path, clip: str, keys: dict[str, str]) -> None:
    for _ in propagate.track(out, clip=clip, key_masks=keys):
        pass


def test_what_was_found_is_kept_where_nothing_is_tracked_again(
    returned: tuple[Path, str, list[np.ndarray]], tmp_path: Path
) -> None:
    out, clip, truth = returned
    before = read_appearances(out).objects[1]
    track(tmp_path / "again", clip, truth, last=3, base=str(out))
    assert read_appearances(tmp_path / "again").objects[1] == before
