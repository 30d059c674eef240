"""Clips laid out in atlases: the film rebuilt, maps against drawn truth, bad input, going on after a stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.atlas import page as paging
from core.atlas.canvas import Canvas
from core.atlas.footage import Views
from core.atlas.job import atlas
from core.atlas.page import PageFit, paint
from core.atlas.report import read_report
from core.errors import Cancelled, MediaError
from core.job import Progress, drain
from core.media.atlases import open_atlas
from core.media.reader import open_source
from tests.core.layers.scenes import walker, wall, write_clip

Stack = np.ndarray


def slider(frames: int = 6, gap: tuple[int, int] = (0, 0)) -> tuple[Stack, Stack]:
    """A textured disc that goes 4 pixels a frame and turns, over a wall that pans 1; hidden in `gap`."""
    world, skin = wall((170, 80), 3), wall((64, 64), 5)[..., ::-1]
    pictures, labels = [], []
    for n in range(frames):
        picture = world[:80, n : n + 128].copy()
        turn = cv2.getRotationMatrix2D((31.5, 31.5), 2.0 * n, 1.0)
        disc = cv2.warpAffine(skin, turn, (64, 64), borderMode=cv2.BORDER_REFLECT)
        inside = np.hypot(*(np.mgrid[:64, :64] - 31.5)) < 22
        if not gap[0] <= n < gap[1]:
            picture[8:72, 10 + 4 * n : 74 + 4 * n][inside] = disc[inside]
        label = np.zeros((80, 128), np.uint8)
        if not gap[0] <= n < gap[1]:
            label[8:72, 10 + 4 * n : 74 + 4 * n] = inside
        pictures.append((picture * 255).astype(np.uint8))
        labels.append(label)
    return np.stack(pictures), np.stack(labels)


def place(n: int, x: float, y: float) -> tuple[float, float]:
    """Where the disc's point that is (x, y) from its middle in frame 0 lies in frame n."""
    turn = np.deg2rad(-2.0 * n)
    cos, sin = np.cos(turn), np.sin(turn)
    return 41.5 + 4 * n + cos * x - sin * y, 39.5 + sin * x + cos * y


def lay_out(tmp_path: Path, frames: Stack, labels: Stack, **asked: object) -> Path:
    clip, masks = write_clip(tmp_path, frames, labels)
    out = tmp_path / "out"
    out.mkdir()
    drain(atlas(out, clip=str(clip), masks=str(masks), **asked))  # type: ignore[arg-type]
    return out


def test_paint_stays_on_a_turning_object(tmp_path: Path) -> None:
    frames, labels = slider()
    out = lay_out(tmp_path, frames, labels, names={"1": "Disc"}, rounds=1)
    report, clip = read_report(out), open_atlas(out)
    assert [(entry.label, entry.name) for entry in clip.objects] == [(0, "Background"), (1, "Disc")]
    assert not clip.entry(0).pages
    assert report.psnr > 33 and report.psnr_masks > 33 and report.frames == 6
    assert report.psnr_over_time[-1][1] == pytest.approx(report.psnr, abs=0.01)
    for x, y in ((-8.0, -4.0), (6.0, 9.0), (0.0, 0.0)):
        uv = []
        for n in range(6):
            at = np.array([[place(n, x, y)]], np.float32)
            uv.append(cv2.remap(clip.uv(1, n), at, None, cv2.INTER_LINEAR)[0, 0] / clip.entry(1).scale)
        drift = np.linalg.norm(np.array(uv) - uv[3], axis=1)
        assert drift.max() < 0.5
    shown = clip.uv(0, 5)[20, 100] - clip.uv(0, 0)[20, 105]
    assert np.abs(shown).max() / clip.entry(0).scale < 0.4
    with closing(open_source(out / "recon.mkv")) as source:
        assert source.frame_count == 6
        error = (source.frame(3).astype(float) - frames[3]) / 255
        assert -10 * np.log10((error**2).mean()) > 32
    assert clip.alpha(1, 2)[39, 49] > 0.9 and clip.alpha(1, 2)[2, 2] == 0
    stroke = np.zeros((80, 128, 4), np.uint8)
    stroke[36:42, 38:46] = 255, 0, 0, 255
    painted = clip.composite(frames[5], 5, {1: clip.push(1, 0, stroke)}, shading=False)
    rows, columns = np.nonzero((painted != frames[5]).any(2))
    assert np.hypot(columns.mean() - place(5, 0, 0)[0], rows.mean() - place(5, 0, -0.5)[1]) < 0.8


def test_an_object_that_was_hidden_is_found_in_its_atlas(tmp_path: Path) -> None:
    frames, labels = slider(8, gap=(3, 5))
    clip = open_atlas(lay_out(tmp_path, frames, labels, rounds=0))
    before, after = (
        cv2.remap(clip.uv(1, n), np.array([[place(n, 4, 4)]], np.float32), None, cv2.INTER_LINEAR)[0, 0]
        for n in (1, 6)
    )
    assert np.linalg.norm(before - after) / clip.entry(1).scale < 1.0
    assert clip.grid(1, 3) is None


def test_an_object_that_turned_and_grew_while_it_was_hidden(tmp_path: Path) -> None:
    frames, labels = slider(8, gap=(3, 5))
    larger = cv2.getRotationMatrix2D((64, 40), 30, 1.2)
    for n in range(5, 8):
        frames[n] = cv2.warpAffine(frames[n], larger, (128, 80), borderMode=cv2.BORDER_REFLECT)
        labels[n] = cv2.warpAffine(labels[n], larger, (128, 80), flags=cv2.INTER_NEAREST)
    clip = open_atlas(lay_out(tmp_path, frames, labels, rounds=0))
    before = np.array([[place(1, 4, 4)]], np.float32)
    after = np.array([[larger[:, :2] @ place(6, 4, 4) + larger[:, 2]]], np.float32)
    places = [
        cv2.remap(clip.uv(1, n), at, None, cv2.INTER_LINEAR)[0, 0] for n, at in ((1, before), (6, after))
    ]
    assert np.linalg.norm(places[0] - places[1]) / clip.entry(1).scale < 2.0


def test_pages_rebuild_what_one_atlas_cannot(tmp_path: Path) -> None:
    frames, labels = slider(8)
    for n in range(8):  # the texture changes: one picture cannot show it
        frames[n][labels[n] > 0] = np.roll(frames[n], 60 * n, axis=2)[labels[n] > 0] // (1 + n // 4)
    one = read_report(lay_out(tmp_path / "one", frames, labels, pages=1, rounds=1))
    out = lay_out(tmp_path / "two", frames, labels, pages=2, rounds=1)
    two = read_report(out)
    assert one.pages == {"1": 1} and two.pages == {"1": 2}
    assert two.psnr_masks > one.psnr_masks + 1
    pages = open_atlas(out).entry(1).pages
    assert (pages[0].first, pages[-1].last) == (0, 7) and pages[0].last + 1 == pages[1].first
    assert all((out / page.picture).exists() for page in pages)


def test_a_background_that_one_picture_cannot_show_has_pages(tmp_path: Path) -> None:
    frames, labels = slider(14)
    other = np.clip(0.5 - 4 * (wall((170, 80), 8) - 0.5), 0, 1)
    for n, frame in enumerate(frames):  # the wall turns into another one, which no map can follow
        behind, share = labels[n] == 0, n / 13
        frame[behind] = (frame * (1 - share) + other[:80, n : n + 128] * 255 * share)[behind]
    one = read_report(lay_out(tmp_path / "one", frames, labels, pages=1, rounds=1))
    out = lay_out(tmp_path / "two", frames, labels, rounds=1)
    clip = open_atlas(out)
    pages = clip.entry(0).pages
    assert len(pages) == 2 and (pages[0].first, pages[-1].last) == (0, 13)
    assert read_report(out).psnr_outside > one.psnr_outside + 2
    assert clip.page_picture(0, 1).shape[1::-1] == pages[0].size
    stroke = np.zeros((80, 128, 4), np.uint8)
    stroke[4:8, 60:70] = 255, 0, 0, 255
    painted = clip.composite(frames[2], 2, {0: clip.push(0, 2, stroke, page=1)}, page=1)
    rows, columns = np.nonzero((painted != frames[2]).any(2))
    assert abs(columns.mean() - 64.5) < 1 and abs(rows.mean() - 5.5) < 1


def test_an_object_too_small_for_reduced_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("fit", "rounds"):
        monkeypatch.setattr(f"core.atlas.{place}.reduction", lambda fit: 2)
    frames, labels = slider()
    inner = labels[5, 37:43, 58:64].copy()  # 36 pixels, 9 of the reduced picture
    labels[5] = 0
    labels[5, 37:43, 58:64] = inner
    out = lay_out(tmp_path, frames, labels, pages=3, rounds=0)
    assert inner.all() and open_atlas(out).alpha(1, 4).max() == 1 and read_report(out).frames == 6


@pytest.mark.parametrize("count", (1, 2))
def test_the_shortest_clips(tmp_path: Path, count: int) -> None:
    frames, labels = slider(count)
    assert read_report(lay_out(tmp_path, frames, labels, rounds=0)).psnr > 30


def test_masks_that_say_little(tmp_path: Path) -> None:
    frames, labels = slider(3)
    whole = lay_out(tmp_path / "whole", frames, np.ones_like(labels), rounds=0)
    assert read_report(whole).psnr > 20
    some = labels.copy()
    some[1:] = 0
    assert read_report(lay_out(tmp_path / "some", frames, some, rounds=0)).frames == 3
    with pytest.raises(MediaError, match="no object"):
        lay_out(tmp_path / "none", frames, np.zeros_like(labels))
    with pytest.raises(MediaError, match="is 64x40, the clip is 128x80"):
        lay_out(tmp_path / "other", frames, np.ascontiguousarray(labels[:, ::2, ::2]))
    black = lay_out(tmp_path / "black", np.zeros_like(frames), labels, rounds=0)
    assert read_report(black).psnr > 40


def test_a_cut_inside(tmp_path: Path) -> None:
    first, second = walker(8, (96, 64), pan=1.0), walker(8, (96, 64))
    frames = np.concatenate([first[0], 255 - second[0][:, ::-1]])
    labels = np.concatenate([first[1], second[1][:, ::-1]])
    clip = open_atlas(lay_out(tmp_path, frames, labels, rounds=0))
    assert read_report(clip.folder).psnr > 25
    uv = [clip.uv(0, n)[32, 48] for n in (2, 13)]
    assert np.abs(uv[0] - uv[1]).max() > 60  # two places have two areas


def test_a_stopped_job_goes_on(tmp_path: Path) -> None:
    frames, labels = slider(5)
    clip, masks = write_clip(tmp_path, frames, labels)
    whole = tmp_path / "whole"
    whole.mkdir()
    drain(atlas(whole, clip=str(clip), masks=str(masks), rounds=1))
    out = tmp_path / "out"
    out.mkdir()
    for place in ("First background", "Background", "Refining the background, round 1"):

        def before(step: Progress, place: str = place) -> bool:
            return step.message != place

        with pytest.raises(Cancelled):
            drain(atlas(out, clip=str(clip), masks=str(masks), rounds=1), before)
    drain(atlas(out, clip=str(clip), masks=str(masks), rounds=1))
    assert read_report(out).psnr == pytest.approx(read_report(whole).psnr, abs=0.02)
    assert [at for at, _ in read_report(out).psnr_over_time] == sorted(
        at for at, _ in read_report(out).psnr_over_time
    )


def test_what_there_is_no_time_for_is_filled_in_and_made_well_later(tmp_path: Path) -> None:
    frames, labels = slider(8)
    clip, masks = write_clip(tmp_path, frames, labels)
    out, whole = tmp_path / "out", tmp_path / "whole"
    for folder in (out, whole):
        folder.mkdir()
    drain(atlas(out, clip=str(clip), masks=str(masks), max_seconds=0.01))
    coarse = open_atlas(out)
    assert all(coarse.grid(label, n) is not None for label in (0, 1) for n in range(8))
    entry = coarse.entry(1)
    for n in range(8):  # that the disc turns is not known, but its middle stays
        at = np.array([[place(n, 0, 0)]], np.float32)
        uv = cv2.remap(coarse.uv(1, n), at, None, cv2.INTER_LINEAR)[0, 0]
        assert np.linalg.norm(uv / entry.scale + entry.origin - place(entry.key, 0, 0)) < 3
    assert read_report(out).frames == 8 and read_report(out).psnr > 15
    assert not list((out / "work").glob("page_01*"))
    for folder in (out, whole):
        drain(atlas(folder, clip=str(clip), masks=str(masks), rounds=1))
    assert read_report(out).psnr == pytest.approx(read_report(whole).psnr, abs=0.02)


def test_a_texture_that_is_given_up_on_the_way_leaves_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fit whose time is over in the middle of painting would else keep one without its back-projections."""

    def splat(views: object, page: PageFit, canvas: Canvas, frames: object, robust: bool) -> Iterator[int]:
        page.origin, page.colour, page.weight = canvas.origin, np.ones((6, 6, 3)), np.ones((6, 6))
        yield 0

    monkeypatch.setattr(paging, "_splat", splat)
    monkeypatch.setattr(paging, "_canvas_of", lambda page: Canvas((1, 2), (6, 6), 1.0))
    page, views = PageFit(0, (0,), 0, 8, 1.0), Views.__new__(Views)
    before = page.origin, page.colour, page.weight
    steps = paint(views, page, 0)
    next(steps)
    steps.close()
    assert all(now is then for now, then in zip((page.origin, page.colour, page.weight), before, strict=True))
    list(paint(views, page, 0))
    assert page.origin == (1, 2) and page.colour.shape == (6, 6, 3)
