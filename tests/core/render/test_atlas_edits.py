"""Edits on an unrolled object, in the frames of a film: exact against the drawn truth."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
from msgspec.structs import replace

from core.errors import MediaError
from core.files import write_atomic
from core.media.atlas_files import INDEX, pack, read_index
from core.media.atlases import open_atlas
from core.media.info import Frame
from core.media.pool import SourcePool
from core.motion.control_grid import ControlGrid
from core.project.atlas_edits import new_edit
from core.project.atlas_kinds import EDIT_KINDS, AtlasEdit
from core.project.atlas_pictures import read_picture, write_picture
from core.project.paths import results_folder
from core.project.project import Project
from core.render import grading
from core.render.atlas_carry import carried
from core.render.atlas_source import EditedSource
from core.render.atlas_stack import Grade, Paint, placed, stacked
from core.render.compositor import raster_of, render_frame
from core.render.export_sources import ExportResolver, fetch
from core.render.resolver import Resolver
from tests import unrolled
from tests.unrolled import ATLAS, FRAMES, HEIGHT, MARGIN, RATE, STEP, WIDTH, corner, inside, picture


class Shown:
    """The film with some edits, as the preview makes it."""

    def __init__(self, folder: Path) -> None:
        self.project, self.data = unrolled.film(folder)
        self.pool = SourcePool(2**24)
        self.resolver = Resolver(self.project, None, self.data, self.pool)

    def edit(self, *edits: AtlasEdit) -> Project:
        media = replace(self.project.find_media("media"), atlas_edits=edits)
        self.project = self.project.with_media(media)
        self.resolver.show(self.project, None, self.data)
        return self.project

    def frame(self, number: int, size: tuple[int, int] | None = None) -> Frame:
        assert self.project.sequence is not None
        return render_frame(self.project.sequence, RATE.time_of(number), self.resolver, size)[..., :3]


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    made = Shown(tmp_path)
    yield made
    made.pool.close()


def mark(colour: tuple[int, int, int], alpha: int = 255) -> Frame:
    """A block of 8 x 6 pixels on the card, 10 to the right of its corner and 5 below."""
    out = np.zeros((ATLAS[1], ATLAS[0], 4), np.uint8)
    out[MARGIN + 5 : MARGIN + 11, MARGIN + 10 : MARGIN + 18] = (*colour, alpha)
    return out


def paint(shown: Shown, colour: tuple[int, int, int], alpha: int = 255, **fields: object) -> AtlasEdit:
    file = write_picture(shown.data, mark(colour, alpha))
    return replace(new_edit("paint", 1, file=file), **{"lit": False, **fields})


def block(number: int) -> tuple[slice, slice]:
    x, y = corner(number)
    return slice(y + 5, y + 11), slice(x + 10, x + 18)


def test_paint_follows_and_all_else_is_bit_exact(shown: Shown) -> None:
    shown.edit(paint(shown, (10, 200, 30)))
    for number in (0, 5, FRAMES - 1):
        wanted = picture(number)
        wanted[block(number)] = (10, 200, 30)
        assert np.array_equal(shown.frame(number), wanted)


def test_order_opacity_and_blend_modes(shown: Shown) -> None:
    red, blue = paint(shown, (255, 0, 0)), paint(shown, (0, 0, 255))
    shown.edit(red, blue)
    assert (shown.frame(3)[block(3)] == (0, 0, 255)).all()
    shown.edit(blue, red)
    assert (shown.frame(3)[block(3)] == (255, 0, 0)).all()
    shown.edit(blue, replace(red, enabled=False))
    assert (shown.frame(3)[block(3)] == (0, 0, 255)).all()
    shown.edit(replace(red, opacity=0.5))
    half = np.add(picture(3)[block(3)], (255, 0, 0)) / 2
    assert np.abs(shown.frame(3)[block(3)] - half).max() <= 1.5
    shown.edit(paint(shown, (128, 128, 128), blend="multiply"))
    assert np.abs(shown.frame(3)[block(3)] - picture(3)[block(3)] * (128 / 255)).max() <= 1.5
    shown.edit(replace(red, enabled=False))
    assert np.array_equal(shown.frame(3), picture(3))


def test_a_small_preview_shows_the_same_as_the_full_film_made_small(shown: Shown) -> None:
    shown.edit(paint(shown, (0, 255, 0)))
    small = shown.frame(4, (WIDTH // 2, HEIGHT // 2))
    rows, columns = block(4)
    middle = small[
        (rows.start + 2) // 2 : (rows.stop - 2) // 2, (columns.start + 2) // 2 : (columns.stop - 2) // 2
    ]
    assert (np.abs(middle.astype(int) - (0, 255, 0)) <= 2).all()
    shown.edit()
    plain = shown.frame(4, (WIDTH // 2, HEIGHT // 2))
    rows2 = slice(rows.start // 2 - 2, rows.stop // 2 + 2)
    outside = np.ones(plain.shape[:2], bool)
    outside[rows2, columns.start // 2 - 2 : columns.stop // 2 + 2] = False
    assert np.array_equal(small[outside], plain[outside])


def test_colour_works_on_the_films_own_pixels_of_the_object_only(shown: Shown) -> None:
    shown.edit(new_edit("colour", 1, numbers={"saturation": 0.0, "exposure": 0.5}))
    values = {"exposure": 0.5, "contrast": 1.0, "saturation": 0.0, "temperature": 0.0}
    graded = grading.colour(picture(6), values)
    wanted = np.where(inside(6)[..., None], graded, picture(6))
    assert np.array_equal(shown.frame(6), wanted)


def test_the_background_is_painted_behind_the_object(shown: Shown) -> None:
    edit = new_edit("fill", 0, numbers={"tolerance": 255.0}, texts={"colour": "#ff8000"})
    shown.edit(replace(edit, lit=False))
    wanted = np.where(inside(2)[..., None], picture(2), np.array([255, 128, 0], np.uint8))
    assert np.array_equal(shown.frame(2), wanted)


def test_a_stamp_moves_scales_and_turns(shown: Shown) -> None:
    stamp = np.zeros((4, 8, 4), np.uint8)
    stamp[:, :4], stamp[:, 4:] = (255, 0, 0, 255), (0, 0, 255, 255)
    file = write_picture(shown.data, stamp)
    centre = {"x": MARGIN + 16.0, "y": MARGIN + 12.0}
    edit = replace(new_edit("stamp", 1, file=file, numbers=centre), lit=False)
    x, y = corner(7)
    shown.edit(edit)
    wanted = picture(7)
    wanted[y + 10 : y + 14, x + 12 : x + 20] = stamp[..., :3]
    assert np.array_equal(shown.frame(7), wanted)
    shown.edit(replace(edit, numbers={**centre, "rotation": 180.0}))
    wanted[y + 10 : y + 14, x + 12 : x + 20] = stamp[:, ::-1, :3]
    assert np.array_equal(shown.frame(7), wanted)
    shown.edit(replace(edit, numbers={**centre, "scale": 2.0}))
    large = shown.frame(7)
    assert (large[y + 9 : y + 15, x + 9 : x + 14] == (255, 0, 0)).all()
    assert (large[y + 9 : y + 15, x + 18 : x + 23] == (0, 0, 255)).all()


def test_a_fill_stops_where_the_picture_is_not_alike(shown: Shown) -> None:
    wall = paint(shown, (255, 255, 255))
    inner = {"x": MARGIN + 13.0, "y": MARGIN + 7.0, "tolerance": 10.0}
    fill = replace(new_edit("fill", 1, numbers=inner, texts={"colour": "#102030"}), lit=False)
    shown.edit(wall, fill)
    wanted = picture(1)
    wanted[block(1)] = (16, 32, 48)
    assert np.array_equal(shown.frame(1), wanted)
    shown.edit(replace(fill, numbers={"x": -5.0, "y": 900.0, "tolerance": 10.0}))
    assert np.array_equal(shown.frame(1), picture(1))


def test_letters_lie_on_the_object(shown: Shown) -> None:
    numbers = {"x": MARGIN + 16.0, "y": MARGIN + 12.0, "size": 14.0}
    edit = replace(new_edit("text", 1, numbers=numbers, texts={"text": "IH", "colour": "#000000"}), lit=False)
    shown.edit(edit)
    frame, plain = shown.frame(8), picture(8)
    changed = (frame != plain).any(-1)
    assert changed.sum() > 25 and not (changed & ~inside(8)).any()
    assert frame[changed].min() < 30
    shown.edit(replace(edit, texts={"text": "   "}))
    assert np.array_equal(shown.frame(8), plain)


@pytest.mark.parametrize("kind", [kind.kind for kind in EDIT_KINDS.values() if kind.group == "filter"])
def test_every_filter_changes_the_object_and_nothing_else(shown: Shown, kind: str) -> None:
    shown.edit(new_edit(kind, 1))
    frame = shown.frame(5)
    assert np.array_equal(frame[~inside(5)], picture(5)[~inside(5)])
    assert (frame[inside(5)] != picture(5)[inside(5)]).any(-1).mean() > 0.3


def test_the_blur_does_not_take_the_black_from_beyond_the_atlas(shown: Shown) -> None:
    shown.edit(new_edit("blur", 1, numbers={"radius": 6.0}))
    assert shown.frame(5)[inside(5)].min() > 70  # the card's own darkest is 75


def test_steps_that_are_lit_alike_are_one_layer(tmp_path: Path) -> None:
    atlas = unrolled.atlas()
    ink = mark((9, 9, 9))
    lit = replace(new_edit("paint", 1, file="x"), lit=True)
    dull = replace(lit, lit=False)
    grade = new_edit("colour", 1, numbers={"exposure": 1.0})
    steps = stacked(atlas, (lit, lit, grade, dull, dull, lit), lambda name: ink).steps
    assert [type(step) for step in steps] == [Paint, Grade, Paint, Paint]
    assert [step.lit for step in steps if isinstance(step, Paint)] == [True, False, True]


def test_an_edit_that_cannot_be_read_is_left_out_of_the_preview_and_stops_an_export(shown: Shown) -> None:
    good = paint(shown, (1, 2, 3))
    project = shown.edit(replace(good, id="gone", file=f"{'f' * 32}.png"), good)
    assert (shown.frame(2)[block(2)] == (1, 2, 3)).all()
    assert project.sequence is not None
    export = ExportResolver(project, project.sequence, None, shown.data)
    with pytest.raises(MediaError, match="not there"):
        render_frame(project.sequence, 0, export)
    export.close()
    media = replace(project.find_media("media"), atlas="d" * 32)
    shown.project = project.with_media(media)
    shown.resolver.show(shown.project, None, shown.data)
    assert np.array_equal(shown.frame(2), picture(2))


def test_an_export_shows_the_edits_and_fetches_them_ahead(shown: Shown) -> None:
    project = shown.edit(paint(shown, (200, 10, 10)))
    assert project.sequence is not None
    export = ExportResolver(project, project.sequence, None, shown.data)
    ahead = fetch(project.sequence, RATE.time_of(9), raster_of(project.sequence), export)
    frame = render_frame(project.sequence, RATE.time_of(9), ahead)[..., :3]
    assert np.array_equal(frame, shown.frame(9))
    export.close()


def test_frames_that_were_not_unrolled_stay(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    folder = shown.data / "results" / ("e" * 32)
    unrolled.write_result(folder, frames=4, first=3)
    media = replace(shown.project.find_media("media"), atlas="e" * 32)
    shown.project = shown.project.with_media(media)
    shown.edit(paint(shown, (5, 250, 5)))
    for number in (0, 2, 7):
        assert np.array_equal(shown.frame(number), picture(number))
    assert (shown.frame(4)[block(4)] == (5, 250, 5)).all()
    shown.pool.close()


def test_a_frame_is_made_once_and_anew_after_an_edit(shown: Shown) -> None:
    shown.edit(paint(shown, (1, 2, 3)))
    source = shown.resolver.source(next(shown.project.sequence.clips())[2])  # type: ignore[union-attr]
    assert isinstance(source, EditedSource)
    assert source.frame(3) is source.frame(3)
    before = source.frame(3)
    shown.edit(paint(shown, (4, 5, 6)))
    again = shown.resolver.source(next(shown.project.sequence.clips())[2])  # type: ignore[union-attr]
    assert (again.frame(3)[block(3)] == (4, 5, 6)).all() and (before[block(3)] == (1, 2, 3)).all()


def other_atlas(shown: Shown, scale: int, shift: tuple[int, int], key: int = 0) -> Path:
    """The same clip unrolled otherwise: larger, with its corner elsewhere, or with another key frame."""
    first = results_folder(shown.data) / unrolled.KEY
    folder = results_folder(shown.data) / ("d" * 32)
    shutil.copytree(first, folder)
    index = read_index(folder)
    ground, card = index.objects
    size = (card.size[0] * scale, card.size[1] * scale)
    origin = (card.origin[0] + shift[0] + STEP[0] * key, card.origin[1] + shift[1] + STEP[1] * key)
    grids = {
        number: ControlGrid(
            grid.left, grid.top, grid.step, grid.nodes + np.float32(key) * np.array(STEP, np.float32)
        )
        for number in range(index.frames)
        if (grid := open_atlas(first).grid(1, number)) is not None
    }
    np.savez(folder / card.mapping, **pack(grids, 0, index.frames - 1, unrolled.CELL))  # type: ignore[arg-type]
    card = replace(card, size=size, scale=float(scale), origin=origin, key=key)
    cv2.imwrite(str(folder / card.picture), np.full((size[1], size[0], 4), 200, np.uint8))
    write_atomic(folder / INDEX, msgspec.json.encode(replace(index, objects=(ground, card))))
    return folder


@pytest.mark.parametrize(
    ("scale", "shift", "key"), [(1, (-3, 2), 0), (2, (0, 0), 0), (1, (0, 0), 4), (2, (1, 1), 3)]
)
def test_paint_stays_on_the_object_when_it_is_unrolled_anew(
    shown: Shown, scale: int, shift: tuple[int, int], key: int
) -> None:
    stamp = np.full((4, 6, 4), 255, np.uint8)
    text = new_edit(
        "stamp", 1, file=write_picture(shown.data, stamp), numbers={"x": MARGIN + 25.0, "y": MARGIN + 18.0}
    )
    edits = (paint(shown, (250, 20, 30)), replace(text, lit=False), new_edit("blur", 7))
    shown.edit(*edits)
    before = [shown.frame(number) for number in (0, 6)]
    folder = other_atlas(shown, scale, shift, key)
    moved = carried(
        shown.data, edits, open_atlas(results_folder(shown.data) / unrolled.KEY), open_atlas(folder)
    )
    assert moved[2] == edits[2] and moved[0].file != edits[0].file
    media = replace(shown.project.find_media("media"), atlas=folder.name)
    shown.project = shown.project.with_media(media)
    shown.edit(*moved)
    for number, was in zip((0, 6), before, strict=True):
        now = shown.frame(number)
        changed = np.abs(now.astype(int) - was).max(-1) > 60
        assert changed.sum() <= 26  # the rims of 8 x 6 and 6 x 4 pixels may be softer
        rows, columns = block(number)
        assert (np.abs(now[rows, columns][1:-1, 1:-1].astype(int) - (250, 20, 30)) < 12).all()


def test_paint_on_a_page_stays_when_the_object_is_unrolled_anew(tmp_path: Path) -> None:
    _, data = unrolled.film(tmp_path, pages=True)
    with_pages = open_atlas(results_folder(data) / unrolled.KEY)
    without = open_atlas(unrolled.write_result(tmp_path / "other", pages=False))
    sheet = np.zeros((2 * ATLAS[1], 2 * ATLAS[0], 4), np.uint8)
    sheet[24:40, 20:44] = 250, 20, 30, 255
    edit = new_edit("paint", 1, file=write_picture(data, sheet), page=2)
    text = new_edit("text", 1, numbers={"x": 40.0, "y": 30.0, "size": 12.0}, page=2)
    assert carried(data, (edit, text), with_pages, with_pages) == (edit, text)
    on_atlas, letters = carried(data, (edit, text), with_pages, without)
    assert on_atlas.page == 0 == letters.page
    assert letters.numbers == pytest.approx({"x": 20.0, "y": 15.0, "size": 6.0}, abs=0.5)
    paint = read_picture(data, on_atlas.file).copy()
    assert paint.shape[:2] == ATLAS[::-1]
    assert (paint[13:19, 11:21] == (250, 20, 30, 255)).all()
    paint[11:21, 9:23] = 0
    assert not paint[..., 3].any()
    gone = replace(edit, page=9)
    assert carried(data, (gone,), with_pages, without) == (gone,)


def test_an_edit_on_a_page_shows_in_all_frames_and_is_blended_with_its_page(tmp_path: Path) -> None:
    project, data = unrolled.film(tmp_path, pages=True)
    sheet = np.zeros((2 * ATLAS[1], 2 * ATLAS[0], 4), np.uint8)
    sheet[24:40, 20:44] = 128, 255, 255, 255
    edit = replace(new_edit("paint", 1, file=write_picture(data, sheet), page=2), blend="multiply", lit=False)
    media = replace(project.find_media("media"), atlas_edits=(edit,))
    resolver = Resolver(project.with_media(media), None, data, SourcePool(2**24))
    assert project.sequence is not None
    for number in (0, 5, 6, FRAMES - 1):
        shown = render_frame(project.sequence, RATE.time_of(number), resolver, None)[..., :3]
        x, y = corner(number)
        part = np.s_[y + 9 : y + 15, x + 7 : x + 17]
        plain = picture(number)[part].astype(int)
        assert np.abs(shown[part][..., 0].astype(int) - plain[..., 0] * 128 / 255).max() <= 4
        assert np.abs(shown[part][..., 1:].astype(int) - plain[..., 1:]).max() <= 3
        assert np.array_equal(shown[~inside(number)], picture(number)[~inside(number)])


def test_the_same_atlas_leaves_edits_as_they_are(shown: Shown) -> None:
    edits = (paint(shown, (1, 2, 3)), new_edit("text", 1))
    clip = open_atlas(results_folder(shown.data) / unrolled.KEY)
    assert carried(shown.data, edits, clip, clip) == edits


@pytest.mark.parametrize("across", [True, False])
def test_a_stamp_made_small_is_the_mean_of_its_pixels(across: bool) -> None:
    stripes = np.zeros((64, 64, 4), np.uint8)
    stripes[..., 3] = 255
    stripes[(slice(None), slice(None, None, 2)) if across else slice(None, None, 2)] = 255
    small = placed(stripes, {"x": 20.0, "y": 20.0, "rotation": 0.0}, 0.25, (40, 40))
    assert np.abs(small[14:26, 14:26, :3].astype(int) - 128).max() <= 4
    assert small[20, 20, 3] == 255 and small[20, 30, 3] == 0 and small[30, 20, 3] == 0
