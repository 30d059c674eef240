"""The training of the pace network: it learns, and a run that was broken off equals one that was not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.nn.pace import STEPS
from core.retime.pace_views import CHANNELS
from core.training.speediness import (
    Clip,
    Plan,
    accuracy,
    examples,
    flow_accuracy,
    flow_threshold,
    is_held_out,
    load_clips,
    source_of,
    start,
    train,
)
from tests.core.retime.paced import write_paced

SMALL = Plan(steps=4, batch=2, warm_up=1)


def swaying(name: str, seed: int, count: int = 110) -> Clip:
    """Steps of a picture that sways to and fro, at a length of its own: only the rhythm tells the speed."""
    rng = np.random.default_rng(seed)
    far, phase = np.exp(rng.uniform(-1.5, 1.5)), rng.uniform(0, 6)
    place = far * np.sin(np.arange(count + 2) * 2 * np.pi / 14 + phase)
    planes = np.full((2, count, CHANNELS, 48, 48), 0.05, np.float16)
    for speed in (1, 2):
        motion = place[speed : count + speed] - place[:count]
        planes[speed - 1, :, 1] += (motion[:, None, None] * (0.8 + 0.4 * rng.random((48, 48)))).astype(
            np.float16
        )
    return Clip(name, 1, planes[0], planes[1, :-1])


CLIPS = [swaying(f"clip {n}", n) for n in range(6)]


@pytest.mark.usefixtures("capsys")
def test_resuming_equals_going_through(tmp_path: Path) -> None:
    through = start(SMALL)
    train(through, CLIPS, SMALL)
    broken = start(SMALL)
    train(broken, CLIPS, SMALL, stop=2)
    broken.save(tmp_path)
    resumed = start(replace(SMALL, seed=5))
    resumed.resume(tmp_path)
    train(resumed, CLIPS, SMALL)
    assert resumed.step == 4
    for ours, theirs in ((through.net, resumed.net), (through.average, resumed.average)):
        for name, value in ours.state_dict().items():
            torch.testing.assert_close(theirs.state_dict()[name], value)


def test_it_learns_what_plain_length_does_not_tell() -> None:
    plan = Plan(steps=24, batch=3, warm_up=3, rate=4e-3)
    run = start(plan)
    losses = train(run, CLIPS[:4], plan)
    assert np.mean(losses[-6:]) < 0.8 * np.mean(losses[:6])
    learned = np.mean(list(accuracy(run.net, CLIPS[4:]).values()))
    plain = np.mean(list(flow_accuracy(flow_threshold(CLIPS[:4]), CLIPS[4:]).values()))
    assert learned > plain


def test_both_speeds_of_a_stretch_are_in_one_batch_and_follow_from_the_seed() -> None:
    views, double = examples(CLIPS, SMALL, 3)
    assert views.shape[:3] == (4, CHANNELS, STEPS)
    assert double.tolist() == [0, 1, 0, 1]
    again, _ = examples(CLIPS, SMALL, 3)
    other, _ = examples(CLIPS, SMALL, 4)
    assert torch.equal(views, again)
    assert views.shape != other.shape or not torch.equal(views, other)


def test_clips_of_one_source_are_held_out_together() -> None:
    names = [f"asl-gestures/{word}" for word in ("again", "bird", "book", "eat")]
    assert len({is_held_out(name) for name in names}) == 1
    assert source_of("misc/pose2sim-single_cam1_60fps") == source_of("misc/pose2sim-single_cam4_60fps")
    assert 0 < sum(is_held_out(f"pexels/{n}") for n in range(100)) < 50


def test_a_folder_is_read_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "asl-gestures").mkdir(parents=True)
    write_paced(data / "asl-gestures" / "one.mkv", np.full(70, 1.0), size=(160, 96))
    (found,) = load_clips(data, tmp_path / "cache")
    assert found.starts > 0
    assert found.natural.shape[1:] == (CHANNELS, 48, 80)
    (data / "asl-gestures" / "one.mkv").write_bytes(b"")
    (again,) = load_clips(data, tmp_path / "cache")
    assert np.array_equal(found.double, again.double)
