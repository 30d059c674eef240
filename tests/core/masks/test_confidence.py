"""How well an object is tracked, estimated without the truth."""

from __future__ import annotations

import msgspec
import numpy as np

from core.masks.confidence import (
    CUES,
    LEAST,
    MOST,
    Calibration,
    Seen,
    confidence,
    cues,
    shipped,
    unfitted,
)
from core.media.sureness import score_of, told
from core.training.calibrate import Track, fit, levelled, scores


def seen(number: int, shift: int, mask_shift: int | None = None, size: int = 10) -> Seen:
    """A textured square on a textured ground, moved by `shift` tokens, and a mask moved by `mask_shift`."""
    ground = np.random.default_rng(1).normal(0, 1, (40, 60, 8)).astype(np.float32)
    square = np.random.default_rng(2).normal(2, 1, (10, 10, 8)).astype(np.float32)
    ground[12:22, 10 + shift : 20 + shift] = square
    objects = np.zeros((40, 60, 1), np.float32)
    left = 10 + (shift if mask_shift is None else mask_shift)
    objects[12 : 12 + size, left : left + size] = 1
    return Seen(number, ground, objects)


def test_the_cues_of_a_right_mask_are_high_and_of_a_wrong_one_low() -> None:
    key = seen(0, 0)
    right, beside, part = (
        dict(zip(CUES, cues(now, key, 0), strict=True))
        for now in (seen(5, 8), seen(5, 8, 20), seen(5, 8, 8, 5))
    )
    for name in ("back", "direct"):
        assert right[name] > 0.9
        assert beside[name] < 0.4
        assert part[name] < 0.6
    assert part["size"] == 0.25
    assert all(0 <= value <= 1 for value in (*right.values(), *beside.values(), *part.values()))


def test_cues_do_not_depend_on_the_scale_of_the_features() -> None:
    key, now = seen(0, 0), seen(3, 4)
    larger = [Seen(each.number, each.features * 100, each.objects) for each in (now, key)]
    assert np.allclose(cues(now, key, 0), cues(larger[0], larger[1], 0), atol=1e-4)


def test_an_object_that_is_not_seen_has_no_confidence() -> None:
    key, now = seen(0, 0), seen(3, 4)
    gone = Seen(3, now.features, now.objects * 0)
    assert not cues(gone, key, 0).any()
    assert not cues(now, Seen(0, key.features, key.objects * 0), 0).any()
    assert confidence(cues(gone, key, 0)) == 0.0
    assert confidence(np.full(len(CUES), 1e-9), Calibration(CUES, (0,) * 8, (1,) * 8, (1,) * 8, -99)) == LEAST


def test_odd_masks_have_cues_too() -> None:
    whole = Seen(0, np.zeros((6, 4, 3), np.float32), np.ones((6, 4, 1), np.float32))
    dot = np.zeros((6, 4, 1), np.float32)
    dot[5, 3] = 1
    single = Seen(4, np.zeros((6, 4, 3), np.float32), dot)
    for now in (whole, single):
        for key in (whole, single):
            values = cues(now, key, 0)
            assert np.isfinite(values).all()
            assert 0 <= confidence(values) <= MOST


def test_what_ships_was_fitted_to_these_cues() -> None:
    model = shipped()
    assert model.cues == CUES
    assert min(model.weight) >= 0
    assert "data" in model.card
    assert confidence(np.ones(len(CUES)), model) > confidence(np.full(len(CUES), 0.1), model)


def test_a_fit_finds_what_follows_the_truth() -> None:
    rng = np.random.default_rng(0)
    tracks = []
    for name in "abcdef":
        values = rng.uniform(0.01, 1, (50, len(CUES)))
        overlap = 1 / (1 + np.exp(-(4 * values[:, 3] - 2)))
        tracks.append(Track(name, values, overlap))
    model = fit(tracks)
    assert max(model.weight) == model.weight[3]
    found = scores(model, tracks)
    assert found["rank correlation within clips"] > 0.95
    assert found["expected calibration error"] < 0.03
    assert scores(unfitted(), tracks)["mean absolute error"] > found["mean absolute error"]
    assert msgspec.json.decode(msgspec.json.encode(model), type=Calibration) == model


def test_what_is_told_rises_with_the_score_and_leads_back_to_it() -> None:
    values = [round(float(value), 4) for value in np.linspace(LEAST, MOST, 400)]
    assert shipped().told
    for model in (shipped(), msgspec.structs.replace(shipped(), told=((0.2, 0.4), (0.5, 0.6)))):
        shown = [told(value, model.told) for value in values]
        assert shown == sorted(shown)
        assert 0 < shown[0] < shown[200] < shown[-1] < 1
        assert np.allclose([score_of(value, model.told) for value in shown], values, atol=2e-3)
        assert [told(value, model.told) for value in (0.0, 1.0)] == [0.0, 1.0]
        assert [score_of(value, model.told) for value in (0.0, 1.0)] == [0.0, 1.0]
    assert [told(value, unfitted().told) for value in values] == values


def test_fitting_what_is_told_leaves_the_scores_alone() -> None:
    """J is a bent curve of the score, which the unfitted model tells too low below three quarters."""
    rng, model = np.random.default_rng(0), unfitted()
    tracks = []
    for name in "abcd":
        values = rng.uniform(0.01, 1, (80, len(CUES)))
        score = np.asarray([confidence(row, model) for row in values])
        tracks.append(
            Track(f"film/{name}", values, np.where(score < 0.75, 0.75 * (score / 0.75) ** 0.4, score))
        )
    fitted = levelled(model, tracks)
    assert msgspec.structs.replace(fitted, told=model.told) == model
    before, after = (scores(each, tracks)["expected calibration error"] for each in (model, fitted))
    assert after < 0.03 < 0.08 < before
