"""Tracking by the shipped network: objects are kept, and work that was broken off ends as if it was not."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from core.masks import encoding, propagate
from core.masks.features import Grid
from core.masks.fineness import FEWEST_ROWS, choose_grid
from core.media.matte import MaskFolder
from core.nn import weights
from core.nn.matcher import HAND
from tests.core.masks.scenes import draw, overlap, write_clip, write_key

pytestmark = pytest.mark.usefixtures("one_thread")


def files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.mark.parametrize("every", [1, 3])
def test_an_object_is_followed_and_a_killed_run_ends_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int
) -> None:
    truth = write_clip(tmp_path / "clip", 5, 256, 192)
    drawn = np.where(truth[0] == 1, truth[0], 0).astype(np.uint8)
    assert min(choose_grid(256, 192, [drawn]).shape) >= FEWEST_ROWS  # fewer go without the network
    keys = write_key(tmp_path, 0, drawn)
    list(propagate.track(tmp_path / "whole", clip=str(tmp_path / "clip"), key_masks=keys, every=every))
    masks = MaskFolder(tmp_path / "whole", (256, 192))
    assert min(overlap(masks.labels(t) == 1, truth[t] == 1) for t in range(5)) > 0.85
    monkeypatch.setattr(propagate, "CHECKPOINT_SECONDS", 0.0)
    steps = propagate.track(tmp_path / "out", clip=str(tmp_path / "clip"), key_masks=keys, every=every)
    for _ in range(4):
        next(steps)
    unfinished = shutil.ignore_patterns(".*.tmp")  # they may be renamed while they are copied
    killed = shutil.copytree(tmp_path / "out", tmp_path / "killed", ignore=unfinished)
    steps.close()
    list(propagate.track(killed, clip=str(tmp_path / "clip"), key_masks=keys, every=every))
    assert files(killed) == files(tmp_path / "whole")


def test_the_network_adds_keys_to_the_hand_made_ones() -> None:
    picture, _ = draw(0, 352, 208)
    grid = Grid(320, 192, 4)
    plain, learned = (encoding.encode(picture, grid, net).keys for net in (None, weights.matcher()))
    assert plain.shape == (48 * 80, HAND) and learned.shape[1] > HAND
    torch.testing.assert_close(learned[:, :HAND], plain)
    assert np.isfinite(learned.numpy()).all()


def test_features_are_carried_by_the_flow_and_then_seen_again() -> None:
    first, _ = draw(0, 352, 208)
    moved = np.roll(first, 4, axis=1)  # one token
    grid, net = Grid(352, 208, 4), weights.matcher()
    before = encoding.encode(first, grid, net)
    (carried, flow), seen = encoding.encode_next(moved, grid, net, before), encoding.encode(moved, grid, net)
    assert np.median(flow[..., 0]) == pytest.approx(-4, abs=0.5)
    assert (before.age, carried.age, seen.age) == (0, 1, 0)
    torch.testing.assert_close(carried.keys[:, :HAND], seen.keys[:, :HAND])
    inside = np.zeros(grid.shape, bool)
    inside[4:-4, 8:-8] = True
    mine, there, old = (each.keys[inside.ravel(), HAND:] for each in (carried, seen, before))
    assert (mine - there).square().mean() < 0.25 * (old - there).square().mean()
    assert encoding.encode_next(moved, grid, net, carried, every=3)[0].age == 2
    assert encoding.encode_next(moved, grid, net, carried, every=2)[0].age == 0
