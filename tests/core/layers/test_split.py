"""A clip taken apart: films that fit together, shadows with their owners, depth, errors, and going on after a stop."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.arrays import to_bytes, to_float
from core.errors import MediaError
from core.job import drain
from core.layers.compose import from_rgba
from core.layers.paged import Stack
from core.layers.result import PLATE_PICTURE, read_layers, read_report
from core.layers.split import PLANE, split
from core.layers.tracks import halved, measure, order_of
from tests.core.layers.scenes import two_walkers, walker, write_clip
from tests.media_files import frames_of


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.count_nonzero(a & b) / max(1, np.count_nonzero(a | b)))


def test_a_walker_and_its_shadow(tmp_path: Path) -> None:
    frames, labels, shadows, plates = walker(noise=0.012)
    clip, masks = write_clip(tmp_path, frames, labels)
    out = tmp_path / "out"
    out.mkdir()
    drain(split(out, clip=str(clip), masks=str(masks), names={"1": "Box"}))
    result, report = read_layers(out), read_report(out)
    (box,) = result.objects
    assert (box.name, result.frames, result.width, result.height) == ("Box", 12, 160, 96)
    plate, recon = frames_of(out / result.plate_film), frames_of(out / result.recon)
    objects, effects = frames_of(out / box.object), frames_of(out / box.effect)
    assert objects.shape == (12, 96, 160, 4) and report.psnr > 33 and report.psnr_masks > 36
    assert [dB for _, dB in report.psnr_over_time] == sorted(dB for _, dB in report.psnr_over_time)
    for n in (0, 6, 11):
        joined = from_rgba(objects[n]).over(from_rgba(effects[n]).over(to_float(plate[n])))
        assert np.abs(to_bytes(joined).astype(int) - recon[n]).max() <= 1
        layer = from_rgba(frames_of(out / box.layer)[n]).over(to_float(plate[n]))
        assert np.abs(to_bytes(layer).astype(int) - recon[n]).max() <= 3
        assert iou(objects[n, ..., 3] > 127, labels[n] > 0) > 0.9
        assert np.abs(plate[n].astype(int) - plates[n]).mean() < 4
    assert iou(effects[..., 3] > 0.1 * 255, shadows > 0.1) > 0.75
    assert effects[..., :3][effects[..., 3] > 60].mean() < 30  # a shadow is black


def test_a_shadow_that_stood_still_for_most_of_the_time_is_found(tmp_path: Path) -> None:
    frames, labels, shadows, plates = walker(frames=16, noise=0.012, rest=9)
    clip, masks = write_clip(tmp_path, frames, labels)
    drain(split(tmp_path, clip=str(clip), masks=str(masks)))
    (box,) = read_layers(tmp_path).objects
    effects, plate = frames_of(tmp_path / box.effect)[:9, ..., 3], frames_of(tmp_path / "plate.mkv")[:9]
    assert iou(effects > 0.1 * 255, shadows[:9] > 0.1) > 0.85
    dark = shadows[:9] > 0.2
    assert np.abs(plate[dark].astype(int) - plates[:9][dark]).mean() < 8


def test_a_limit_of_time_leaves_out_refining_and_says_so(tmp_path: Path) -> None:
    frames, labels, _, _ = walker()
    clip, masks = write_clip(tmp_path, frames, labels)
    outs = tmp_path / "short", tmp_path / "long"
    for out, most in zip(outs, (2.01, 1000.0), strict=True):  # two seconds are for the start of the processes
        out.mkdir()
        drain(split(out, clip=str(clip), masks=str(masks), max_seconds=most))
    short, long = (read_report(out) for out in outs)
    assert (read_layers(outs[0]).stage, read_layers(outs[1]).stage) == ("layers", "refined")
    assert (
        any("no time to refine" in note for note in short.notes) and read_layers(outs[0]).notes == short.notes
    )
    assert any("asked for" in note for note in short.notes) and not long.notes
    assert len(frames_of(outs[0] / "recon.mkv")) == len(frames) and long.psnr > 33
    assert short.psnr > 25 and short.psnr_masks > 40  # the background is blurred, the object is whole


def test_refining_that_takes_too_long_leaves_the_layers_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames, labels, _, _ = walker()
    clip, masks = write_clip(tmp_path, frames, labels)
    steps = split(tmp_path, clip=str(clip), masks=str(masks), max_seconds=1000.0)
    for step in steps:
        if step.message == "Refining the background":
            break
    whole = {path.name: path.read_bytes() for path in tmp_path.glob("*.mkv")}
    monkeypatch.setattr("core.layers.clock.START", 1e6)  # now it is late
    drain(steps)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.mkv")} == whole
    assert read_layers(tmp_path).stage == "layers" and not list(tmp_path.glob(".*"))


def test_the_background_is_shown_before_it_is_ready(tmp_path: Path) -> None:
    frames, labels, _, _ = walker()
    clip, masks = write_clip(tmp_path, frames, labels)
    steps = split(tmp_path, clip=str(clip), masks=str(masks))
    shown = next(step.preview for step in steps if step.preview)
    assert (tmp_path / shown).is_file() and not (tmp_path / PLATE_PICTURE).exists()
    first = cv2.cvtColor(cv2.imread(str(tmp_path / shown)), cv2.COLOR_BGR2GRAY)
    box = labels[0] > 0
    assert first.shape == box.shape and first[~box].std() > 1
    seen = cv2.cvtColor(frames[0], cv2.COLOR_RGB2GRAY)
    assert np.abs(first.astype(int) - seen)[box].mean() > 10  # the object is filled from around
    steps.close()


def test_two_people_keep_their_own_shadows(tmp_path: Path) -> None:
    frames, labels, shadows = two_walkers()
    clip, masks = write_clip(tmp_path, frames, labels)
    drain(split(tmp_path, clip=str(clip), masks=str(masks)))
    films = {
        each.label: frames_of(tmp_path / each.effect)[..., 3] / 255 for each in read_layers(tmp_path).objects
    }
    for label, other in ((1, 2), (2, 1)):
        mine = shadows[label] > 0.1
        right, wrong = films[label][mine].sum(), films[other][mine & (shadows[other] < 0.02)].sum()
        assert right / (right + wrong) > 0.9


def test_the_one_in_front_covers_the_other() -> None:
    labels = np.zeros((8, 60, 120), np.uint8)
    for n in range(8):
        labels[n, 20:50, 50:62] = 1
        labels[n, 10:40, 12 * n : 12 * n + 12] = 2
    halves = Stack.of(np.stack([halved(each) for each in labels]))
    tracks = measure(halves)
    assert order_of(halves, tracks) == (1, 2)
    assert order_of(halves, tracks, wanted=(2, 1)) == (2, 1)
    behind = labels.copy()
    behind[:, 20:50, 50:62] = 1
    halves = Stack.of(np.stack([halved(each) for each in behind]))
    assert order_of(halves, measure(halves)) == (2, 1)


def test_work_stopped_again_and_again_goes_on_and_ends_the_same(tmp_path: Path) -> None:
    frames, labels, _, _ = walker(frames=6, noise=0.02)
    clip, masks = write_clip(tmp_path, frames, labels)
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    whole.mkdir()
    broken.mkdir()
    drain(split(whole, clip=str(clip), masks=str(masks)))
    for moment in (0.02, 0.1, 0.5, 0.7, 0.8, 0.95):
        steps = split(broken, clip=str(clip), masks=str(masks))
        while next(steps).part < moment:
            pass
        steps.close()
        assert (broken / PLANE).is_file() == (moment > 0.2)  # the canvas is whole before the layers begin
        assert (broken / "recon.mkv").exists() == (moment > 0.75)
    drain(split(broken, clip=str(clip), masks=str(masks)))
    for film in ("recon.mkv", "plate.mkv"):
        assert np.array_equal(frames_of(whole / film), frames_of(broken / film))


@pytest.mark.parametrize("kind", ["one frame", "all covered", "at every border"])
def test_odd_masks_give_layers(tmp_path: Path, kind: str) -> None:
    frames, labels, _, _ = walker(frames=3, size=(65, 70))
    if kind == "one frame":
        frames, labels = frames[:1], labels[:1]
    if kind == "all covered":
        labels = np.ones_like(labels)
    if kind == "at every border":
        labels[:] = 1
        labels[:, 5:-5, 5:-5] = 0
    clip, masks = write_clip(tmp_path, frames, labels)
    drain(split(tmp_path, clip=str(clip), masks=str(masks)))
    assert read_layers(tmp_path).frames == len(frames) and read_report(tmp_path).psnr > 20


def test_masks_without_an_object_are_told(tmp_path: Path) -> None:
    frames, labels, _, _ = walker(frames=2)
    clip, masks = write_clip(tmp_path, frames, np.zeros_like(labels))
    with pytest.raises(MediaError, match="show no object"):
        drain(split(tmp_path, clip=str(clip), masks=str(masks)))


def test_objects_that_share_a_layer(tmp_path: Path) -> None:
    frames, labels, _ = two_walkers()
    clip, masks = write_clip(tmp_path, frames, labels)
    drain(split(tmp_path, clip=str(clip), masks=str(masks), names={"1": "Both"}, shared=[1, 2]))
    (both,) = read_layers(tmp_path).objects
    assert (both.label, both.name) == (1, "Both")
    middle = len(labels) // 2
    assert iou(frames_of(tmp_path / both.object)[middle, ..., 3] > 127, labels[middle] > 0) > 0.9
