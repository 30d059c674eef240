"""The training of smart select: it learns, strokes go where the answer is wrong, broken off equals unbroken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.masks.draw import stroke_area
from core.training import select
from core.training.select import Examples, Plan, batches, corrected, start, train, validate
from core.training.selections import drawn_box, example
from core.training.strokes import corrective
from tests.core.training.drawn import footage
from tests.core.training.resuming import assert_resumes

SMALL = Plan(steps=4, batch=2, workers=0, warm_up=1, corrected=0.5, side=64, fresh=True)


@pytest.mark.usefixtures("capsys")
def test_resuming_equals_going_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert_resumes(select, SMALL, lambda: Examples(footage(), SMALL), 2, tmp_path, monkeypatch)


@pytest.mark.usefixtures("capsys")
def test_the_loss_falls(tmp_path: Path) -> None:
    plan = replace(SMALL, steps=12, rate=3e-3, warm_up=2, corrected=0.0)
    run = start(plan)
    examples = Examples(footage(), plan)
    before = validate(run.net, examples, 2)
    train(run, examples, tmp_path)
    after = validate(run.net, examples, 2)
    assert after["entropy"] < 0.8 * before["entropy"]


def test_it_starts_from_the_matchers_encoder() -> None:
    taken, fresh = (start(replace(SMALL, fresh=fresh)).net.state_dict() for fresh in (False, True))
    assert not torch.equal(taken["to8.1.first.0.weight"], fresh["to8.1.first.0.weight"])
    assert not taken["to2.0.0.weight"][:, 3:].any()
    assert taken["to2.0.0.weight"][:, :3].any()


def test_examples_hold_what_they_say() -> None:
    for seed in range(12):
        got = example(np.random.default_rng(seed), footage(), strokes_share=1.0, side=96)
        again = example(np.random.default_rng(seed), footage(), strokes_share=1.0, side=96)
        np.testing.assert_array_equal(got.picture, again.picture)
        assert got.picture.shape == (96, 96, 3) and got.truth.shape == (96, 96)
        assert got.truth.any() and not got.truth.all()
        assert not (got.add > 0)[~got.truth].any()
        assert not (got.subtract > 0)[got.truth].any()
        held = got.truth & got.known
        assert (held & (got.box > 0)).sum() > 0.8 * held.sum()


def test_drawn_boxes_lie_near_the_object() -> None:
    for seed in range(200):
        left, top, right, bottom = drawn_box(np.random.default_rng(seed), (20, 30, 120, 90), (100, 200))
        assert -24 <= left - 20 <= 6 and -6 <= right - 120 <= 24
        assert 15 <= top <= 34 and 86 <= bottom <= 100


def test_a_stroke_mends_the_largest_wrong_region() -> None:
    truth = np.zeros((60, 80), bool)
    truth[10:50, 10:40] = True
    answer = truth.copy()
    answer[10:50, 28:40] = False  # the larger miss
    answer[20:30, 45:55] = True
    stroke, adds = corrective(answer, truth) or pytest.fail("nothing found")
    area = stroke_area(truth.shape, stroke)
    assert adds and area.any() and not answer[area].any() and truth[area].all()
    known = np.ones_like(truth)
    known[:, 28:40] = False
    stroke, adds = corrective(answer, truth, known) or pytest.fail("nothing found")
    assert not adds and answer[stroke_area(truth.shape, stroke)].all()
    assert corrective(truth, truth) is None


def test_strokes_are_put_where_the_answer_is_wrong() -> None:
    plan = replace(SMALL, batch=3)
    batch = next(batches(Examples(footage(), plan), 0))
    mended = corrected(start(plan).net, batch, np.random.default_rng(0))
    assert any(
        (b.add + b.subtract).sum() > (a.add + a.subtract).sum() for a, b in zip(batch, mended, strict=True)
    )
    for each in mended:
        assert not (each.subtract > 0)[each.truth].any() and not (each.add > 0)[~each.truth].any()
