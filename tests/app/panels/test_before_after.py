"""The film without effects in the viewer: all of it, or the left half beside the right half with them."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from core.timeline import edits
from core.timeline.effects import new_effect
from tests.app.film import level


def halves(viewer: ViewerPanel) -> tuple[int, int]:
    """Grey levels left and right in the picture of the viewer."""
    picture = viewer.canvas.picture
    assert picture is not None
    middle = picture.pixels.shape[1] // 2
    return int(picture.pixels[5, middle - 5, 0]), int(picture.pixels[5, middle + 5, 0])


def test_what_effects_do_is_seen_beside_the_picture_without_them(
    viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("playhead", 20 * editor.player.rate.frame_ticks)
    plain = level(20)
    bright = new_effect("colour", exposure=1.0)
    editor.document.edit_sequence("Brighter", lambda film: edits.set_clip(film, "clip", effects=(bright,)))
    qtbot.waitUntil(lambda: halves(viewer)[1] > plain + 20)
    lit = halves(viewer)[1]

    compare, without = find_action("viewer.before_after"), find_action("viewer.bare")
    compare.run(editor)
    qtbot.waitUntil(lambda: np.allclose(halves(viewer), (plain, lit), atol=2))
    assert compare.checked is not None and compare.checked(editor)
    assert "left without effects" in viewer.top.title.words

    without.run(editor)
    qtbot.waitUntil(lambda: np.allclose(halves(viewer), (plain, plain), atol=2))
    assert not compare.checked(editor)

    without.run(editor)
    qtbot.waitUntil(lambda: np.allclose(halves(viewer), (lit, lit), atol=2))
    assert "without effects" not in viewer.top.title.words
