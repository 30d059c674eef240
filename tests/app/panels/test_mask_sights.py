"""Onion skin and soft mattes in the mask view."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results
from app.panels.viewer import ViewerPanel
from app.playing.mask_sights import beside, mattes_seen, veiled
from core.job import Manifest, write_manifest
from core.media.matte import Labels, write_labels, write_soft
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.project import KeyMask, Media, TrackedObject, TrackedRange
from tests.app.film import HEIGHT, WIDTH
from tests.cuts import media as film_media


def square(left: int) -> Labels:
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[20:40, left : left + 20] = 1
    return labels


@pytest.fixture
def masks(viewer: ViewerPanel, editor: Editor) -> ViewerPanel:
    """Key masks on frames 0 and 8 at 0 and 40; frames 0 to 9 are tracked at 20, with half-soft mattes."""
    viewer.show_masks()
    data = editor.document.data
    assert data is not None
    for frame, left in ((0, 0), (8, 40)):
        name = write_key_mask(data, "media", frame, square(left))
        editor.document.edit("Draw", mask_edits.with_key_mask, "media", frame, name, 1)
    folder = results_folder(data) / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    (folder / "soft" / "1").mkdir(parents=True)
    for frame in range(10):
        write_labels(folder / "masks" / f"{frame:05d}.png", square(20))
        write_soft(folder / "soft" / "1" / f"{frame:05d}.png", square(20) * np.float32(0.5))
    track_results.attach_folder(editor, "media", folder)
    return viewer


def test_neighbours_are_the_key_masks_else_the_next_tracked_frame(
    editor: Editor, viewer: ViewerPanel
) -> None:
    known = editor.document.project.find_media("media")

    def media(keys: tuple[int, ...], track: TrackedRange | None = None) -> Media:
        return Media(
            "m", "m", "m", known.info, key_masks=tuple(KeyMask(key, "k") for key in keys), track=track
        )

    assert beside(media((2, 5, 9)), 5) == (2, 9)
    assert beside(media((5,)), 5) == (None, None)
    track = TrackedRange("a" * 32, 3, 7)
    assert beside(media((), track), 5) == (4, 6)
    assert beside(media((), track), 3) == (None, 4) and beside(media((), track), 7) == (6, None)
    assert beside(media((0,), track), 5) == (0, 6)


def test_onion_skin_shows_the_object_before_and_after(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("media_frame", 4)
    trigger(editor, find_action("mask.onion"))
    qtbot.waitUntil(lambda: masks.onion.overlays[0].labels is not None)
    shown = [overlay.labels for overlay in masks.onion.overlays]
    assert np.array_equal(shown[0], square(0)) and np.array_equal(shown[1], square(40))
    assert not masks.canvas.grab().isNull()
    trigger(editor, find_action("mask.onion"))
    qtbot.waitUntil(lambda: masks.onion.overlays[0].labels is None)


def test_the_matte_look_shows_the_soft_edge_until_it_is_drawn_on(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("media_frame", 4)
    trigger(editor, find_action("mask.look_matte"))

    def seen() -> int:
        x, y = masks.canvas.view.to_widget(30, 30)
        return masks.canvas.grab().toImage().pixelColor(round(x), round(y)).red()

    qtbot.waitUntil(lambda: abs(seen() - 128) < 3)
    assert masks.masks.begin(5, 5, add=True)
    assert seen() == 255, "what is drawn has hard edges"
    masks.masks.cancel()
    editor.document.edit("Hide", mask_edits.change_object, "media", 1, visible=False)
    qtbot.waitUntil(lambda: seen() == 0)


def test_a_key_mask_is_soft_once_it_was_tracked_from(
    masks: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("media_frame", 8)
    editor.state.set("mask_look", "matte")
    qtbot.waitUntil(lambda: masks.canvas.picture is not None and masks.canvas.picture.show.mattes == (1,))
    assert masks.canvas.picture is not None and masks.canvas.picture.matte is None
    data, media = editor.document.data, editor.document.project.find_media("media")
    assert data is not None
    files = {str(key.frame): str(data / "key_masks" / key.file) for key in media.key_masks}
    write_manifest(
        results_folder(data) / ("a" * 32), Manifest("track", 1, {"key_masks": files}, {}, complete=True)
    )
    editor.player.refresh()
    qtbot.waitUntil(lambda: masks.canvas.picture is not None and masks.canvas.picture.matte is not None)


def test_a_painted_frame_shows_its_neighbours_faintly() -> None:
    pictures = {n: np.full((2, 2, 3), 10 * n, np.uint8) for n in range(20)}
    assert np.array_equal(veiled(pictures[0], 0, 3, pictures.__getitem__), pictures[0])
    assert veiled(pictures[10], 10, 20, pictures.__getitem__)[0, 0, 0] == pytest.approx(
        (60 * 0.25 + 100 * 0.75) * 0.75 + 140 * 0.25, abs=1
    )


def test_soft_mattes_are_read_for_the_looks_that_show_them_and_of_what_is_seen(editor: Editor) -> None:
    objects = tuple(
        TrackedObject(label, f"Object {label}", "#ff0000", visible=label != 2) for label in (1, 2, 3)
    )
    media = replace(film_media("media"), objects=objects)
    state = editor.state
    state.set("label", 3)
    assert mattes_seen(state, media) == ()
    state.set("mask_look", "matte")
    assert mattes_seen(state, media) == (1, 3)
    state.set("solo", True)
    assert mattes_seen(state, media) == (3,)
