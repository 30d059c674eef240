"""The pace network: any size of picture, nothing learned from how large things are in its rhythm, calm codecs."""

from __future__ import annotations

import torch

from core.nn.pace import AREAS, FEATURES, PLACES, STEPS, VIEWS, PaceNet, calmed, coarse, rhythm
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


def test_the_answer_is_the_mean_chance_of_its_judges() -> None:
    net = pace_net()
    with torch.no_grad():
        chances = [judge(_views()).sigmoid() for judge in net.judges]
        assert len(chances) == AREAS + PLACES
        assert torch.allclose(net(_views()).sigmoid(), torch.stack(chances).mean(0), atol=1e-5)


def test_finer_pictures_are_looked_at_coarsely() -> None:
    views = _views((24, 40))
    finer = views.repeat_interleave(2, 3).repeat_interleave(2, 4)
    assert torch.allclose(coarse(finer), views) and coarse(views) is views


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
