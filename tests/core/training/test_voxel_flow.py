"""The training of the voxel-flow network: step 0 is the splat, it learns, and broken off and
resumed equals unbroken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.motion import splat
from core.motion.between import Neighbours
from core.retime.synthesis import Synthesizer
from core.retime.voxel_flow import VoxelFlow
from core.training import between, voxel_flow
from core.training.footage import Clip, plain_clip
from core.training.voxel_flow import (
    Batch,
    Examples,
    Plan,
    _step,
    augmented,
    batches,
    start,
    tensors,
    unpacked,
)
from tests.core.motion.drawn import frame
from tests.core.training.resuming import assert_resumes

SMALL = Plan(steps=2, batch=1, pool=8, workers=0, warm_up=1)


def clips() -> tuple[Clip, ...]:
    frames = np.stack([frame(n, (40, 80), (9, 2), pan=3) for n in range(8)])
    return (plain_clip("one", frames), plain_clip("two", frames[::-1, :, ::-1].copy()))


def examples(folder: Path, plan: Plan = SMALL) -> Examples:
    return Examples(clips(), plan, folder / "samples")


def test_an_untrained_network_gives_the_splat(tmp_path: Path) -> None:
    batch = next(batches(examples(tmp_path), 0))
    with torch.no_grad():
        made = VoxelFlow()(batch.pair)
    sample = examples(tmp_path).sample(0)
    inner = np.s_[between.MARGIN : -between.MARGIN, between.MARGIN : -between.MARGIN]
    assert made.picture.shape == (1, 3, between.SIDE, between.SIDE)
    torch.testing.assert_close(made.picture, made.blend)
    assert not made.added.any()
    assert sample.frames[0][inner].shape == sample.truth.shape


def test_what_the_network_starts_from_is_what_the_splat_renders() -> None:
    first, second = frame(0, pan=3), frame(1, pan=3)
    fields = splat.fields_at(splat.motion_between(splat.grey(first), splat.grey(second)), 0.25)
    drawn = splat.render(first, second, *splat.full_size(fields, first.shape[1::-1]), 0.25)
    motion = splat.motion_between(splat.grey(first), splat.grey(second))
    made = Synthesizer(VoxelFlow().eval()).picture(Neighbours(first, second, "moving", motion), 0.25)
    assert np.abs(made.astype(int) - drawn)[8:-8, 8:-8].mean() < 0.5


@pytest.mark.usefixtures("capsys")
def test_resuming_equals_going_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_resumes(voxel_flow, SMALL, lambda: examples(tmp_path), 1, tmp_path, monkeypatch)


def corner(batch: Batch, side: int = 128) -> Batch:
    """The upper left part of a batch."""
    wide, half = side + 2 * between.MARGIN, side // 2
    pair = replace(
        batch.pair,
        frames=batch.pair.frames[..., :wide, :wide],
        to0=batch.pair.to0[..., :half, :half],
        to1=batch.pair.to1[..., :half, :half],
        mass=batch.pair.mass[..., :half, :half],
    )
    return replace(
        batch, pair=pair, truth=batch.truth[..., :side, :side], counts=batch.counts[..., :side, :side]
    )


def test_the_loss_falls(tmp_path: Path) -> None:
    plan = replace(SMALL, steps=22, rate=1e-3, warm_up=2)
    run, batch = start(plan), corner(next(batches(examples(tmp_path), 0)))
    told = [_step(run, plan, batch)["total"] for _ in range(plan.steps)]
    assert told[-1] < 0.97 * told[0]


def test_samples_follow_from_seed_and_number() -> None:
    one, again = (between.samples_of(clips(), 3, 1)[2] for _ in range(2))
    other = between.samples_of(clips(), 4, 1)[2]
    assert np.array_equal(one.frames, again.frames) and np.array_equal(one.fields, again.fields)
    assert not np.array_equal(one.frames, other.frames)


def test_flips_and_turns_keep_the_motion_true() -> None:
    """An augmented sample's splat is as near to its truth as the sample's own."""
    sample = between.samples_of(clips(), 0, 0)[0]

    def error(seed: int) -> float:
        changed = augmented(np.random.default_rng(seed), sample)
        batch = unpacked([part[None] for part in tensors(changed)])
        with torch.no_grad():
            made = VoxelFlow()(batch.pair)
        return float(((made.picture - batch.truth).abs() * batch.counts).mean())

    errors = [error(seed) for seed in range(6)]
    assert max(errors) < 1.6 * min(errors) + 0.002


def test_any_folder_of_videos_will_do(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    for name in ("b.mp4", "a.mov", "notes.txt"):
        (tmp_path / "films" / name).touch()
    assert [source.path.name for source in between.sources_of(tmp_path)] == ["a.mov", "b.mp4"]
