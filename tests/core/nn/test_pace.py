"""The pace network: any size of picture, nothing learned from how large things are in its rhythm, calm codecs."""

from __future__ import annotations

import torch

from core.nn.pace import FEATURES, STEPS, VIEWS, PaceNet, calmed, rhythm
from core.nn.weights import pace_net


def _views(size: tuple[int, int] = (24, 40), seed: int = 0) -> torch.Tensor:
    torch.manual_seed(seed)
    views = torch.rand(2, VIEWS, STEPS, *size) * 0.1
    sway = 3 * torch.sin(torch.arange(STEPS) * 0.5)
    views[:, 1] += sway[None, :, None, None]
    return views


def test_pictures_of_any_size_are_judged() -> None:
    net = pace_net()
    for size in ((24, 40), (48, 86), (17, 9)):
        features, maps = net.look(_views(size))
        assert features.shape == (2, FEATURES)
        assert net.answer(features).shape == (2,)
        assert net.seen(maps).shape[:2] == (2, STEPS)


def test_the_shipped_weights_answer_alike_every_time() -> None:
    net = pace_net()
    with torch.no_grad():
        assert torch.equal(net(_views()), net(_views()))
    assert sum(parameter.numel() for parameter in PaceNet().parameters()) < 200_000


def test_likeness_to_itself_does_not_depend_on_length() -> None:
    views = _views()
    nearer = views.clone()
    nearer[:, 1:3] *= 3
    plain, scaled = rhythm(views), rhythm(nearer)
    assert torch.allclose(plain[:, 4:16], scaled[:, 4:16], atol=0.02)
    assert (scaled[:, 0] > plain[:, 0] + 0.9).all()


def test_better_and_worse_frames_in_turn_cancel() -> None:
    views = torch.ones(1, VIEWS, STEPS, 4, 4)
    views[:, :, ::2] += 0.5
    assert calmed(views)[:, :, 1:-1].std() < 1e-6
