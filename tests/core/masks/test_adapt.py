"""Adapting the network to a clip: examples with exact truth, kept only when it helps."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.errors import MediaError
from core.masks import adapt
from core.nn.matcher import Matcher
from core.nn.weights import fused
from tests.core.masks.scenes import draw


@pytest.fixture
def frame() -> adapt.Drawn:
    picture, labels = draw(0, 192, 128)
    return adapt.drawn(picture, (labels == 1).astype(np.float32))


@pytest.fixture
def net(monkeypatch: pytest.MonkeyPatch) -> Matcher:
    for name, value in {"SIDE": 64, "BATCH": 2, "TESTS": 1, "STEPS": 3}.items():
        monkeypatch.setattr(adapt, name, value)
    torch.manual_seed(0)
    return fused(Matcher())


def test_examples_show_the_object_where_their_masks_are(frame: adapt.Drawn) -> None:
    inside = frame.picture[frame.mask > 0.5].mean(axis=0)
    rng = np.random.default_rng(3)
    for _ in range(6):
        pictures, masks = adapt._example(rng, frame)
        assert pictures.shape[1:3] == masks.shape[1:] and masks.any(axis=(1, 2)).all()
        for picture, mask in zip(pictures, masks, strict=True):
            core = cv2.erode(mask, np.ones((5, 5), np.uint8)) > 0
            if core.sum() > 30:
                assert np.abs(picture[core].mean(axis=0) - inside).max() < 90
                assert (
                    np.abs(picture[core].mean(axis=0) - inside).mean()
                    < np.abs(picture[mask == 0].mean(axis=0) - inside).mean() + 30
                )


def test_the_background_has_no_object_left(frame: adapt.Drawn) -> None:
    hole = frame.mask > 0.5
    before = np.abs(frame.picture[hole].astype(int) - frame.background[hole]).mean()
    assert before > 10
    far = cv2.dilate(frame.mask, np.ones((15, 15), np.uint8)) == 0
    assert np.array_equal(frame.picture[far], frame.background[far])


def test_a_seed_gives_one_network(frame: adapt.Drawn, net: Matcher) -> None:
    def result() -> Matcher:
        steps = list(adapt.adapt_to(net, [frame], seed=4))
        assert [done for done, _ in steps] == [1, 2, 3, 3]
        assert steps[-1][1] is not None
        return steps[-1][1]

    one, other = result(), result()
    for name, value in one.state_dict().items():
        assert torch.equal(other.state_dict()[name], value)
    assert all(not torch.isnan(value).any() for value in one.state_dict().values())


def test_a_network_that_got_worse_is_not_used(
    frame: adapt.Drawn, net: Matcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapt, "RATE", 0.03)
    assert list(adapt.adapt_to(net, [frame], seed=4))[-1][1] is net


def test_what_was_learned_is_kept_in_a_file(tmp_path: Path, net: Matcher) -> None:
    path = tmp_path / "adapted.safetensors"
    path.write_bytes(adapt.save_adapted(net, net))
    assert adapt.load_adapted(path, net) is net
    other = fused(Matcher())
    path.write_bytes(adapt.save_adapted(other, net))
    again = adapt.load_adapted(path, net)
    assert torch.equal(again.at2[1].weight, other.at2[1].weight)
    path.write_bytes(b"nothing")
    with pytest.raises(MediaError, match="damaged"):
        adapt.load_adapted(path, net)
