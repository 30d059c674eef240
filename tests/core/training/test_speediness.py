"""The training of the pace network: it learns, and a run that was broken off equals one that was not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.nn.pace import PaceNet
from core.retime.pace_views import CHANNELS
from core.training.pace_clips import LENGTHS, Clip, is_held_out, judgeable, load_clips, source_of
from core.training.pace_jerk import fit_jerk
from core.training.pace_scores import (
    accuracy,
    by_flow,
    by_network,
    figures,
    flow_threshold,
    interval,
    write_card,
)
from core.training.speediness import Plan, examples, start, train
from tests.core.retime.paced import write_paced
from tests.core.training.resuming import assert_equal

SMALL = Plan(steps=4, batch=2, warm_up=1)


def swaying(name: str, seed: int, count: int = 110) -> Clip:
    """Steps of a picture that sways to and fro, at a length of its own: only the rhythm tells the speed."""
    rng = np.random.default_rng(seed)
    far, phase = np.exp(rng.uniform(-1.5, 1.5)), rng.uniform(0, 6)
    place = far * np.sin(np.arange(count + 2) * 2 * np.pi / 14 + phase)
    planes = np.full((2, count, CHANNELS, 48, 48), 0.05, np.float16)
    for speed in (1, 2):
        motion = place[speed : count + speed] - place[:count]
        planes[speed - 1, :, 1] += (motion[:, None, None] * (0.8 + 0.4 * rng.random((48, 48)))).astype(
            np.float16
        )
    return Clip(name, 1, planes[0], planes[1, :-1])


CLIPS = [swaying(f"clip {n}", n) for n in range(6)]


@pytest.mark.usefixtures("capsys")
def test_resuming_equals_going_through(tmp_path: Path) -> None:
    plan = replace(SMALL, steps=2)
    through = start(plan)
    train(through, CLIPS, plan)
    broken = start(plan)
    train(broken, CLIPS, plan, stop=1)
    broken.save(tmp_path)
    resumed = start(replace(plan, seed=5))
    resumed.resume(tmp_path)
    train(resumed, CLIPS, plan)
    assert resumed.step == 2
    assert_equal(through, resumed)


def test_it_learns_what_plain_length_does_not_tell() -> None:
    plan = Plan(steps=12, batch=3, warm_up=2, rate=4e-3)
    run = start(plan)
    losses = train(run, CLIPS[:4], plan)
    assert np.mean(losses[-4:]) < 0.8 * np.mean(losses[:4])
    learned = figures(by_network(run.net, CLIPS[4:]))
    plain = figures(by_flow(flow_threshold(CLIPS[:4]), CLIPS[4:]))
    assert learned.accuracy > plain.accuracy


def test_the_fitted_jerk_parts_natural_from_double() -> None:
    slope, offset = fit_jerk(CLIPS).tolist()
    assert slope > 0
    net = PaceNet()
    net.sudden.copy_(fit_jerk(CLIPS))
    for parameter in net.parameters():
        torch.nn.init.zeros_(parameter)
    found = figures(by_network(net, CLIPS))
    assert found.order == 1 and found.accuracy > 0.6
    fewer = fit_jerk([*CLIPS, replace(CLIPS[0], rate=50.0)])
    assert fewer.tolist() != pytest.approx([slope, offset], abs=1e-4), "the clip's rate counts"


def test_both_speeds_of_a_stretch_are_in_one_batch_and_follow_from_the_seed() -> None:
    views, double = examples(CLIPS, SMALL, 3)
    assert views.shape[:2] == (4, CHANNELS) and views.shape[2] in LENGTHS
    assert double.tolist() == [0, 1, 0, 1]
    again, _ = examples(CLIPS, SMALL, 3)
    other, _ = examples(CLIPS, SMALL, 4)
    assert torch.equal(views, again)
    assert views.shape != other.shape or not torch.equal(views, other)


def test_half_of_the_pairs_get_a_part_of_another_of_the_same_speeds() -> None:
    plan = replace(SMALL, batch=6)
    alone, mixed = (
        examples(CLIPS, replace(plan, mixed=part), 1)[0].unflatten(0, (6, 2)) for part in (0.0, 1.0)
    )
    assert torch.equal(alone[..., -1], mixed[..., -1]), "the right side is the pair's own"
    left = [[torch.equal(a[..., 0], b[..., 0]) for b in alone] for a in mixed]
    assert all(any(row) for row in left), "the left side is some pair's, both speeds of it"
    assert sum(row[n] for n, row in enumerate(left)) < 6


def test_short_clips_teach_and_are_not_judged() -> None:
    clips = [swaying("pexels/a", 1), swaying("pexels/b", 2, count=50)]
    assert not clips[1].starts() and clips[1].starts(LENGTHS[0])
    assert {views.shape[2] for views, _ in (examples(clips, SMALL, n) for n in range(20))} == set(LENGTHS)
    judged = [clip for side in (True, False) for clip in judgeable(clips, held_out=side)]
    assert judged == [clips[0]]


def test_clips_of_one_source_are_held_out_together() -> None:
    names = [f"asl-gestures/{word}" for word in ("again", "bird", "book", "eat")]
    assert len({is_held_out(name) for name in names}) == 1
    assert source_of("misc/pose2sim-single_cam1_60fps") == source_of("misc/pose2sim-single_cam4_60fps")
    assert 0 < sum(is_held_out(f"pexels/{n}") for n in range(100)) < 50


def test_a_folder_is_read_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "asl-gestures").mkdir(parents=True)
    write_paced(data / "asl-gestures" / "one.mkv", np.full(70, 1.0), size=(160, 96))
    (found,) = load_clips(data, tmp_path / "cache")
    assert found.starts() > 0
    assert found.natural.shape[1:] == (CHANNELS, 48, 80)
    (data / "asl-gestures" / "one.mkv").write_bytes(b"")
    (again,) = load_clips(data, tmp_path / "cache")
    assert np.array_equal(found.double, again.double) and found.rate == again.rate == 25


def test_figures_of_verdicts() -> None:
    right, wrong = np.array([[-1.0, 2.0], [-3.0, 1.0]]), np.array([[0.5, 1.5], [-1.0, -2.0]])
    verdicts = {"asl-gestures/a": right, "asl-gestures/b": wrong, "pexels/c": right}
    assert accuracy(verdicts) == {"asl-gestures/a": 1.0, "asl-gestures/b": 0.5, "pexels/c": 1.0}
    found = figures(verdicts)
    assert found.accuracy == pytest.approx(2.5 / 3)
    assert found.by_source == pytest.approx((0.75 + 1) / 2)
    assert found.order == pytest.approx(2.5 / 3)
    assert 0.5 < found.area < 1
    assert figures({"pexels/c": right}).area == pytest.approx(1)
    assert figures({"pexels/c": right[:, ::-1]}).area == 0
    assert figures({"pexels/c": np.zeros((3, 2))}).area == 0.5


def test_the_interval_is_as_wide_as_sources_differ() -> None:
    right, wrong = np.array([[-1.0, 2.0]]), np.array([[0.5, -2.0]])
    assert interval({f"pexels/{n}": right for n in range(9)}) == (1, 1)
    low, high = interval({f"pexels/{n}": right if n % 2 else wrong for n in range(40)})
    assert 0.3 < low < 0.4 and 0.6 < high < 0.7
    one = {f"asl-gestures/{n}": right for n in range(9)} | {"pexels/1": wrong}
    assert interval(one)[0] == 0, "the clips of a source come and go together"


def test_the_card_gets_the_figures(tmp_path: Path) -> None:
    card = tmp_path / "net.md"
    card.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    told = figures({"pexels/c": np.array([[-1.0, 2.0]])})
    for _ in range(2):
        write_card(card, {"network": told})
        lines = card.read_text().splitlines()
        assert lines[0] == "before" and lines[-1] == "after" and "old" not in lines
        assert "| network | 1.000 | 1.000 | 1.000 | 1.000 |" in lines
    card.write_text("no marks")
    write_card(card, {"network": told})
    assert card.read_text() == "no marks"
