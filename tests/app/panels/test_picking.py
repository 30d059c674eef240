"""Colours taken from the picture by a click."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from core.time import TICKS_PER_SECOND
from core.timeline import edits
from core.timeline.model import Clip, Solid
from tests.app.film import HEIGHT, WIDTH

Show = Callable[[str], None]


@pytest.fixture
def show(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> Show:
    """Makes the whole film one colour, selects its clip, and waits until the viewer shows it."""

    def shown(colour: str) -> None:
        change = edits.set_clip
        editor.document.edit_sequence("x", change, "clip", content=Solid(colour))
        editor.state.set("selection", frozenset({"clip"}))
        editor.state.set("playhead", TICKS_PER_SECOND // 5)
        qtbot.waitUntil(lambda: near(seen(viewer), QColor(colour)))

    return shown


def seen(viewer: ViewerPanel) -> QColor:
    picture = viewer.canvas.picture
    return picture.image.pixelColor(picture.image.rect().center()) if picture is not None else QColor()


def near(one: QColor, other: QColor) -> bool:
    return max(abs(a - b) for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)) <= 3


def click(viewer: ViewerPanel) -> None:
    x, y = viewer.canvas.view.to_widget(WIDTH / 2, HEIGHT / 2)
    QTest.mouseClick(
        viewer.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(round(x), round(y))
    )


def clip(editor: Editor) -> Clip:
    assert editor.document.sequence is not None
    return editor.document.sequence.find("clip")[2]


def test_a_click_gives_an_effect_its_hue(viewer: ViewerPanel, editor: Editor, show: Show) -> None:
    show("#2040c0")
    editor.document.edit_sequence("x", edits.add_effect, "clip", "selective")
    trigger(editor, find_action("effects.pick_hue"))
    assert viewer.pick.waiting
    click(viewer)
    assert clip(editor).effects[0].params["hue"] == pytest.approx(QColor("#2040c0").hsvHueF() * 360, abs=2)
    assert not viewer.pick.waiting
    editor.document.undo_stack.undo()
    assert clip(editor).effects[0].params["hue"] == 0


def test_grey_has_no_hue(viewer: ViewerPanel, editor: Editor, show: Show) -> None:
    show("#808080")
    trigger(editor, find_action("effects.pick_hue"))
    assert not viewer.pick.waiting and editor.notify.waiting, "there is no effect to pick it for"
    editor.document.edit_sequence("x", edits.add_effect, "clip", "key")
    before = clip(editor)
    trigger(editor, find_action("effects.pick_hue"))
    click(viewer)
    assert clip(editor) == before


def test_what_should_be_grey_becomes_grey(
    viewer: ViewerPanel, editor: Editor, show: Show, qtbot: QtBot
) -> None:
    show("#a08a70")
    trigger(editor, find_action("effects.balance"))
    click(viewer)
    qtbot.waitUntil(lambda: seen(viewer).hsvSaturationF() < 0.02)
    assert [one.kind for one in clip(editor).effects] == ["colour", "hue"]
    trigger(editor, find_action("effects.balance"))
    click(viewer)
    assert len(clip(editor).effects) == 2, "the effects that are there are set again"


def test_the_clip_may_be_gone_before_the_click(viewer: ViewerPanel, editor: Editor, show: Show) -> None:
    show("#2040c0")
    editor.document.edit_sequence("x", edits.add_effect, "clip", "key")
    trigger(editor, find_action("effects.pick_hue"))
    editor.document.edit_sequence("x", edits.lift, "clip")
    click(viewer)
    assert not viewer.pick.waiting
