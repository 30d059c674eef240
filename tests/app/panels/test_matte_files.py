"""Mattes as videos and soft PNGs: out, and back in as a track of the object in hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import matte_files, track_results
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from core.errors import Cancelled, MediaError
from core.media.matte import MaskFolder, read_confidences, write_labels, write_soft
from core.media.matte_video import read_matte_video, write_matte_video
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.time import FrameRate
from tests.app.film import FRAMES, HEIGHT, RATE, WIDTH, media


def soft(left: int) -> np.ndarray:
    matte = np.zeros((HEIGHT, WIDTH), np.float32)
    matte[20:40, left : left + 20] = 1.0
    matte[20:40, left + 20] = 0.4
    return matte


@pytest.fixture
def panel(objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor) -> ObjectsPanel:
    """Object 1 is tracked in frames 0 to 5, drawn on 0; object 2 is in hand."""
    data = editor.document.data
    assert data is not None
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[:10, :10] = 1
    folder = results_folder(data) / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    for frame in range(6):
        write_labels(folder / "masks" / f"{frame:05d}.png", labels)
    (folder / "soft" / "1").mkdir(parents=True)
    write_soft(folder / "soft" / "1" / "00003.png", np.full((HEIGHT, WIDTH), 0.6, np.float32))
    (folder / "confidence.json").write_text('{"3":{"1":0.5}}')
    name = write_key_mask(data, "media", 0, labels)
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", 0, name, 1)
    track_results.attach_folder(editor, "media", folder)
    viewer.show_masks()
    editor.state.set("label", 2)
    return objects


def result(editor: Editor) -> Path:
    track, data = media(editor).track, editor.document.data
    assert track is not None and data is not None
    return results_folder(data) / track.key


def wait(editor: Editor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)


def test_a_video_comes_in_beside_the_other_objects(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "matte.mkv"
    write_matte_video(path, [soft(30)] * 4, size=(WIDTH, HEIGHT), rate=RATE)
    editor.state.set("media_frame", 2)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
    trigger(editor, find_action("mask.import_video"))
    wait(editor, qtbot)
    track = media(editor).track
    assert track is not None and (track.first, track.last) == (0, 5)
    assert [known.label for known in media(editor).objects] == [1, 2]
    folder = MaskFolder(result(editor))
    labels = folder.labels(3)
    assert (labels[5, 5], labels[30, 35], labels[30, 50]) == (1, 2, 0)
    assert folder.soft(3, 2)[30, 50] == pytest.approx(0.4, abs=0.01)
    assert folder.soft(3, 1)[0, 0] == pytest.approx(0.6, abs=0.01), "the other object keeps its own"
    assert not (folder.labels(1) == 2).any(), "before the video begins"
    assert read_confidences(result(editor))[3] == {1: 0.5, 2: 1.0}
    assert editor.document.undo_stack.undoText() == "Import mattes"
    editor.document.undo_stack.undo()
    assert media(editor).track is not None and [known.label for known in media(editor).objects] == [1]


def test_a_folder_of_soft_pngs_comes_in(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "in").mkdir()
    for frame in (1, 8):
        write_soft(tmp_path / "in" / f"{frame:05d}.png", soft(30) if frame == 1 else 0.2 * soft(30))
    panel.files.import_mattes(tmp_path / "in")
    wait(editor, qtbot)
    track = media(editor).track
    assert track is not None and (track.first, track.last) == (0, 8)
    folder = MaskFolder(result(editor))
    assert folder.soft(1, 2)[30, 50] == pytest.approx(0.4, abs=0.01)
    assert folder.soft(8, 2)[30, 35] == pytest.approx(0.2, abs=0.01), "a faint one is soft too"


@pytest.mark.parametrize("kind", ["folder", "video"])
def test_mattes_of_a_proxy_are_scaled(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot, kind: str
) -> None:
    half = soft(30)[::2, ::2]
    path = tmp_path / "in"
    if kind == "folder":
        path.mkdir()
        write_soft(path / "00001.png", half)
    else:
        path = tmp_path / "in.mkv"
        write_matte_video(path, [half] * FRAMES, size=(WIDTH // 2, HEIGHT // 2), rate=FrameRate(25))
    panel.files.import_mattes(path)
    wait(editor, qtbot)
    matte = MaskFolder(result(editor)).soft(1, 2)
    assert matte.shape == (HEIGHT, WIDTH)
    assert matte[30, 40] == pytest.approx(1, abs=0.02) and matte[30, 70] == 0


def test_what_does_not_fit_is_refused(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "matte.mkv"
    write_matte_video(path, [soft(30)] * 4, size=(WIDTH, HEIGHT), rate=FrameRate(25))
    editor.state.set("media_frame", FRAMES - 2)
    panel.files.import_mattes(path)
    wait(editor, qtbot)
    assert "goes past the clip's end" in editor.notify.waiting[-1].message
    (tmp_path / "empty").mkdir()
    panel.files.import_mattes(tmp_path / "empty")
    wait(editor, qtbot)
    assert "no PNG mattes" in editor.notify.waiting[-1].message
    with pytest.raises(MediaError):
        data = editor.document.data
        assert data is not None
        matte_files.import_mattes(data, media(editor), tmp_path / "not.mkv", 1, 0, FRAMES, lambda part: True)


def test_the_object_goes_out_as_a_video(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor.state.set("label", 1)
    chosen = (str(tmp_path / "out"), "FFV1, grey, lossless (*.mkv)")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: chosen)
    trigger(editor, find_action("mask.export_video"))
    wait(editor, qtbot)
    found = dict(read_matte_video(tmp_path / "out.mkv", size=(WIDTH, HEIGHT), frames=FRAMES))
    assert len(found) == FRAMES
    assert (found[0][5, 5], found[0][30, 30], found[20].max()) == (1, 0, 0)
    assert found[3][30, 30] == pytest.approx(0.6, abs=0.01), "soft where it was tracked so"
    assert f"{FRAMES} frames written" in editor.notify.waiting[-1].message


def test_it_can_be_stopped(panel: ObjectsPanel, editor: Editor, tmp_path: Path) -> None:
    data = editor.document.data
    assert data is not None
    with pytest.raises(Cancelled):
        matte_files.export_video(data, media(editor), tmp_path / "a.mkv", 1, FRAMES, lambda part: part < 0.5)
    assert [path.name for path in tmp_path.glob("*.mkv")] == ["clip.mkv"]
