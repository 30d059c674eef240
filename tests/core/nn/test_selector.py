"""The selecting network: what runs without torch says the same as what was trained, and bad weights are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from core.assets import asset
from core.errors import LaminarError
from core.masks.hints import SIDE
from core.nn.plain import PlainSelector, read_selector
from core.nn.selector import HINTS, Selector


def lived_in() -> Selector:
    """Random weights with normalisations that have seen something."""
    torch.manual_seed(3)
    net = Selector()
    net.train()
    with torch.no_grad():
        for _ in range(2):
            net(torch.rand(2, 3, 64, 64), torch.rand(2, HINTS, 64, 64))
    return net.eval()


def test_numpy_and_torch_agree() -> None:
    net = lived_in()
    plain = PlainSelector({name: value.numpy() for name, value in net.state_dict().items()})
    rng = np.random.default_rng(5)
    for shape in ((SIDE, SIDE), (64, 96)):
        picture = rng.integers(0, 256, (*shape, 3), np.uint8)
        hints = rng.random((*shape, HINTS), np.float32)
        hints[..., 1] *= hints[..., 1] > 0.9  # few strokes on the object
        with torch.no_grad():
            asked = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
            logits = net(asked, torch.from_numpy(hints).permute(2, 0, 1)[None])
        np.testing.assert_allclose(plain(picture, hints), torch.sigmoid(logits)[0, 0].numpy(), atol=1e-5)


def test_no_strokes_and_no_outside_are_no_trouble() -> None:
    plain = PlainSelector({name: value.numpy() for name, value in lived_in().state_dict().items()})
    hints = np.zeros((64, 64, HINTS), np.float32)
    for box in (0.0, 1.0):
        hints[..., 0] = box
        told = plain(np.zeros((64, 64, 3), np.uint8), hints)
        assert np.isfinite(told).all() and told.min() >= 0 and told.max() <= 1


def test_bad_weights_are_told_with_their_file(tmp_path: Path) -> None:
    path = tmp_path / "selector.safetensors"
    with pytest.raises(LaminarError, match=str(path)):
        read_selector(path)
    path.write_bytes(b"no weights")
    with pytest.raises(LaminarError, match=str(path)):
        read_selector(path)
    save_file({"to2.0.0.weight": np.zeros((3, 3, 3, 3), np.float32)}, path)
    with pytest.raises(LaminarError, match="selecting network"):
        read_selector(path)
    whole = asset("weights", "selector.safetensors").read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LaminarError, match=str(path)):
        read_selector(path)


def test_the_shipped_weights_are_small() -> None:
    net = Selector()
    assert sum(each.numel() for each in net.parameters()) < 1_500_000
    assert asset("weights", "selector.safetensors").stat().st_size < 10_000_000
