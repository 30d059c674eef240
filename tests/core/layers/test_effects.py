"""Evidence of effects: shadows are some, textures that lie a little beside their place are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from core.layers.effects import HIGH, LOW, UNIT, evidence, gates, link
from core.layers.paged import Stack
from core.layers.tracks import measure
from core.media.matte import Labels
from tests.core.layers.scenes import wall


def test_textures_that_lie_astray_are_no_evidence() -> None:
    plate = wall((160, 96)).astype(np.float32)
    frame = cv2.warpAffine(
        plate, np.array([[1, 0, 0.6], [0, 1, 0.3]]), (160, 96), borderMode=cv2.BORDER_REFLECT
    )
    shadow = np.zeros((96, 160), bool)
    shadow[60:80, 40:90] = True
    frame = np.where(shadow[..., None], 0.5 * frame, frame).astype(np.float32)
    sigma, bare = np.full((96, 160), 0.006, np.float32), np.ones((96, 160), np.float32)
    plain, knowing = (evidence(frame, plate, sigma, each) for each in (None, bare))
    inside = shadow[::2, ::2]
    outside = cv2.dilate(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0
    assert (plain[outside] > LOW * UNIT).mean() > 0.3  # they would be
    assert (knowing[outside] > LOW * UNIT).mean() < 0.05
    assert (knowing[inside] > LOW * UNIT).mean() > 0.8 and knowing[inside].max() > HIGH * UNIT


def test_a_frame_that_lies_where_it_should_is_judged_as_before() -> None:
    plate = wall((160, 96)).astype(np.float32)
    rng, sigma, bare = (
        np.random.default_rng(4),
        np.full((96, 160), 0.02, np.float32),
        np.ones((96, 160), np.float32),
    )
    frame = (plate + rng.normal(0, 0.01, plate.shape)).astype(np.float32)
    frame[40:60, 50:80] *= 0.6
    plain, knowing = (evidence(frame, plate, sigma, each) > LOW * UNIT for each in (None, bare))
    assert (plain & ~knowing).sum() < 0.1 * plain.sum() and plain[22:28, 27:38].all()
    flat = np.full((96, 160, 3), 0.5, np.float32)
    assert (evidence(flat, flat, sigma, bare) == 0).all()


def test_the_faint_end_of_a_shadow_belongs_to_it_up_to_who_stands_there() -> None:
    """The noise of the background is so strong that the end of the shadow is no evidence by itself."""
    plate, rng = wall((160, 96)).astype(np.float32), np.random.default_rng(5)
    sigma, bare = np.full((96, 160), 0.1, np.float32), np.ones((96, 160), np.float32)
    labels, surely = np.zeros((2, 3, 48, 80), np.uint8)
    for n in range(3):
        dark = np.zeros((96, 160, 1), np.float32)
        dark[60:68, 30:120] = np.linspace(0.6, 0.08, 90, dtype=np.float32)[None, :, None]
        frame = plate * (1 - dark) + rng.normal(0, 0.006, plate.shape)
        frame[50:66, 130:140] = frame[64:66, 116:132] = 1  # somebody else
        labels[n, 10:33, 10:16] = 1
        surely[n] = evidence(frame.astype(np.float32), plate, sigma, bare)
    end, away, other = np.s_[31:33, 50:57], np.s_[:24, 20:60], np.s_[25:32, 66:69]
    assert (surely[1][end] <= LOW * UNIT).all()
    halves, evident = Stack.of(labels), Stack.of(surely)
    owners = link(evident, halves, measure(halves))
    for mine in owners:
        assert (mine[end] == 1).mean() > 0.9 and not mine[away].any() and not mine[other].any()


def test_who_passes_by_without_a_mask_is_no_effect() -> None:
    """A walker with a shadow goes right; somebody else comes towards him, brushes him and goes on."""
    count, shape = 40, (60, 160)
    labels, surely = np.zeros((2, count, *shape), np.uint8)
    for n in range(count):
        x, other = 30 + 2 * n, 130 - 2 * n
        labels[n, 20:44, x : x + 8] = 1
        surely[n, 44:48, x : x + 20] = 200  # his shadow
        surely[n, 8:20, other : other + 8] = 200
    surely[labels > 0] = 200
    halves, evident = Stack.of(labels), Stack.of(surely)
    owners = link(evident, halves, measure(halves))
    for n in range(count):
        x, other = 30 + 2 * n, 130 - 2 * n
        assert (owners[n][45:47, x + 2 : x + 18] == 1).all()
        if abs(x - other) > 20:
            assert not owners[n][8:20, other : other + 8].any(), n


def standing_walker(count: int = 6) -> tuple[Labels, Labels]:
    """Labels and evidence (N, 60, 160) of somebody who stands, with a shadow at his feet of 8 by 20."""
    labels, surely = np.zeros((2, count, 60, 160), np.uint8)
    labels[:, 20:44, 20:28] = 1
    surely[:, 42:50, 28:48] = 5 * UNIT
    surely[labels > 0] = 5 * UNIT
    return labels, surely


@pytest.mark.parametrize(("faint", "taken"), [(30, True), (60, False)])
def test_what_goes_on_faintly_is_taken_up_to_twice_of_what_is_plain(faint: int, taken: bool) -> None:
    labels, surely = standing_walker()
    surely[:, 42:50, 48 : 48 + faint] = round(LOW * UNIT)
    halves = Stack.of(labels)
    owners = link(Stack.of(surely), halves, measure(halves))
    for mine in owners:
        assert (mine[43:49, 30:46] == 1).all()
        assert (mine[43:49, 50 : 46 + faint] == 1).any() == taken


def test_a_shadow_that_runs_into_somebody_else_stays_its_own() -> None:
    """It loses touch with its object in the frames in which it reaches the other one."""
    labels, surely = standing_walker()
    labels[:, 20:50, 54:62] = 2
    surely[labels > 0] = 5 * UNIT
    surely[3:, 42:50, 28:33] = 0
    surely[3:, 42:50, 48:54] = 5 * UNIT
    halves = Stack.of(labels)
    owners = link(Stack.of(surely), halves, measure(halves))
    for n, mine in enumerate(owners):
        assert (mine[43:49, 34:47] == 1).all(), n
    assert (owners[4][43:49, 50:53] == 2).all()


def test_the_shadow_of_who_rises_is_steadied_where_it_lies() -> None:
    labels, owners = np.zeros((2, 3, 60, 160), np.uint8)
    for n in range(3):
        labels[n, 30 - 8 * n : 50 - 8 * n, 40:48] = 1
        owners[n, 52:55, 60:80] = 1
    found = gates(Stack.of(owners), measure(Stack.of(labels)), 1, 0)
    assert found[53, 65:75].min() == 1 and not found[:50].any()


@pytest.mark.parametrize(("strength", "found"), [((LOW + HIGH) / 2, False), (1.2 * HIGH, True)])
def test_what_is_nowhere_evident_is_no_effect(strength: float, found: bool) -> None:
    labels, surely = np.zeros((2, 6, 60, 80), np.uint8)
    labels[:, 20:44, 30:38] = 1
    surely[:, 44:50, 30:50] = round(strength * UNIT)
    halves, evident = Stack.of(labels), Stack.of(surely)
    owners = link(evident, halves, measure(halves))
    assert all((mine[45:49, 32:48] == 1).all() if found else not mine[44:].any() for mine in owners)
