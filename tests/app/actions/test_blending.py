"""How clips mix, or cut what lies below, from the menu and the inspector."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.actions.registry import all_actions, find_action, perform
from app.editor import Editor
from app.panels.inspector import InspectorPanel
from app.panels.viewer import ViewerPanel
from core.errors import EditError
from core.timeline.model import BLEND_MODES, MATTE_MODES, Clip, Solid, Track
from tests.app.film import HEIGHT, WIDTH, level
from tests.app.panels.conftest import viewer as viewer


@pytest.fixture
def titled(viewer: ViewerPanel, editor: Editor) -> Editor:
    """The small film, and over it a selected plain clip of half its size."""
    film = editor.document.sequence
    assert film is not None
    over = Clip("over", "Over", Solid("#ffffff"), film.tracks[0].items[0].duration, scale=0.5)
    tracks = (*film.tracks, Track("v2", "video", "V2", (over,)))
    editor.document.edit_sequence("Over", lambda known: replace(known, tracks=tracks))
    editor.state.set("selection", frozenset({"over"}))
    return editor


def blend(editor: Editor) -> str:
    assert editor.document.sequence is not None
    return editor.document.sequence.find("over")[2].blend


def test_there_is_a_command_for_every_way(titled: Editor) -> None:
    commands = [action for action in all_actions() if action.id.startswith("clip.blend_")]
    assert len(commands) == len(BLEND_MODES) + len(MATTE_MODES)
    for action in commands:
        action.run(titled)
        assert action.title.lower() == blend(titled)
        assert [one for one in commands if one.checked and one.checked(titled)] == [action]
    titled.document.undo_stack.undo()
    assert blend(titled) != commands[-1].title.lower()


def test_a_stencil_is_seen_in_the_viewer(titled: Editor, viewer: ViewerPanel, qtbot: QtBot) -> None:
    perform(titled, "clip.blend_stencil")

    def inside_and_outside() -> tuple[int, int]:
        shown = viewer.canvas.picture
        assert shown is not None
        pixels = np.asarray(shown.pixels)
        high, wide = pixels.shape[:2]
        return int(pixels[high // 2, wide // 2, 1]), int(pixels[2, 2, 1])

    qtbot.waitUntil(lambda: inside_and_outside() == (level(0), 0))


def test_the_inspector_offers_them_all(titled: Editor, qtbot: QtBot) -> None:
    panel = InspectorPanel(titled)
    qtbot.addWidget(panel)
    panel.show()

    def choice() -> QComboBox | None:
        boxes = panel.findChildren(QComboBox)
        return next((one for one in boxes if one.accessibleName() == "Blend mode"), None)

    qtbot.waitUntil(lambda: choice() is not None)
    box = choice()
    assert box is not None
    place = box.findData("silhouette by brightness")
    box.setCurrentIndex(place)
    box.activated.emit(place)
    assert blend(titled) == "silhouette by brightness"


def test_sound_does_not_mix_so(titled: Editor) -> None:
    titled.state.set("selection", frozenset())
    with pytest.raises(EditError, match="no picture"):
        find_action("clip.blend_screen").run(titled)


def test_the_size_of_the_film(titled: Editor) -> None:
    film = titled.document.sequence
    assert film is not None
    project = titled.document.project
    assert project.picture_size(film, film.find("over")[2]) == (WIDTH, HEIGHT)
    assert project.picture_size(replace(film, width=7), film.find("clip")[2]) == (WIDTH, HEIGHT)
    assert project.picture_size(replace(film, width=7), film.find("over")[2]) == (7, HEIGHT)
