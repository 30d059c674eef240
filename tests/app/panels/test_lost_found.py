"""Lost and found: gaps and appearances are listed, accepted, refused, and asked of the next tracking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results, tracking
from app.masks.found_again import Entry, crop, entries
from app.masks.track_records import TrackRecord, records_of
from app.panels.lost_found import SIZE, LostFoundPanel
from app.panels.viewer import ViewerPanel
from core.media.appearances import Appearance, Appearances, ObjectHistory, write_appearances
from core.media.matte import write_labels
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.project import Media, Verdict
from tests.app.film import HEIGHT, WIDTH, level, media

FOUND = Appearance(7, 7, 9, 0.9, (10, 10, 20, 20), "found")
GUESS = Appearance(5, 5, 5, 0.3, (50, 10, 20, 20), "candidate")
TOLD = Appearances({1: ObjectHistory(((4, 6),), (GUESS, FOUND))}, ())


@pytest.fixture
def panel(viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> Iterator[LostFoundPanel]:
    """Object 1 is missing in frames 4 to 6 of 10, with a guess at 5, and was found at 7."""
    data = editor.document.data
    assert data is not None
    labels = np.ones((HEIGHT, WIDTH), np.uint8)
    name = write_key_mask(data, "media", 0, labels)
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", 0, name, 1)
    folder = results_folder(data) / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    for frame in range(10):
        write_labels(folder / "masks" / f"{frame:05d}.png", labels)
    write_appearances(folder, TOLD)
    made = LostFoundPanel(editor)
    editor.add_panel(made)
    made.show()
    viewer.show_masks()
    track_results.attach_folder(editor, "media", folder)
    qtbot.waitUntil(lambda: records_of(editor).of(media(editor)) is not None)
    yield made
    made.close()
    made.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def listed(panel: LostFoundPanel) -> list[str]:
    return [panel.list.item(row).text().replace("\n", " | ") for row in range(panel.list.count())]


def test_gaps_and_appearances_are_listed_in_order(panel: LostFoundPanel) -> None:
    assert listed(panel) == [
        "Missing | 4 to 6 · 3 frames",
        "Seen at 5 · only a guess | 30% · 5 to 5",
        "Seen at 7 · found | 90% · 7 to 9",
    ]
    assert panel.about.text() == "Missing in 3 frames"
    assert not panel.yes.isEnabled() and panel.again.isEnabled()


def test_choosing_leads_to_the_frame(panel: LostFoundPanel, editor: Editor, viewer: ViewerPanel) -> None:
    panel.list.setCurrentRow(2)
    panel.list.itemActivated.emit(panel.list.item(2))
    assert editor.state.media_frame == 7
    assert not viewer.canvas.grab().isNull(), "with its box"
    assert panel.no.isEnabled() and panel.yes.isEnabled() and not panel.open.isEnabled()
    panel.list.setCurrentRow(0)
    assert not panel.no.isEnabled()


def test_a_word_is_an_edit_and_part_of_the_question(panel: LostFoundPanel, editor: Editor) -> None:
    panel.list.setCurrentRow(1)
    panel.yes.click()
    assert media(editor).verdicts == (Verdict(1, 5, GUESS.box, True),)
    assert "accepted, track again" in listed(panel)[1]
    assert panel.list.currentRow() == 1, "the list stays where it was"
    asked, _ = tracking.whole_again(None, Path("data"), media(editor))
    assert asked["verdicts"][0]["accept"] is True
    trigger(editor, find_action("mask.found_no"))
    assert media(editor).verdicts == (Verdict(1, 5, GUESS.box, False),)
    assert "refused" in listed(panel)[1] and "again" not in listed(panel)[1]
    panel.open.click()
    assert media(editor).verdicts == ()
    for _ in range(3):
        editor.document.undo_stack.undo()
    assert media(editor).verdicts == ()
    editor.document.undo_stack.redo()
    assert media(editor).verdicts[0].accept


def test_pictures_wait_until_the_file_is_found(panel: LostFoundPanel, editor: Editor) -> None:
    panel._asked.clear()
    here = media(editor)
    editor.document.edit("Lose", lambda project: project.with_media(replace(here, missing=True)))
    assert len(listed(panel)) == 3 and not panel._asked
    editor.document.undo_stack.undo()
    assert len(panel._asked) == 2


def test_refusing_what_was_found_waits_for_the_next_tracking(panel: LostFoundPanel, editor: Editor) -> None:
    panel.list.setCurrentRow(2)
    trigger(editor, find_action("mask.found_no"))
    assert panel.about.text().endswith("1 to track again for")


def test_tracking_again_hears_the_words(
    panel: LostFoundPanel, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[dict[str, object], dict[str, object]]] = []
    monkeypatch.setattr(
        editor.jobs,
        "submit",
        lambda job, title, parameters, inputs, **known: asked.append((parameters, known)),
    )
    panel.list.setCurrentRow(1)
    panel.yes.click()
    panel.search.setChecked(False)
    panel.again.click()
    parameters, known = asked[0]
    assert parameters["reidentify"] is False
    assert len(parameters["verdicts"]) == 1  # type: ignore[arg-type]
    assert known["context"] == {"media": "media", "proposal": True}


def test_words_whose_appearance_is_gone_can_be_taken_back() -> None:
    one = Media("m", "m", "m", None, verdicts=(Verdict(1, 30, (1, 1, 5, 5), True),))  # type: ignore[arg-type]
    assert entries(None, one, 1) == [Entry(30, 30, 30, (1, 1, 5, 5), "accepted", pending=True)]
    assert entries(None, one, 2) == []


def test_a_word_taken_back_after_tracking_waits_too() -> None:
    heard = ObjectHistory((), (Appearance(3, 3, 4, 0.5, (1, 1, 5, 5), "refused"),))
    record = TrackRecord(0, 9, {}, Appearances({1: heard}))
    (entry,) = entries(record, Media("m", "m", "m", None), 1)  # type: ignore[arg-type]
    assert (entry.state, entry.pending) == ("candidate", False)


def test_thumbnails_are_made_beside_the_window(panel: LostFoundPanel, qtbot: QtBot) -> None:
    def shade() -> int:
        picture: QImage = panel.list.item(2).icon().pixmap(*SIZE).toImage()
        return picture.pixelColor(SIZE[0] // 2, SIZE[1] // 2).red()

    qtbot.waitUntil(lambda: abs(shade() - level(7)) < 3)


def test_a_crop_keeps_its_shape_and_stays_inside() -> None:
    frame = np.zeros((40, 60, 3), np.uint8)
    frame[:, :30] = 200
    wide = crop(frame, (50, 30, 30, 30), (88, 58))
    assert wide.shape[1] <= 88 and wide.shape[0] <= 58
    assert crop(frame, (100, 100, 5, 5), (88, 58)).shape == (58, 88, 3)
    assert crop(frame, (0, 0, 20, 20), (88, 58))[5, 5, 0] == 200


def test_the_list_follows_the_object_in_hand(panel: LostFoundPanel, editor: Editor) -> None:
    editor.document.edit("Add", mask_edits.add_object, "media")
    editor.state.set("label", 2)
    assert listed(panel) == [] and "every frame" in panel.about.text()
    editor.state.set("view", "sequence")
    assert "Turn to Masks" in panel.about.text()
    assert panel.list.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_looking_for_it_follows_the_settings(panel: LostFoundPanel, editor: Editor) -> None:
    assert panel.search.isChecked()
    editor.keep_setting("reidentify", False)  # as the dialog does
    assert not panel.search.isChecked()
