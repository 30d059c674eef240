"""The matching network: its shapes, its target model, its fused form."""

from __future__ import annotations

import torch

from core.nn.matcher import HAND, HINTS, Matcher, no_target, scores
from core.nn.weights import fused


def inputs(height: int = 32, width: int = 48) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(1)
    return (
        torch.rand(2, 3, height, width),
        torch.rand(2, HAND, height // 4, width // 4),
        torch.rand(2, HINTS, height // 4, width // 4),
        torch.rand(2, 1, height // 8, width // 8),
        torch.rand(2, 1, height, width),
    )


def logits(net: Matcher) -> torch.Tensor:
    pictures, hand, cues, score, moved = inputs()
    return net.decode(net.encoder(pictures, hand), cues, score, moved)


def test_it_decides_every_pixel() -> None:
    torch.manual_seed(0)
    net = Matcher()
    assert logits(net).shape == (2, 1, 32, 48)
    pictures, hand, _, _, moved = inputs()
    features = net.encoder(pictures, hand)
    assert features.key.shape[2:] == (8, 12) and features.target.norm(dim=1).allclose(torch.ones(2, 4, 6))
    assert net.values(features.quarter, moved).shape[2:] == (8, 12)


def test_fusing_changes_nothing() -> None:
    torch.manual_seed(0)
    net = Matcher()
    net.train()
    logits(net)  # so that the normalisations have seen something
    net.eval()
    with torch.no_grad():
        before = logits(net)
        torch.testing.assert_close(logits(fused(net)), before, atol=1e-4, rtol=1e-4)


def test_the_target_model_is_ridge_regression_and_tells_the_object() -> None:
    torch.manual_seed(0)
    labels = (torch.arange(400) % 10 == 0).float()
    features = torch.nn.functional.normalize(
        torch.randn(400, 64) * 0.1 + labels[:, None] * torch.randn(64), dim=1
    )
    target = no_target().plus(features, labels, 1.0)
    found = scores(features, target.weights())
    assert found[labels > 0.5].min() > found[labels < 0.5].max()
    halves = no_target().plus(features, labels, 0.5).plus(features, labels, 0.5)
    torch.testing.assert_close(halves.weights(), target.weights())
