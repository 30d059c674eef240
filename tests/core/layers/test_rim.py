"""What everybody sees right beside an object that stands still is not put together anew."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.job import drain
from core.layers.result import PLATE_FILM, RECON, read_report
from core.layers.rim import close_by, traces
from core.layers.split import split
from core.media.reader import open_source
from tests.core.layers.scenes import Stack, write_clip

SIZE, FRAMES = (240, 200), 6


def standing() -> tuple[Stack, Stack]:
    """Somebody in red stands before a dark gate, on the right of him a narrow stripe of bright
    wall, then a gate again."""
    rng = np.random.default_rng(3)
    ground = np.full((SIZE[1], SIZE[0], 3), 0.85) - np.linspace(0, 0.1, SIZE[1])[:, None, None]
    bars = 0.2 + 0.1 * (np.arange(SIZE[0]) % 9 < 2)
    ground[60:] = np.where((np.arange(SIZE[0]) < 110) | (np.arange(SIZE[0]) >= 141), bars, 0.8)[None, :, None]
    label = np.zeros(SIZE[::-1], np.uint8)
    cv2.ellipse(label, (100, 90), (32, 60), 0, 0, 360, 1, -1)
    cv2.rectangle(label, (68, 90), (132, 199), 1, -1)
    frames = []
    for _ in range(FRAMES):
        body = cv2.GaussianBlur(label.astype(np.float32), (0, 0), 0.7)[..., None]
        picture = ground * (1 - body) + body * (0.7, 0.15, 0.2) + rng.normal(0, 0.01, ground.shape)
        frames.append(np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8))
    return np.stack(frames), np.stack([label] * FRAMES)


def test_the_wall_beside_who_stands_still_stays_as_it_is(tmp_path: Path) -> None:
    frames, labels = standing()
    clip, masks = write_clip(tmp_path, frames, labels)
    out = tmp_path / "out"
    out.mkdir()
    drain(split(out, clip=str(clip), masks=str(masks)))
    near, bare = (cv2.dilate(labels[0], np.ones((side, side), np.uint8)) for side in (15, 7))
    beside = (near > 0) & (bare == 0)
    for name in (PLATE_FILM, RECON):
        with closing(open_source(out / name)) as film:
            off = np.abs(film.frame(2)[..., :3].astype(int) - frames[2]).max(2)
        assert (off[beside] > 25).mean() < 0.02, name
    assert read_report(out).psnr > 35.5


def test_the_margin_is_beside_the_masks() -> None:
    labels = standing()[1][0]
    beside = close_by(labels)
    assert not beside[labels > 0].any() and 0 < beside.sum() < 6 * SIZE[1] * 2
    assert not close_by(np.zeros_like(labels)).any()


def test_a_trace_of_an_object_is_put_together_anew() -> None:
    canvas = np.full((60, 80, 3), 0.8, np.float32)
    hidden, wide = np.zeros((60, 80), bool), np.zeros((60, 80), bool)
    hidden[20:40, 30:50], wide[14:46, 24:56] = True, True
    seen = ~hidden
    assert np.array_equal(traces(canvas, seen, hidden, wide), hidden)
    canvas[:, 50:54] = 0.3
    anew = traces(canvas, seen, hidden, wide)
    assert anew[20:40, 50:54].all() and not anew[20:40, 24:28].any() and not anew[:14].any()
