"""Painting on the atlas and on the frame: from the brush to the document and back into the film, with exact truth."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.atlas.brush import LiveBrush, inked, segment_cover
from app.atlas.painting import laid_on, without
from app.atlas.session import AtlasSession
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from app.playing.mask_sights import STEP
from app.playing.preview import Picture
from core.media.info import Frame
from core.project import atlas_edits
from core.project.atlas_edits import find_edit
from core.project.atlas_pictures import read_picture
from tests import unrolled
from tests.app.equipment import equip, put_away
from tests.app.film import media
from tests.unrolled import ATLAS, HEIGHT, MARGIN, WIDTH, corner, inside, picture


@pytest.fixture
def viewer(
    editor: Editor, tmp_path: Path, qtbot: QtBot, request: pytest.FixtureRequest
) -> Iterator[ViewerPanel]:
    """The viewer in the atlas view at frame 0 of the unrolled clip; with the parameter True its card has pages."""
    equip(editor)
    unrolled.open_unrolled(editor, tmp_path, pages=getattr(request, "param", False))
    panel = ViewerPanel(editor)
    editor.add_panel(panel)
    panel.resize(900, 480)
    panel.show()
    panel.show_atlas()
    qtbot.waitUntil(lambda: panel.atlas.pane.canvas.picture is not None and panel.canvas.picture is not None)
    yield panel
    put_away(editor, panel)


@pytest.fixture
def session(viewer: ViewerPanel) -> AtlasSession:
    session = viewer.atlas.session
    session.set_value("hardness", 1.0)
    session.set_value("colour", "#00ff00")
    return session


def rgb(made: Picture) -> Frame:
    return made.pixels[..., 2::-1]


def stroke(session: AtlasSession, editor: Editor, qtbot: QtBot, *points: tuple[float, float], surface: str = "atlas",
           erase: bool = False) -> None:  # fmt: skip
    """Paint and wait until it is in the document."""
    size = ATLAS if surface == "atlas" else (WIDTH, HEIGHT)
    assert session.begin(surface, *points[0], size, 1.0, erase=erase)  # type: ignore[arg-type]
    for point in points[1:]:
        session.extend(*point)
    session.finish()
    qtbot.waitUntil(lambda: not session.busy)


def shown(viewer: ViewerPanel, editor: Editor, qtbot: QtBot, frame: int) -> Frame:
    """The frame as the viewer shows it, of the document's newest value."""
    editor.state.set("media_frame", frame)
    canvas = viewer.canvas
    qtbot.waitUntil(
        lambda: canvas.picture is not None and canvas.picture.frame == frame
        and canvas.picture.show.project is editor.document.project
    )  # fmt: skip
    assert canvas.picture is not None
    return rgb(canvas.picture)


def test_a_brush_covers_what_its_size_says() -> None:
    brush = LiveBrush((60, 40), 10.0, 1.0)
    brush.extend(20, 20)
    assert abs(int(brush.cover.sum()) / 255 - np.pi * 25) < 2
    rect = brush.extend(40, 20)
    assert rect is not None and brush.touched is not None
    assert abs(int(brush.cover.sum()) / 255 - (np.pi * 25 + 10 * 20)) < 4
    assert brush.extend(500, 500) is not None and LiveBrush((9, 9), 4.0).extend(50, 50) is None


def test_a_soft_brush_falls_off_and_a_crossing_is_no_denser() -> None:
    hard, soft = (segment_cover((0, 0, 40, 40), (20, 20), (20, 20), 12, each) for each in (1.0, 0.0))
    assert hard[20, 26] == 255 and 80 < soft[20, 26] < 180 and soft[20, 20] == 255
    assert (np.diff(soft[20, 20:34].astype(int)) <= 0).all()
    brush = LiveBrush((40, 40), 8.0, 0.5)
    for point in ((5, 20), (35, 20), (5, 20)):
        brush.extend(*point)
    again = LiveBrush((40, 40), 8.0, 0.5)
    for point in ((5, 20), (35, 20)):
        again.extend(*point)
    assert np.array_equal(brush.cover, again.cover)


def test_paint_on_paint_and_rubbing_out() -> None:
    cover = np.array([[0, 128, 255]], np.uint8)
    red, blue = inked(np.full((1, 3), 255, np.uint8), (255, 0, 0)), inked(cover, (0, 0, 255))
    both = laid_on(red, blue)
    assert both[0, 0].tolist() == [255, 0, 0, 255] and both[0, 2].tolist() == [0, 0, 255, 255]
    assert abs(int(both[0, 1, 0]) - 127) <= 1 and both[0, 1, 3] == 255
    assert without(red, cover)[0, :, 3].tolist() == [255, 127, 0]


def test_a_stroke_on_the_atlas_is_one_edit_and_sticks_in_every_frame(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("brush", 6)
    stroke(session, editor, qtbot, (MARGIN + 10, MARGIN + 12), (MARGIN + 20, MARGIN + 12))
    (edit,) = media(editor).atlas_edits
    assert edit.kind == "paint" and edit.label == 1 and editor.document.undo_stack.count() == 1
    editor.document.edit("Flat", atlas_edits.change_edit, "media", edit.id, lit=False)
    for frame in (0, 7):
        x, y = corner(frame)
        now = shown(viewer, editor, qtbot, frame)
        assert (now[y + 10 : y + 14, x + 10 : x + 20] == (0, 255, 0)).all()
        changed = (now != picture(frame)).any(-1)
        assert changed.sum() < 140 and not (changed & ~inside(frame)).any()
    assert session.live is None
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    assert np.array_equal(shown(viewer, editor, qtbot, 7), picture(7))


def test_a_stroke_on_a_frame_goes_to_the_atlas(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("brush", 8)
    shown(viewer, editor, qtbot, 6)
    x, y = corner(6)
    stroke(session, editor, qtbot, (x + 16, y + 12), surface="frame")
    (edit,) = media(editor).atlas_edits
    assert editor.document.data is not None
    paint = read_picture(editor.document.data, edit.file)
    rows, columns = np.nonzero(paint[..., 3] > 127)
    assert abs(rows.mean() - (MARGIN + 11.5)) < 0.6 and abs(columns.mean() - (MARGIN + 15.5)) < 0.6
    assert abs(int(paint[..., 3].sum()) / 255 - np.pi * 16) < 8
    x, y = corner(1)
    assert (shown(viewer, editor, qtbot, 1)[y + 12, x + 16] != picture(1)[y + 12, x + 16]).any()


@pytest.mark.parametrize("viewer", [True], indirect=True)
def test_a_stroke_on_a_page_lies_there_and_shows_on_the_atlas_and_the_other_pages(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    pane, size = viewer.atlas.pane, (2 * ATLAS[0], 2 * ATLAS[1])

    def turn_to(page: int) -> Frame:
        pane.page.setCurrentIndex(page)
        pane.page.activated.emit(page)
        qtbot.waitUntil(lambda: pane.pen.page == page)
        qtbot.waitUntil(
            lambda: not session.busy and pane.canvas.picture.show.project is editor.document.project
        )  # type: ignore[union-attr]
        assert pane.canvas.picture is not None
        return rgb(pane.canvas.picture)

    names = [pane.page.itemText(k) for k in range(pane.page.count())]
    assert names == ["Whole clip", "Frames 0 to 5", "Frames 6 to 11"] and pane.page.isVisible()
    turn_to(2)
    assert editor.state.media_frame == 8 and pane.pen.size == size and pane.pen.scale == 2.0
    editor.state.set("brush", 8)
    middle = (2 * (MARGIN + 16), 2 * (MARGIN + 12))
    assert session.begin("atlas", *middle, size, pane.pen.scale, erase=False, page=pane.pen.page)
    session.finish()
    qtbot.waitUntil(lambda: not session.busy)
    (edit,) = media(editor).atlas_edits
    assert editor.document.data is not None and edit.page == 2
    paint = read_picture(editor.document.data, edit.file)
    assert paint.shape[:2] == size[::-1]
    assert abs(int(paint[..., 3].sum()) / 255 - np.pi * 64) < 16
    x, y = corner(1)
    assert (shown(viewer, editor, qtbot, 1)[y + 12, x + 16] != picture(1)[y + 12, x + 16]).any()
    assert (turn_to(1)[middle[1], middle[0]] == (0, 255, 0)).all()
    session.add_at("text", "atlas", *middle, pane.pen.page)
    qtbot.waitUntil(lambda: len(media(editor).atlas_edits) == 2)
    numbers = media(editor).atlas_edits[-1].numbers
    assert (numbers["x"], numbers["y"]) == middle and media(editor).atlas_edits[-1].page == 1
    assert (turn_to(0)[middle[1] // 2, middle[0] // 2] == (0, 255, 0)).all()
    session.set_edit(edit.id)  # the page that it lies on comes with it
    qtbot.waitUntil(lambda: pane.pen.page == 2)
    session.set_label(0)
    qtbot.waitUntil(lambda: pane.page.isHidden() and pane.pen.page == 0)


@pytest.mark.parametrize("viewer", [True], indirect=True)
def test_strokes_on_the_frame_join_the_paint_of_its_page(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    pane, page_size = viewer.atlas.pane, (2 * ATLAS[0], 2 * ATLAS[1])
    pane.page.setCurrentIndex(1)
    pane.page.activated.emit(1)
    qtbot.waitUntil(lambda: session.page == 1)
    editor.state.set("brush", 6)
    assert session.begin("atlas", 2 * (MARGIN + 8), 2 * (MARGIN + 8), page_size, 2.0, erase=False, page=1)
    session.finish()
    qtbot.waitUntil(lambda: not session.busy)

    def stroke_on_frame(number: int, erase: bool = False, at: tuple[int, int] = (20, 8)) -> None:
        editor.state.set("media_frame", number)
        x, y = corner(number)
        assert session.begin("frame", x + at[0], y + at[1], (WIDTH, HEIGHT), 1.0, erase=erase)
        session.finish()
        qtbot.waitUntil(lambda: not session.busy)

    stroke_on_frame(4)
    (edit,) = media(editor).atlas_edits
    assert edit.page == 1 and editor.document.data is not None
    paint = read_picture(editor.document.data, edit.file)
    assert (
        paint[2 * (MARGIN + 8), 2 * (MARGIN + 20), 3] == 255 == paint[2 * (MARGIN + 8), 2 * (MARGIN + 8), 3]
    )
    stroke_on_frame(9, erase=True)  # the other page's: it is rubbed out all the same
    (edit,) = media(editor).atlas_edits
    assert read_picture(editor.document.data, edit.file)[2 * (MARGIN + 8), 2 * (MARGIN + 20), 3] == 0
    stroke_on_frame(9)
    assert [one.page for one in media(editor).atlas_edits] == [1, 0]


def test_strokes_go_into_the_paint_in_hand_and_the_rubber_takes_them_away(
    session: AtlasSession, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("brush", 6)
    size = ATLAS
    for x in (8, 20):  # the second is begun before the first is in the document
        assert session.begin("atlas", MARGIN + x, MARGIN + 8, size, 1.0, erase=False)
        session.finish()
    qtbot.waitUntil(lambda: not session.busy)
    (edit,) = media(editor).atlas_edits
    data = editor.document.data
    assert data is not None
    paint = read_picture(data, edit.file)
    assert paint[MARGIN + 8, MARGIN + 8, 3] == 255 and paint[MARGIN + 8, MARGIN + 20, 3] == 255
    stroke(session, editor, qtbot, (MARGIN + 8, MARGIN + 8), erase=True)
    (edit,) = media(editor).atlas_edits
    paint = read_picture(data, edit.file)
    assert paint[MARGIN + 8, MARGIN + 8, 3] == 0 and paint[MARGIN + 8, MARGIN + 20, 3] == 255


def test_rubbing_where_nothing_is_painted_says_so(
    session: AtlasSession, editor: Editor, qtbot: QtBot
) -> None:
    told = editor.notify.waiting
    stroke(session, editor, qtbot, (10, 10), erase=True)
    assert told and "no paint" in told[0].message and session.live is None
    assert not media(editor).atlas_edits and not editor.document.undo_stack.count()


def test_escape_takes_a_stroke_away(session: AtlasSession, editor: Editor) -> None:
    assert session.begin("atlas", 10, 10, ATLAS, 1.0, erase=False)
    session.cancel()
    assert session.live is None and not session.busy and not media(editor).atlas_edits


def test_text_is_placed_where_the_object_shows_it(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    shown(viewer, editor, qtbot, 5)
    x, y = corner(5)
    session.add_at("text", "frame", x + 16.0, y + 12.0)
    qtbot.waitUntil(lambda: len(media(editor).atlas_edits) == 1)
    (edit,) = media(editor).atlas_edits
    assert edit.numbers == {"x": MARGIN + 16.5, "y": MARGIN + 12.5} and session.edit_id == edit.id
    told = editor.notify.waiting
    session.add_at("fill", "frame", 1.0, 1.0)
    qtbot.waitUntil(lambda: bool(told))
    assert "not there" in told[0].message and len(media(editor).atlas_edits) == 1


def test_a_picture_is_laid_in_the_middle_at_a_size_that_fits(
    session: AtlasSession, editor: Editor, qtbot: QtBot, tmp_path: Path
) -> None:
    Image.new("RGB", (320, 100), (9, 9, 9)).save(tmp_path / "logo.jpg")
    session.add_stamp(tmp_path / "logo.jpg")
    qtbot.waitUntil(lambda: len(media(editor).atlas_edits) == 1)
    (edit,) = media(editor).atlas_edits
    assert edit.kind == "stamp" and (edit.numbers["x"], edit.numbers["y"]) == (ATLAS[0] / 2, ATLAS[1] / 2)
    assert edit.numbers["scale"] == pytest.approx(0.4 * min(ATLAS) / 320, abs=0.001)
    told = editor.notify.waiting
    session.add_stamp(tmp_path / "gone.png")
    qtbot.waitUntil(lambda: bool(told))
    assert "not there" in told[0].message


def test_looks_tell_how_good_the_atlas_is(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    def look(name: str) -> Frame:
        session.set_value("look", name)
        canvas = viewer.canvas
        qtbot.waitUntil(lambda: canvas.picture is not None and canvas.picture.show.look == name)
        assert canvas.picture is not None
        return rgb(canvas.picture)

    editor.state.set("media_frame", 3)
    alpha = look("alpha")
    assert (alpha[inside(3)] == 255).all() and (alpha[~inside(3)] == 0).all()
    checker = look("checker")
    assert np.array_equal(checker[~inside(3)], picture(3)[~inside(3)])
    assert (checker[inside(3)] != picture(3)[inside(3)]).any(-1).all()
    assert look("residual").max() <= 4  # the atlases explain the drawn clip whole
    assert np.array_equal(look("original"), picture(3))


def test_onion_skin_lays_the_frames_beside_over_the_one_that_is_painted_on(
    session: AtlasSession, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    frame = 3
    alone = shown(viewer, editor, qtbot, frame).astype(int)
    trigger(editor, find_action("mask.onion"))
    canvas = viewer.canvas
    qtbot.waitUntil(lambda: canvas.picture is not None and canvas.picture.show.onion)
    assert canvas.picture is not None
    veiled = rgb(canvas.picture).astype(int)
    after = picture(frame + STEP).astype(int)
    assert np.abs(veiled - (0.75 * alone + 0.25 * after)).max() <= 2, "there is none so far before"
    assert np.abs(veiled - alone).max() > 10
    assert find_action("mask.onion").enabled(editor)


def test_the_object_is_held_still_on_the_atlas(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> None:
    pane = viewer.atlas.pane
    canvas = pane.canvas
    pane.look.setCurrentIndex(pane.look.findData("still"))
    for frame in (2, 9):
        editor.state.set("media_frame", frame)
        pane.refresh()
        qtbot.waitUntil(lambda frame=frame: canvas.picture is not None and canvas.picture.frame == frame)
        assert canvas.picture is not None
        seen = rgb(canvas.picture)[MARGIN + 1 : -MARGIN - 1, MARGIN + 1 : -MARGIN - 1]
        assert np.abs(seen.astype(int) - unrolled.card()[1:-1, 1:-1]).max() <= 2


def test_the_edit_in_hand_stays_one_that_is_there(
    session: AtlasSession, editor: Editor, qtbot: QtBot
) -> None:
    session.add("blur")
    session.add("edges")
    first, second = media(editor).atlas_edits
    assert session.edit_id == second.id
    editor.document.undo_stack.undo()
    assert session.edit_id == first.id and find_edit(media(editor), second.id) is None
    session.set_label(0)
    assert session.edit_id == "" and session.edits == ()


def test_a_film_without_an_atlas_is_not_painted_on(session: AtlasSession, editor: Editor) -> None:
    editor.document.edit("None", atlas_edits.with_atlas, "media", "")
    assert not session.ready and not session.begin("atlas", 5, 5, ATLAS, 1.0, erase=False)
    session.add("blur")
    assert not media(editor).atlas_edits
