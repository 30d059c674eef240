"""The pace network: any size of picture, nothing learned from how large things are in its rhythm, calm codecs."""

from __future__ import annotations

import math

import torch

from core.nn.pace import AREAS, FEATURES, PLACES, STEPS, VIEWS, PaceNet, calmed, coarse, jerk, rhythm
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
        features, maps = net.look(_views(size), 25)
        assert features.shape == (2, FEATURES)
        assert net.answer(features).shape == (2,)
        assert net.seen(maps).shape[:2] == (2, STEPS)


def test_the_answer_is_half_that_of_its_judges_and_half_that_of_the_jerk() -> None:
    net = pace_net()
    with torch.no_grad():
        chances = [judge(_views()).sigmoid() for judge in net.judges]
        assert len(chances) == AREAS + PLACES
        sudden = (net.sudden[0] * jerk(calmed(_views()), 30) + net.sudden[1]).clamp(-4, 4).sigmoid()
        wanted = (torch.stack(chances).mean(0) + sudden) / 2
        assert torch.allclose(net(_views(), 30).sigmoid(), wanted, atol=1e-5)


def test_jerk_is_told_in_seconds() -> None:
    """The same sway, a second long, seen at 24 and at 48 steps a second, and one twice as fast."""

    def seen(rate: int, pace: float) -> float:
        at = torch.arange(STEPS + 1) / rate * pace
        way = 20 * torch.sin(2 * math.pi * at)
        views = torch.zeros(1, VIEWS, STEPS, 4, 4)
        views[:, 1] = way.diff()[None, :, None, None]
        return float(jerk(views, rate))

    assert abs(seen(24, 1) - seen(48, 1)) < 0.3
    assert abs(seen(24, 2) - seen(24, 1) - math.log(8)) < 0.3
    assert pace_net().sudden[0] > 0, "what is sudden speaks for a sped-up window"


def test_finer_pictures_are_looked_at_coarsely() -> None:
    views = _views((24, 40))
    finer = views.repeat_interleave(2, 3).repeat_interleave(2, 4)
    assert torch.allclose(coarse(finer), views) and coarse(views) is views


def test_the_shipped_weights_answer_alike_every_time() -> None:
    net = pace_net()
    with torch.no_grad():
        assert torch.equal(net(_views(), 25), net(_views(), 25))
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
