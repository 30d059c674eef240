"""Paint from an atlas to frames and back, against a folder whose maps are known exactly."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import MediaError
from core.media.atlas_files import INDEX
from core.media.atlas_paint import sample_paint, splat, splat_paint
from core.media.atlases import AtlasClip, edit_of, open_atlas
from core.motion.control_grid import ControlGrid
from tests.core.atlas_folders import BOX, HEIGHT, SCALE, SPEED, WIDTH, box_at, frame_at, write_atlas


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> AtlasClip:
    return open_atlas(write_atlas(tmp_path_factory.mktemp("atlas")))


def spot(clip: AtlasClip, label: int = 1) -> np.ndarray:
    """An edit: a red square in the middle of the atlas."""
    width, height = clip.entry(label).size
    edit = np.zeros((height, width, 4), np.uint8)
    edit[height // 2 - 8 : height // 2 + 8, width // 2 - 8 : width // 2 + 8] = 255, 0, 0, 255
    return edit


def test_a_map_leads_each_pixel_to_its_place(clip: AtlasClip) -> None:
    uv = clip.uv(1, 2)
    left, top, right, bottom = box_at(2)
    x, y = left + 5, top + 7
    assert uv.shape == (HEIGHT, WIDTH, 2) and uv.dtype == np.float32
    assert uv[y, x] == pytest.approx([(5 + 0.5) * SCALE - 0.5, (7 + 0.5) * SCALE - 0.5], abs=1e-3)
    assert (uv[y, right] < -1e5).all() and (uv[bottom, x] < -1e5).all()


def test_a_smaller_map_is_the_same_map(clip: AtlasClip) -> None:
    whole, half = clip.uv(1, 0), clip.uv(1, 0, (WIDTH // 2, HEIGHT // 2))
    known = half[..., 0] > -1e5
    mean = (whole[::2, ::2] + whole[1::2, 1::2]) / 2
    assert known.sum() == 16 * 16
    assert np.abs(half - mean)[known].max() < 1e-3


def test_paint_follows_the_object(clip: AtlasClip) -> None:
    edit = spot(clip)
    for n in (0, 3, 5):
        changed = (clip.composite(frame_at(n), n, {1: edit}) != frame_at(n)).any(2)
        rows, columns = np.nonzero(changed)
        middle = (BOX[0] + BOX[2] - 1) / 2 + SPEED * n
        assert columns.mean() == pytest.approx(middle, abs=0.3)
        assert rows.mean() == pytest.approx((BOX[1] + BOX[3] - 1) / 2, abs=0.3)


def test_pixels_without_paint_stay_bit_for_bit(clip: AtlasClip) -> None:
    frame = frame_at(4)
    painted = clip.composite(frame, 4, {1: spot(clip)})
    left, top, right, bottom = box_at(4)
    inner = np.zeros(frame.shape[:2], bool)
    inner[top + 9 : bottom - 9, left + 9 : right - 9] = True
    assert np.array_equal(painted[~inner], frame[~inner])
    assert not np.array_equal(painted, frame)
    empty = np.zeros_like(spot(clip))
    assert np.array_equal(clip.composite(frame, 4, {1: empty}), frame)


def test_the_object_hides_paint_on_the_background(clip: AtlasClip) -> None:
    width, height = clip.entry(0).size
    edit = np.full((height, width, 4), 255, np.uint8)
    painted = clip.composite(frame_at(1), 1, {0: edit}, shading=False)
    left, top, right, bottom = box_at(1)
    assert np.array_equal(painted[top:bottom, left:right], frame_at(1)[top:bottom, left:right])
    assert (painted[: top - 1] == 255).all()


def test_shading_keeps_the_light(clip: AtlasClip) -> None:
    edit = spot(clip)
    edit[..., :3] = 120
    dim = np.asarray(frame_at(0) * 0.5, np.uint8)
    place = np.s_[30:34, 34:38]
    lit = clip.composite(frame_at(0), 0, {1: edit})[place].mean()
    shaded = clip.composite(dim, 0, {1: edit})[place].mean()
    flat = clip.composite(dim, 0, {1: edit}, shading=False)[place].mean()
    assert lit == pytest.approx(120, abs=6) and flat == pytest.approx(120, abs=1)
    assert shaded == pytest.approx(62, abs=8)


def test_a_preview_sized_frame_is_painted_alike(clip: AtlasClip) -> None:
    size = WIDTH // 2, HEIGHT // 2
    small = cv2.resize(frame_at(2), size, interpolation=cv2.INTER_AREA)
    whole = clip.composite(frame_at(2), 2, {1: spot(clip)}, shading=False)
    painted = clip.composite(small, 2, {1: spot(clip)}, shading=False)
    again = clip.composite(frame_at(2), 2, {1: spot(clip)}, size=size, shading=False)
    assert painted.shape == again.shape == small.shape
    reduced = cv2.resize(whole, size, interpolation=cv2.INTER_AREA).astype(int)
    assert np.abs(painted - reduced).mean() < 2


def test_frames_without_a_map_stay_as_they_are(clip: AtlasClip) -> None:
    assert np.array_equal(clip.composite(frame_at(0), 99, {1: spot(clip)}), frame_at(0))
    assert (clip.uv(1, 99) < -1e5).all() and not clip.alpha(1, 99).any()


def test_a_stroke_on_a_frame_comes_back_on_it(clip: AtlasClip) -> None:
    stroke = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    left, top, *_ = box_at(3)
    stroke[top + 6 : top + 20, left + 8 : left + 24] = 10, 200, 30, 255
    edit = clip.push(1, 3, stroke)
    assert edit.shape == (clip.entry(1).size[1], clip.entry(1).size[0], 4)
    shown = clip.composite(frame_at(3), 3, {1: edit}, shading=False)
    assert np.abs(shown[top + 8 : top + 18, left + 10 : left + 22].astype(int) - (10, 200, 30)).max() <= 2
    changed = (shown != frame_at(3)).any(2)
    wanted = stroke[..., 3] > 0
    around = cv2.dilate(wanted.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert changed[wanted].all() and not changed[~around].any()
    assert not clip.push(1, 99, stroke).any()


def test_an_edit_of_another_size_is_refused(clip: AtlasClip) -> None:
    with pytest.raises(MediaError, match=r"atlas_01\.png is 5x4, the atlas is 48x48"):
        clip.composite(frame_at(0), 0, {1: np.zeros((4, 5, 4), np.uint8)})
    with pytest.raises(MediaError, match="no alpha"):
        clip.composite(frame_at(0), 0, {1: np.zeros((48, 48, 3), np.uint8)})
    with pytest.raises(MediaError, match="no atlas of object 7"):
        clip.atlas(7)


def test_the_edit_is_what_differs(clip: AtlasClip) -> None:
    original = clip.atlas(1)
    whole = original.copy()
    whole[10:20, 10:20, :3] = 255 - whole[10:20, 10:20, :3]
    whole[30, 30, 0] += 1
    edit = edit_of(original, whole)
    assert edit[12:18, 12:18, 3].min() == 255 and np.count_nonzero(edit[..., 3]) <= 100
    layer = np.zeros_like(original)
    layer[4:8, 4:8] = 1, 2, 3, 128
    assert np.array_equal(np.argwhere(edit_of(original, layer)[..., 3]), np.argwhere(layer[..., 3]))
    assert not edit_of(original, original)[..., 3].any()
    assert edit_of(original, whole[..., :3]).shape == original.shape


def test_a_folder_without_an_atlas_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="holds no atlas"):
        open_atlas(tmp_path)
    (tmp_path / INDEX).write_text("{")
    with pytest.raises(MediaError, match="damaged"):
        open_atlas(tmp_path)
    folder = write_atlas(tmp_path / "a")
    whole = (folder / "mapping_01.npz").read_bytes()
    for content in (b"PK", whole[: len(whole) // 2], whole[:200] + b"\xff" * 40 + whole[240:]):
        (folder / "mapping_01.npz").write_bytes(content)
        with pytest.raises(MediaError, match="mapping"):
            open_atlas(folder).uv(1, 0)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.sampled_from((2, 4, 8)))
def test_a_lifted_grid_is_what_its_points_are(seed: int, step: int) -> None:
    rng = np.random.default_rng(seed)
    grid = ControlGrid(4, 8, step, rng.normal(0, 3, (5, 6, 2)).astype(np.float32))
    lifted = grid.displacement()
    x = np.arange(4, 4 + grid.width, dtype=np.float32)
    y = np.arange(8, 8 + grid.height, dtype=np.float32)
    assert np.abs(grid.at(x, y) - lifted).max() < 1e-4
    points = np.stack(np.meshgrid(x, y), -1).astype(np.float32)
    assert np.abs(grid.at_points(points) - lifted).max() < 1e-4


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31))
def test_gathering_loses_nothing_that_falls_inside(seed: int) -> None:
    rng = np.random.default_rng(seed)
    places = rng.uniform(-3, 14, (40, 2)).astype(np.float32)
    values = rng.normal(size=(40, 2)).astype(np.float32)
    wanted = np.zeros((9, 11, 2), np.float32)
    for (x, y), value in zip(np.rint(places).astype(int), values, strict=True):
        if 0 <= x < 11 and 0 <= y < 9:
            wanted[y, x] += value
    found, out = splat(values, places, (11, 9)), np.zeros_like(wanted)
    if found is not None:
        out[found[0]] = found[1]
    assert out == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("stretch", [0.4, 1.0, 2.7])
def test_a_stroke_has_no_hole_however_much_the_map_stretches(stretch: float) -> None:
    x, y = np.meshgrid(np.arange(60, dtype=np.float32), np.arange(50, dtype=np.float32))
    uv = np.stack([x * stretch, y * stretch * (1 + x / 120)], -1)
    stroke = np.zeros((50, 60, 4), np.uint8)
    stroke[18:32, 20:40] = 200, 100, 50, 255
    paint = splat_paint(stroke, uv, (int(60 * stretch), int(75 * stretch)))
    seen = sample_paint(paint, uv)
    assert seen is not None
    edge = 1 + round(1.5 / stretch)
    inner = seen[18 + edge : 32 - edge, 20 + edge : 40 - edge]
    assert inner[..., 3].min() > 0.99 and np.abs(inner[..., :3] - (200, 100, 50)).max() < 2
    wide = 2 + round(2 / stretch)  # an atlas pixel, sampled between its neighbours
    seen[18 - wide : 32 + wide, 20 - wide : 40 + wide] = 0
    assert not seen[..., 3].any()


@pytest.mark.parametrize("axis", (0, 1))
def test_paint_that_a_map_squeezes_one_way_keeps_its_detail_the_other_way(axis: int) -> None:
    rows, columns = np.mgrid[:160, :160]
    paint = np.full((160, 160, 4), 255, np.uint8)
    paint[..., :3] = np.where((columns if axis else rows) % 4 < 2, 250, 10)[..., None]
    where = np.stack(np.meshgrid(np.arange(40.0), np.arange(40.0)), -1)
    where[..., axis] *= 4  # four pixels of paint a pixel that way, one the other way
    seen = sample_paint(paint, where.astype(np.float32))
    assert seen is not None
    wanted = np.where(np.arange(40) % 4 < 2, 250, 10)
    wanted = np.broadcast_to(wanted[None] if axis else wanted[:, None], (40, 40))
    assert np.abs(seen[..., 0] - wanted)[2:-2, 2:-2].max() < 60
