"""On a graphics card the networks give what they give on the processor."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from core.masks import adapt
from core.masks.encoding import Encoding, encode, encode_next
from core.masks.features import Grid
from core.motion import splat
from core.motion.between import Neighbours
from core.nn import weights
from core.nn.matcher import STRIDE, Matcher
from core.nn.pace import STEPS, VIEWS, PaceNet
from core.nn.weights import fused, laid_out, with_shipped
from core.retime import synthesis
from core.retime.synthesis import Synthesizer
from core.retime.voxel_flow import VoxelFlow
from core.training import match
from tests.cards import PRETENDED, card
from tests.core.masks.scenes import draw
from tests.core.motion.drawn import frame
from tests.core.training.drawn import footage

__all__ = ["card"]
PROCESSOR = torch.device("cpu")
WIDTH, HEIGHT = 192, 128


@pytest.fixture(autouse=True)
def one_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor has no other precision than the card."""
    monkeypatch.setattr(weights, "half_type", lambda where: torch.float32)


def assert_alike(found: Tensor, wanted: Tensor, where: torch.device, part: float = 0.02) -> None:
    """Equal but for rounding where the card is pretended; a real one may differ by a part of what is wanted."""
    part = 0.005 if where == PRETENDED else part
    assert float((found.cpu() - wanted).abs().mean()) <= part * float(wanted.abs().mean())


def seen(net: Matcher) -> Encoding:
    grid = Grid(WIDTH, HEIGHT, STRIDE)
    first = encode(draw(0, WIDTH, HEIGHT)[0], grid, net)
    return encode_next(draw(1, WIDTH, HEIGHT)[0], grid, net, first)[0]


def test_the_tracker_sees_with_the_card(card: torch.device) -> None:
    net = fused(with_shipped(Matcher(), "matcher", "the matching network"))
    wanted = seen(net)
    found = seen(laid_out(net, card))
    assert found.keys.device == PROCESSOR
    assert_alike(found.keys, wanted.keys, card)


def test_the_tracker_goes_on_without_a_card_that_is_full(
    card: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = fused(with_shipped(Matcher(), "matcher", "the matching network"))
    wanted = seen(net)
    look_at = net.encoder.seen

    def full(pictures: Tensor) -> tuple[Tensor, ...]:
        if pictures.device != PROCESSOR:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return look_at(pictures)

    monkeypatch.setattr(laid_out(net, card).encoder, "seen", full)
    torch.testing.assert_close(seen(net).keys, wanted.keys)
    assert net.log_reach.device == PROCESSOR


def learned(net: Matcher) -> Tensor:
    """What a short adaptation adds to all weights."""
    picture, labels = draw(0, WIDTH, HEIGHT)
    drawn = adapt.drawn(picture, (labels == 1).astype(np.float32))
    found = [after for _, after in adapt.adapt_to(net, [drawn], seed=4) if after is not None][-1]
    assert found.log_reach.device == net.log_reach.device
    return torch.cat(
        [(found.get_parameter(name) - before).detach().flatten() for name, before in net.named_parameters()]
    )


def test_the_network_is_adapted_on_the_card(card: torch.device, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SIDE": 64, "BATCH": 2, "TESTS": 1, "STEPS": 2}.items():
        monkeypatch.setattr(adapt, name, value)
    net = fused(with_shipped(Matcher(), "matcher", "the matching network"))
    wanted = learned(net)
    assert wanted.abs().sum() > 0
    assert_alike(learned(laid_out(net, card)), wanted, card, part=0.3)


def test_the_matching_network_is_trained_on_the_card(
    card: torch.device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = match.Plan(steps=3, side=64, frames=3, batch=2, workers=0, walk_steps=1, warm_up=1)
    monkeypatch.setattr(match, "device", lambda: card)
    if card == PRETENDED:  # which no fused optimizer knows
        plain = torch.optim.AdamW
        monkeypatch.setattr(torch.optim, "AdamW", lambda *args, fused, **named: plain(*args, **named))
    run = match.start(plan)
    assert run.net.log_reach.device == card
    told = match.train(run, match.Examples(footage(), plan), tmp_path)
    assert 0 < told["mask"] < 10


def test_the_pace_of_a_clip_is_judged_on_the_card(card: torch.device) -> None:
    net = fused(with_shipped(PaceNet(), "speediness", "the pace network"))
    views = torch.rand(2, VIEWS, STEPS, 16, 28, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = net(views, 25.0)
        found = laid_out(net, card, volumes=True)(views.to(card), 25.0)
    assert_alike(found, wanted, card)


def between() -> Neighbours:
    first, second = frame(0), frame(1)
    return Neighbours(first, second, "moving", splat.motion_between(splat.grey(first), splat.grey(second)))


@pytest.mark.parametrize("tile", [synthesis.TILE, 128])
def test_pictures_between_frames_are_made_on_the_card(
    tile: int, card: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    net = VoxelFlow().eval()
    wanted = Synthesizer(copy.deepcopy(net), tile).look(between(), 0.5)
    monkeypatch.setattr(synthesis, "device", lambda: card)
    found = Synthesizer(net, tile)
    for name in ("picture", "to0", "mask"):
        here, there = (
            torch.from_numpy(getattr(each, name)).float() for each in (wanted, found.look(between(), 0.5))
        )
        assert_alike(there, here, card)
    picture = torch.from_numpy(found.picture(between(), 0.5)).float()
    assert_alike(picture, torch.from_numpy(wanted.picture).float(), card)


def test_a_card_without_room_gives_way_to_the_processor(
    card: torch.device, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.manual_seed(0)
    net = VoxelFlow().eval()
    wanted = Synthesizer(copy.deepcopy(net)).look(between(), 0.5)
    monkeypatch.setattr(synthesis, "device", lambda: card)
    made = Synthesizer(net)
    forward = net.forward

    def on_the_processor_alone(pair):  # type: ignore[no-untyped-def]
        if pair.frames.device != PROCESSOR:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return forward(pair)

    monkeypatch.setattr(net, "forward", on_the_processor_alone)
    assert np.array_equal(made.look(between(), 0.5).picture, wanted.picture)
