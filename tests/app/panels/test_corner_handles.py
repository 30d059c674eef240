"""The corners of a clip dragged on the picture, and laid on a surface by the commands and the inspector's buttons."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, perform
from app.editor import Editor
from app.panels.inspector import InspectorPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.media.probe import probe
from core.motion.planar import Corners
from core.project.project import Media
from core.render.corner_pin import corners_of
from core.render.plan import layer_at
from core.timeline import edits
from core.timeline.effects import CORNER_PIN
from core.timeline.model import Clip, Keys, MediaUse, Solid, Title, Track
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH
from tests.app.panels.drawn import drag

PACE = 0.5
"""Pixels a frame that the wall goes to the left."""
OLD = np.array([[0, 0], [WIDTH, 0], [WIDTH, HEIGHT], [0, HEIGHT]], np.float64)


def write_wall(path: Path) -> Path:
    """A wall that goes by, of the size and length of the usual small clip."""
    noise = np.random.default_rng(2).integers(0, 256, (HEIGHT * 4, WIDTH * 8), np.uint8)
    wall = cv2.normalize(cv2.GaussianBlur(noise, (0, 0), 6), None, 0, 255, cv2.NORM_MINMAX)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=Fraction(RATE.num, RATE.den))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "bgr0"
        for n in range(FRAMES):
            left = round(4 * PACE * n)
            seen = cv2.resize(wall[:, left : left + 4 * WIDTH], (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
            picture = av.VideoFrame.from_ndarray(np.dstack([seen] * 3), "rgb24")
            picture.pts = n
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def wall(viewer: ViewerPanel, editor: Editor, tmp_path: Path) -> Editor:
    """A wall that goes by, and over it a selected plain clip with a corner pin."""
    info = probe(write_wall(tmp_path / "wall.mkv"))
    length = RATE.time_of(FRAMES)
    project = editor.document.project.with_media(Media("wall", "Wall", str(tmp_path / "wall.mkv"), info))
    assert project.sequence is not None
    tracks = (
        Track("v1", "video", "V1", (Clip("wall", "Wall", MediaUse("wall", info.available), length),)),
        Track("v2", "video", "V2", (Clip("poster", "Poster", Solid("#00ff00"), length),)),
    )
    editor.document.reset(
        project.with_sequence(replace(project.sequence, tracks=tracks)), None, editor.document.data
    )
    editor.state.set("selection", frozenset({"poster"}))
    perform(editor, f"effects.add_{CORNER_PIN}")
    return editor


def corners(editor: Editor, frame: int = 0) -> Corners:
    """Of the poster, in film pixels."""
    film = editor.document.sequence
    assert film is not None
    found = corners_of(layer_at(film.find("poster")[2], RATE.time_of(frame)), (WIDTH, HEIGHT))
    assert found is not None
    return found


def onto_the_wall(viewer: ViewerPanel, editor: Editor) -> Corners:
    """The poster's corners dragged to a place on the wall."""
    place = np.array([[50, 16], [80, 20], [78, 48], [52, 50.0]])
    for before, after in zip(OLD, place, strict=True):
        drag(viewer, tuple(before), tuple(after))
    assert np.allclose(corners(editor), place, atol=0.5)
    return corners(editor)


def follow(editor: Editor, qtbot: QtBot, name: str = "follow_surface") -> None:
    perform(editor, f"effects.{name}")
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)


def test_adding_a_pin_moves_nothing(wall: Editor) -> None:
    assert np.allclose(corners(wall), OLD)
    perform(wall, f"effects.add_{CORNER_PIN}")
    assert wall.document.sequence is not None
    assert len(wall.document.sequence.find("poster")[2].effects) == 1, "one is enough"


def test_a_narrow_picture_keeps_its_format(viewer: ViewerPanel, editor: Editor) -> None:
    assert editor.document.sequence is not None
    editor.document.edit_sequence("Wide", lambda film: replace(film, width=2 * WIDTH, height=HEIGHT))
    editor.state.set("selection", frozenset({"clip"}))
    perform(editor, f"effects.add_{CORNER_PIN}")
    params = editor.document.sequence.find("clip")[2].effects[0].params
    assert (params["top_left_x"], params["bottom_right_x"]) == (25.0, 75.0)
    assert (params["top_left_y"], params["bottom_right_y"]) == (0.0, 100.0)


def test_a_corner_is_dragged_by_itself_in_one_undo_step(viewer: ViewerPanel, wall: Editor) -> None:
    steps = wall.document.undo_stack.count()
    drag(viewer, (WIDTH, HEIGHT), (60, 40))
    assert np.allclose(corners(wall)[2], (60, 40), atol=0.5)
    assert np.allclose(corners(wall)[[0, 1, 3]], OLD[[0, 1, 3]])
    assert wall.document.undo_stack.count() == steps + 1
    wall.document.undo_stack.undo()
    assert np.allclose(corners(wall), OLD)


def test_between_the_corners_all_of_it_is_dragged(viewer: ViewerPanel, wall: Editor) -> None:
    drag(viewer, (40, 30), (50, 24))
    assert np.allclose(corners(wall), OLD + np.array([10, -6]), atol=0.5)


def test_a_locked_track_is_left_alone(viewer: ViewerPanel, wall: Editor) -> None:
    wall.document.edit_sequence("Lock", edits.set_track, "v2", locked=True)
    drag(viewer, (WIDTH, HEIGHT), (60, 40))
    assert np.allclose(corners(wall), OLD)


def test_a_click_picks_the_clip_that_is_seen_there(viewer: ViewerPanel, wall: Editor) -> None:
    onto_the_wall(viewer, wall)
    for place, wanted in (((10.0, 10.0), "wall"), ((65.0, 35.0), "poster")):
        viewer.canvas.grab()
        spot = QPoint(*(round(one) for one in viewer.canvas.view.to_widget(*place)))
        QTest.mouseClick(viewer.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
        assert wall.state.selection == {wanted}


def test_it_goes_along_with_the_wall(viewer: ViewerPanel, wall: Editor, qtbot: QtBot) -> None:
    begin, steps = onto_the_wall(viewer, wall), wall.document.undo_stack.count()
    follow(wall, qtbot)
    for frame in (0, 10, 30, FRAMES - 1):
        assert np.allclose(corners(wall, frame), begin - (PACE * frame, 0), atol=0.6)
    assert wall.document.undo_stack.count() == steps + 1
    assert not wall.notify.waiting


def test_from_here_on_leaves_what_was_before(viewer: ViewerPanel, wall: Editor, qtbot: QtBot) -> None:
    begin = onto_the_wall(viewer, wall)
    wall.state.set("playhead", RATE.time_of(20))
    follow(wall, qtbot, "follow_surface_on")
    assert np.allclose(corners(wall, 40), begin - (PACE * 20, 0), atol=0.6)
    assert np.allclose(corners(wall, 5), begin, atol=0.6)
    follow(wall, qtbot, "follow_surface_back")
    assert np.allclose(corners(wall, 5), begin + np.array([PACE * 15, 0]), atol=0.6)
    assert np.allclose(corners(wall, 40), begin - (PACE * 20, 0), atol=0.6)


def test_a_surface_that_is_lost_is_told_of(viewer: ViewerPanel, wall: Editor, qtbot: QtBot) -> None:
    begin = onto_the_wall(viewer, wall)
    wall.document.edit_sequence("Cut", edits.split, ("wall",), RATE.time_of(10))
    assert wall.document.sequence is not None
    after = wall.document.sequence.tracks[0].items[1]
    assert isinstance(after, Clip)
    wall.document.edit_sequence("Black", edits.set_clip, after.id, enabled=False)
    follow(wall, qtbot)
    assert np.allclose(corners(wall, 9), begin - (PACE * 9, 0), atol=0.6)
    (notice,) = wall.notify.waiting
    assert notice.message == "The surface was lost at 00:00:00:10"


def test_a_film_that_was_changed_meanwhile_is_left_alone(
    viewer: ViewerPanel, wall: Editor, qtbot: QtBot
) -> None:
    begin = onto_the_wall(viewer, wall)
    perform(wall, "effects.follow_surface")
    wall.document.edit_sequence("Fade", edits.set_clip, "wall", opacity=0.5)
    qtbot.waitUntil(lambda: not long_work_of(wall).busy)
    assert np.allclose(corners(wall, 30), begin)
    assert "changed there meanwhile" in wall.notify.waiting[0].message


def test_the_inspector_follows_too(viewer: ViewerPanel, wall: Editor, qtbot: QtBot) -> None:
    begin = onto_the_wall(viewer, wall)
    panel = InspectorPanel(wall)
    qtbot.addWidget(panel)
    panel.show()
    help_text = find_action("effects.follow_surface").help

    def button() -> QAbstractButton | None:
        return next((one for one in panel.findChildren(QAbstractButton) if one.toolTip() == help_text), None)

    qtbot.waitUntil(lambda: button() is not None)
    found = button()
    assert found is not None
    found.click()
    qtbot.waitUntil(lambda: not long_work_of(wall).busy)
    assert np.allclose(corners(wall, 30), begin - (PACE * 30, 0), atol=0.6)


def test_the_playhead_must_be_on_the_clip(wall: Editor) -> None:
    wall.document.edit_sequence("Trim", edits.trim_start, "poster", RATE.time_of(5))
    wall.state.set("playhead", 0)
    with pytest.raises(EditError, match="not at the playhead"):
        find_action("effects.follow_surface").run(wall)


def test_what_cannot_follow_says_why(wall: Editor) -> None:
    wall.state.set("selection", frozenset({"wall"}))
    with pytest.raises(EditError, match="Wall has no corner pin"):
        find_action("effects.follow_surface").run(wall)
    wall.state.set("selection", frozenset({"wall", "poster"}))
    with pytest.raises(EditError, match="several clips"):
        find_action("effects.follow_surface").run(wall)


def test_a_title_can_be_pinned(viewer: ViewerPanel, wall: Editor) -> None:
    wall.document.edit_sequence("Title", edits.set_clip, "poster", content=Title("Open"), effects=())
    perform(wall, f"effects.add_{CORNER_PIN}")
    drag(viewer, (0, 0), (20, 10))
    assert np.allclose(corners(wall)[0], (20, 10), atol=0.5)


def test_a_corner_of_keyframes_sets_one_at_the_playhead(
    viewer: ViewerPanel, wall: Editor, qtbot: QtBot
) -> None:
    onto_the_wall(viewer, wall)
    follow(wall, qtbot)
    wall.state.set("playhead", RATE.time_of(30))
    there = corners(wall, 30)[2]
    drag(viewer, tuple(there), (there[0] + 6, there[1] + 3))
    assert np.allclose(corners(wall, 30)[2], there + np.array([6, 3]), atol=0.5)
    assert wall.document.sequence is not None
    value = wall.document.sequence.find("poster")[2].effects[0].params["bottom_right_x"]
    assert isinstance(value, Keys)
    assert RATE.time_of(30) in {key.time for key in value.keys}
