"""Slow motion of whole clips: how many frames, which are real, tiles, alpha, resuming, what cannot be used."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from core.errors import MediaError, OutOfMemory
from core.job import drain
from core.motion import ghosts, splat
from core.motion.between import Neighbours
from core.retime import interpolate, synthesis
from core.retime.interpolate import Moment, at_factor, at_rate, moments_of, slowmo
from core.retime.synthesis import Synthesizer, tiles
from core.retime.views import views_of
from core.retime.voxel_flow import VoxelFlow
from core.retime.whole_frame import WholeFrame
from core.time import FrameRate
from tests.core.motion.drawn import Picture, found, frame, where
from tests.core.render.fakes import FakeSource


def read(path: Path) -> Picture:
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return np.asarray(picture[..., ::-1], np.uint8)


def net() -> VoxelFlow:
    return VoxelFlow().eval()


def test_a_whole_factor_keeps_every_frame() -> None:
    for count, factor in ((1, 4), (2, 2), (5, 3), (7, 8)):
        moments = at_factor(count, Fraction(factor))
        assert len(moments) == (count - 1) * factor + 1
        assert [m for m in moments if m.t == 0] == [Moment(n) for n in range(count)]


def test_other_factors_end_at_the_last_frame() -> None:
    moments = at_factor(5, Fraction(5, 2))
    assert len(moments) == 11
    assert moments[-1] == Moment(4)
    assert at_factor(5, Fraction(1, 2)) == [Moment(0), Moment(2), Moment(4)]


def test_a_rate_takes_frames_where_they_are() -> None:
    source = FakeSource(lambda n: np.zeros((4, 4, 3), np.uint8), 25, FrameRate(24))
    moments = at_rate(source, FrameRate(60))
    assert len(moments) == 61
    assert moments[5] == Moment(2)
    assert moments[1].frame == 0 and moments[1].t == pytest.approx(0.4, abs=1e-6)
    assert at_rate(source, FrameRate(24)) == [Moment(n) for n in range(25)]


@pytest.mark.parametrize(
    ("factor", "rate"), [("", ""), ("2", "60"), ("0", ""), ("-1", ""), ("x", ""), ("1e9", ""), ("", "1/0")]
)
def test_numbers_that_make_no_sense(factor: str, rate: str) -> None:
    source = FakeSource(lambda n: np.zeros((4, 4, 3), np.uint8), 3)
    with pytest.raises(MediaError):
        moments_of(source, factor, rate)


def test_the_job_writes_real_frames_bit_for_bit(clip: Path, tmp_path: Path) -> None:
    drain(slowmo(tmp_path, clip=str(clip), factor="2", fast=True))
    pictures = sorted((tmp_path / "frames").iterdir())
    assert [path.name for path in pictures] == [f"{n:05d}.png" for n in range(5)]
    for n in range(3):
        assert np.array_equal(read(pictures[2 * n]), frame(n, pan=2))
    assert np.hypot(*np.subtract(found(read(pictures[1])), where(0.5))) < 1


def test_what_is_there_is_not_made_again(clip: Path, tmp_path: Path) -> None:
    steps = slowmo(tmp_path, clip=str(clip), factor="2", fast=True)
    for step in steps:
        if step.fields.get("frame") == 1:
            steps.close()  # type: ignore[attr-defined]
            break
    kept = tmp_path / "frames" / "00001.png"
    before = kept.stat().st_mtime_ns
    drain(slowmo(tmp_path, clip=str(clip), factor="2", fast=True))
    assert kept.stat().st_mtime_ns == before
    assert len(list((tmp_path / "frames").glob("*.png"))) == 5


def test_a_film_instead_of_pictures(clip: Path, tmp_path: Path) -> None:
    film = tmp_path / "slow.mkv"
    asked = {"clip": str(clip), "factor": "3", "fast": True, "path": str(film), "preset": "ffv1"}
    drain(slowmo(tmp_path / "work", **asked))
    from core.media.probe import probe

    assert probe(film).video.frames in (0, 7)
    assert not (tmp_path / "work" / "frames").exists()


def test_a_range_of_a_clip(clip: Path, tmp_path: Path) -> None:
    drain(slowmo(tmp_path, clip=str(clip), factor="2", fast=True, first=1, last=2))
    assert np.array_equal(read(tmp_path / "frames" / "00000.png"), frame(1, pan=2))
    with pytest.raises(MediaError):
        drain(slowmo(tmp_path, clip=str(clip), factor="2", fast=True, first=2, last=7))


def moving(first: Picture, second: Picture) -> Neighbours:
    return Neighbours(first, second, "moving", splat.motion_between(splat.grey(first), splat.grey(second)))


def test_tiles_cover_a_frame_once() -> None:
    seen = np.zeros((170, 300), int)
    for tile in tiles(300, 170, 128):
        left, top, right, bottom = tile.inside
        seen[top:bottom, left:right] += 1
        assert tile.width % 16 == tile.height % 16 == tile.left % 2 == tile.top % 2 == 0
        assert tile.left <= left and tile.left + tile.width >= right
        assert tile.top <= top and tile.top + tile.height >= bottom
    assert (seen == 1).all()


def test_tiles_leave_no_seam() -> None:
    pair = moving(frame(0, pan=4), frame(1, pan=4))
    whole = Synthesizer(net()).picture(pair, 0.5)
    tiled = Synthesizer(net(), tile=128).picture(pair, 0.5)
    assert np.abs(whole.astype(int) - tiled).max() <= 1


def test_a_frame_at_once_is_what_the_network_makes_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights by chance, odd sizes, flows that leave the frame, and times beyond its ends; before
    ghosts are looked for, which makes more of small differences."""
    monkeypatch.setattr(ghosts, "STEEPER", 0.0)
    some = VoxelFlow().eval()
    torch.manual_seed(1)
    for last in (some.motion.flow, some.choice.out):
        torch.nn.init.normal_(last.weight, 0, 0.01)
    for size, t in (((240, 176), 0.5), ((101, 67), 0.2), ((240, 176), 1.5)):
        pair = moving(*(cv2.resize(frame(n, pan=9), size) for n in (0, 1)))
        fields = pair.fields(t)
        whole = WholeFrame(some, torch.float32).picture(pair.first, pair.second, fields, t)
        looked = Synthesizer(some).look(pair, t).picture
        apart = np.abs(whole.astype(int) - looked)
        assert whole.shape == looked.shape
        assert apart.mean() < 0.6 and np.quantile(apart, 0.999) <= 3
        assert not np.array_equal(whole, pair.picture(t))


def test_the_network_shows_what_moves_too_far_once() -> None:
    far = [frame(n, (45, 80), (150, 0)) for n in (0, 1)]
    pair = moving(*far)
    for made in (Synthesizer().picture(pair, 0.25), Synthesizer(tile=128).picture(pair, 0.25)):
        assert np.abs(made.astype(int) - far[0]).mean() < 1
    look = Synthesizer().look(pair, 0.75)
    assert look.mask[80, 195] > 0.9 and look.doubt[80, 195] < 0.2


def no_room(*asked: object) -> None:
    raise RuntimeError("DefaultCPUAllocator: can't allocate memory")


def test_less_memory_means_smaller_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Synthesizer(net())
    forward = made._net.forward

    def small_only(pair):  # type: ignore[no-untyped-def]
        if pair.frames.shape[-1] > 400:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return forward(pair)

    monkeypatch.setattr(made._net, "forward", small_only)
    monkeypatch.setattr(WholeFrame, "picture", no_room)
    wide = [cv2.resize(frame(n), (700, 100)) for n in (0, 1)]
    assert made.picture(moving(*wide), 0.5).shape == wide[0].shape
    assert made.tile < synthesis.TILE


def test_no_memory_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Synthesizer(net())

    monkeypatch.setattr(made._net, "forward", no_room)
    monkeypatch.setattr(WholeFrame, "picture", no_room)
    with pytest.raises(OutOfMemory):
        made.picture(moving(frame(0), frame(1)), 0.5)


def test_no_memory_for_the_motion_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    between = synthesis.NetBetweens(frame, 2)

    def full(index: int) -> Neighbours:
        error = cv2.error("Failed to allocate")
        error.code = cv2.Error.StsNoMem
        raise error

    monkeypatch.setattr(between, "neighbours", full)
    with pytest.raises(OutOfMemory):
        between.picture(0, 0.5)


def test_alpha_goes_the_same_way() -> None:
    layers = [np.dstack([frame(t), np.full((176, 240), 0, np.uint8)]) for t in (0.0, 0.5, 1.0)]
    for t, layer in zip((0.0, 0.5, 1.0), layers, strict=True):
        across, down = np.meshgrid(np.arange(240) - where(t)[0], np.arange(176) - where(t)[1])
        layer[..., 3] = (np.hypot(across, down) < 22) * 255
    made = Synthesizer(net()).picture(moving(layers[0], layers[2]), 0.5)
    assert made.shape == layers[1].shape
    assert (np.abs(made[..., 3].astype(int) - layers[1][..., 3]) > 128).mean() < 0.01


def test_views_have_the_pictures_size() -> None:
    pair = moving(frame(0, pan=3), frame(1, pan=3))
    for picture in views_of(pair, Synthesizer(net()).look(pair, 0.5), 0.5).values():
        assert picture.shape == pair.first.shape and picture.dtype == np.uint8


def test_the_shipped_network_puts_things_where_they_should_be() -> None:
    frames = [frame(0, pan=3), frame(1, pan=3)]
    between = interpolate.betweens(frames.__getitem__, 2)
    for t in (0.25, 0.5, 0.75):
        made = between.picture(0, t)
        assert np.hypot(*np.subtract(found(made), where(t))) <= 0.5
