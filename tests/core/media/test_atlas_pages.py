"""A page and the one atlas: paint on a page lands on all frames and on the other pages, with exact truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import MediaError
from core.media.atlas_files import alpha_file
from core.media.atlas_paint import sample_paint
from core.media.atlases import AtlasClip, open_atlas
from core.media.matte import write_soft
from tests.core.atlas_folders import (
    FRAMES,
    HEIGHT,
    PAGE_SCALE,
    SCALE,
    WIDTH,
    box_at,
    frame_at,
    write_atlas,
)

WHERE = np.s_[16:40, 20:44]
"""A square on a page: 12 pixels of the film a side."""


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> AtlasClip:
    return open_atlas(write_atlas(tmp_path_factory.mktemp("atlas"), pages=True))


def stroke(clip: AtlasClip, number: int = 1) -> np.ndarray:
    width, height = clip.page(1, number).size
    paint = np.zeros((height, width, 4), np.uint8)
    paint[WHERE] = 10, 200, 30, 255
    return paint


def test_a_page_s_pixels_lead_to_the_same_place_of_the_object(clip: AtlasClip) -> None:
    for number in (1, 2):
        where = clip.page_map(1, number)
        height, width = where.shape[:2]
        x, y = np.meshgrid(np.arange(width), np.arange(height))
        wanted = (np.stack([x, y], -1) + 0.5) * (SCALE / PAGE_SCALE) - 0.5
        known = where[..., 0] > -1e5
        assert known.mean() > 0.95
        assert np.abs(where - wanted)[known].max() < 0.5
        assert np.abs(where - wanted)[2:-2, 2:-2].max() < 0.1


def test_paint_on_a_page_follows_through_the_clip(clip: AtlasClip) -> None:
    edit = clip.push_page(1, 2, stroke(clip))
    assert edit.shape[:2] == clip.entry(1).size[::-1]
    for n in range(FRAMES):
        shown = clip.composite(frame_at(n), n, {1: edit}, shading=False)
        left, top, *_ = box_at(n)
        changed = (shown != frame_at(n)).any(2)
        inner = shown[top + 9 : top + 19, left + 11 : left + 21].astype(int)
        assert np.abs(inner - (10, 200, 30)).max() <= 2
        changed[top + 6 : top + 22, left + 8 : left + 24] = False
        assert not changed.any()


def test_paint_on_a_page_comes_back_on_every_page(clip: AtlasClip) -> None:
    edit = clip.push_page(1, 1, stroke(clip))
    for number in (1, 2):
        seen = sample_paint(edit, clip.page_map(1, number))
        assert seen is not None
        assert seen[18:38, 22:42, 3].min() > 0.99
        seen[12:44, 16:48] = 0
        assert not seen[..., 3].any()


def test_paint_on_a_page_is_as_sharp_on_frames_and_on_other_pages(clip: AtlasClip) -> None:
    paint = stroke(clip)
    paint[WHERE][:, ::4] = paint[WHERE][:, 1::4] = (250, 250, 250, 255)  # stripes of one pixel of the film
    for n in range(FRAMES):
        shown = clip.composite(frame_at(n), n, {1: paint}, shading=False, page=1)
        left, top, *_ = box_at(n)
        place = np.s_[top + 8 : top + 20, left + 10 : left + 22]
        assert np.abs(shown[place][1:-1, 1:-1].astype(int) - paint[WHERE][2:-2:2, 2:-2:2, :3]).max() <= 40
        shown[place] = frame_at(n)[place]
        assert np.abs(shown.astype(int) - frame_at(n)).max() <= 40  # the rim of a pixel, at most
    on_other = clip.onto_page(1, 2, paint, page=1)
    assert np.abs(on_other[WHERE].astype(int) - paint[WHERE])[2:-2, 2:-2].max() <= 30
    smeared = clip.onto_page(1, 2, clip.push_page(1, 1, paint))
    assert np.abs(smeared[WHERE].astype(int) - paint[WHERE])[2:-2, 2:-2].max() > 60


def test_a_stroke_on_any_frame_goes_to_a_page(clip: AtlasClip) -> None:
    for n in (0, FRAMES - 1):
        left, top, *_ = box_at(n)
        on_frame = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        on_frame[top + 8 : top + 20, left + 10 : left + 22] = 10, 200, 30, 255
        on_page = clip.push(1, n, on_frame, page=1)
        assert on_page.shape[:2] == clip.page(1, 1).size[::-1]
        assert (on_page[WHERE][2:-2, 2:-2] == (10, 200, 30, 255)).all()
        on_page[14:42, 18:46] = 0
        assert not on_page.any()


def test_a_page_shows_what_only_another_of_its_frames_shows(tmp_path: Path) -> None:
    folder = write_atlas(tmp_path, pages=True)
    left, top, right, bottom = box_at(1)
    half = np.zeros((HEIGHT, WIDTH), np.float32)
    half[top : (top + bottom) // 2, left:right] = 1  # something hides the lower half in the key frame
    write_soft(folder / alpha_file(1, 1), half)
    where = open_atlas(folder).page_map(1, 1)
    assert (where[4:-4, 4:-4, 0] > -1e5).all()
    assert (np.abs(np.diff(where[4:-4, 4:-4, 1], axis=0) - SCALE / PAGE_SCALE) < 0.4).all()


def test_nothing_comes_of_a_page_whose_frames_are_not_mapped(tmp_path: Path) -> None:
    folder = write_atlas(tmp_path, pages=True)
    (folder / "mapping_01_p01.npz").write_bytes((folder / "mapping_01_p02.npz").read_bytes())
    clip = open_atlas(folder)
    assert (clip.page_map(1, 1) < -1e5).all()
    assert not clip.push_page(1, 1, stroke(clip)).any()


def test_a_page_that_is_not_there_says_so(clip: AtlasClip) -> None:
    for label, number in ((1, 0), (1, 3), (0, 1)):
        with pytest.raises(MediaError, match=f"object {label} has no page {number}"):
            clip.page_picture(label, number)
