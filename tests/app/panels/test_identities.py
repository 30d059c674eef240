"""Which object is which: swapped, merged and split, in track, key masks, verdicts and effects, with undo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.dialogs.identities import IdentitiesDialog
from app.editor import Editor
from app.masks import track_results
from app.masks.identities import Made, make, start, with_identities
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from app.threads.long_work import long_work_of
from core.errors import EditError
from core.media.identities import Merge, Part, Split, Swap
from core.media.matte import Labels, MaskFolder, write_labels
from core.project import mask_edits
from core.project.key_masks import read_key_mask, write_key_mask
from core.project.paths import results_folder
from core.project.project import Media, Verdict
from core.timeline import edits
from core.timeline.effects import new_effect
from core.timeline.model import MatteUse
from tests.app.film import HEIGHT, WIDTH, media


def two() -> Labels:
    """Object 1 on the left in two parts, object 2 on the right."""
    labels = np.zeros((HEIGHT, WIDTH), np.uint8)
    labels[5:15, 5:25] = 1
    labels[40:60, 5:25] = 1
    labels[20:40, 60:80] = 2
    return labels


@pytest.fixture
def panel(objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> ObjectsPanel:
    """Frames 0 to 4 are tracked, with a key mask at 0 and at 3; object 1 in hand."""
    data = editor.document.data
    assert data is not None
    folder = results_folder(data) / ("a" * 32)
    (folder / "masks").mkdir(parents=True)
    for frame in range(5):
        write_labels(folder / "masks" / f"{frame:05d}.png", two())
    (folder / "confidence.json").write_text('{"0":{"1":1.0,"2":1.0},"4":{"1":0.5,"2":0.9}}')
    files = {frame: write_key_mask(data, "media", frame, two()) for frame in (0, 3)}
    editor.document.edit("Draw", mask_edits.with_masks, "media", files, [1, 2])
    track_results.attach_folder(editor, "media", folder)
    viewer.show_masks()
    editor.document.undo_stack.clear()
    return objects


def tracked(editor: Editor, frame: int) -> Labels:
    track, data = media(editor).track, editor.document.data
    assert track is not None and data is not None
    return MaskFolder(results_folder(data) / track.key).labels(frame)


def drawn(editor: Editor, frame: int) -> Labels:
    assert editor.document.data is not None
    return read_key_mask(
        editor.document.data, next(key for key in media(editor).key_masks if key.frame == frame)
    )


def wait(editor: Editor, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not long_work_of(editor).busy)


def test_a_swap_from_here_on(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.document.edit("Say", mask_edits.with_verdict, "media", Verdict(1, 4, (1, 1, 9, 9), True))
    editor.state.set("media_frame", 2)
    dialog = IdentitiesDialog(editor, "swap", media(editor))
    qtbot.addWidget(dialog)
    assert [dialog.other.itemText(row) for row in range(dialog.other.count())] == ["Object 2"]
    dialog.ranges["from"].setChecked(True)
    dialog.accept()
    assert not find_action("mask.swap").enabled(editor), "one at a time"
    wait(editor, qtbot)
    assert (tracked(editor, 1)[10, 10], tracked(editor, 4)[10, 10], tracked(editor, 4)[30, 70]) == (1, 2, 1)
    assert (drawn(editor, 0)[10, 10], drawn(editor, 3)[10, 10]) == (1, 2)
    assert media(editor).verdicts[0].label == 2
    assert editor.document.undo_stack.undoText() == "Swap objects"
    editor.document.undo_stack.undo()
    assert (tracked(editor, 4)[10, 10], drawn(editor, 3)[10, 10], media(editor).verdicts[0].label) == (
        1,
        1,
        1,
    )


def test_after_a_merge_the_whole_is_in_hand(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.state.set("label", 2)
    start(editor, Merge(2, 1))
    wait(editor, qtbot)
    assert editor.state.label == 1, "the next stroke must not bring back what was merged away"
    assert panel.objects.currentItem() is panel.objects.item(0)


def test_a_removed_object_leaves_the_masks_too(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.state.set("label", 2)
    editor.document.edit("Say", mask_edits.with_verdict, "media", Verdict(2, 4, (1, 1, 9, 9), True))
    panel.remove.click()
    wait(editor, qtbot)
    assert set(np.unique(tracked(editor, 2))) == {0, 1} and set(np.unique(drawn(editor, 0))) == {0, 1}
    assert [known.label for known in media(editor).objects] == [1] and media(editor).verdicts == ()
    assert editor.state.label == 1
    assert editor.document.undo_stack.undoText() == "Remove object"
    editor.document.undo_stack.undo()
    assert set(np.unique(tracked(editor, 2))) == {0, 1, 2} and len(media(editor).verdicts) == 1
    editor.document.undo_stack.redo()
    panel.remove.click()
    wait(editor, qtbot)
    assert (media(editor).objects, media(editor).track, media(editor).key_masks) == ((), None, ())


def test_effects_on_a_removed_object_are_told_of(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    for label in (1, 2):
        blur = new_effect("blur", MatteUse(label))
        editor.document.edit_sequence(
            "Blur", lambda film, blur=blur: edits.set_clip(film, "clip", effects=(blur,))
        )
    editor.state.set("label", 2)
    panel.remove.click()
    wait(editor, qtbot)
    assert [notice.message for notice in editor.notify.waiting] == [
        "1 effect is limited to Object 2, which is gone"
    ]


def test_an_object_that_was_never_drawn_goes_without_touching_the_track(
    panel: ObjectsPanel, editor: Editor, qtbot: QtBot
) -> None:
    before = media(editor)
    panel.add.click()
    assert editor.state.label == 3
    panel.remove.click()
    wait(editor, qtbot)
    assert media(editor) == before and editor.state.label == 2


def test_a_merge_takes_the_effects_along(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    sequence = editor.document.sequence
    assert sequence is not None
    blur = new_effect("blur", MatteUse(1))
    editor.document.edit_sequence("Blur", lambda film: edits.set_clip(film, "clip", effects=(blur,)))
    dialog = IdentitiesDialog(editor, "merge", media(editor))
    qtbot.addWidget(dialog)
    dialog.accept()
    wait(editor, qtbot)
    assert set(np.unique(tracked(editor, 2))) == {0, 2} and set(np.unique(drawn(editor, 0))) == {0, 2}
    assert [known.label for known in media(editor).objects] == [2]
    assert editor.document.sequence is not None
    matte = editor.document.sequence.find("clip")[2].effects[0].matte
    assert matte is not None and matte.label == 2
    editor.document.undo_stack.undo()
    assert [known.label for known in media(editor).objects] == [1, 2]


def test_a_split_makes_an_object(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    editor.state.set("media_frame", 2)
    dialog = IdentitiesDialog(editor, "split", media(editor))
    qtbot.addWidget(dialog)
    assert dialog.edit() == Split(1, 3, 2, -1)
    dialog.ranges["to"].setChecked(True)
    assert dialog.edit() == Split(1, 3, 0, 2)
    dialog.other.setCurrentIndex(1)
    assert dialog.edit() == Split(1, 2, 0, 2)
    dialog.other.setCurrentIndex(0)
    dialog.accept()
    wait(editor, qtbot)
    assert [known.label for known in media(editor).objects] == [1, 2, 3]
    assert (tracked(editor, 2)[10, 10], tracked(editor, 3)[10, 10]) == (3, 1)


def test_a_part_is_split_off_by_a_click(
    panel: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: viewer.masks.labels is not None)
    said: list[str] = []
    editor.notify.said.connect(said.append)
    trigger(editor, find_action("mask.split_part"))
    assert viewer.pick.waiting and "Click on the part" in said[-1]
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert not viewer.pick.waiting and said[-1] == ""
    trigger(editor, find_action("mask.split_part"))
    x, y = viewer.canvas.view.to_widget(15.5, 50.5)
    qtbot.mouseClick(viewer.canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    wait(editor, qtbot)
    assert (tracked(editor, 4)[50, 15], tracked(editor, 4)[10, 10]) == (3, 1)
    assert drawn(editor, 3)[50, 15] == 3
    assert media(editor).objects[-1].label == 3


def test_what_changed_meanwhile_is_not_overwritten(panel: ObjectsPanel, editor: Editor) -> None:
    data = editor.document.data
    assert data is not None
    made = make(data, media(editor), Swap(1, 2))
    editor.document.edit("Clear", mask_edits.without_masks, "media")
    with pytest.raises(EditError, match="meanwhile"):
        with_identities(editor.document.project, "media", made)


def test_a_project_that_moved_meanwhile_is_left_alone(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path, qtbot: QtBot
) -> None:
    before = editor.document.project
    start(editor, Swap(1, 2))
    editor.document.data = tmp_path / "elsewhere"
    wait(editor, qtbot)
    assert editor.document.project == before
    assert "saved elsewhere" in editor.notify.waiting[-1].message


def test_without_a_track_the_key_masks_change_alone(
    panel: ObjectsPanel, editor: Editor, tmp_path: Path
) -> None:
    data = editor.document.data
    assert data is not None
    editor.document.edit("Untrack", lambda project: project.with_media(untracked(project.media[0])))
    made: Made = make(data, media(editor), Merge(1, 2))
    assert made.track is None and set(made.files) == {0, 3}
    with pytest.raises(EditError, match="not tracked"):
        make(data, media(editor), Part(1, 3, 0, 10, 10))


def untracked(known: Media) -> Media:
    from msgspec.structs import replace

    return replace(known, track=None)


def test_the_button_and_the_context_menu_offer_it(panel: ObjectsPanel, editor: Editor) -> None:
    menu = panel.who.menu()
    menu.aboutToShow.emit()
    assert [action.isEnabled() for action in menu.actions()] == [True] * 4
    editor.state.set("label", 9)
    menu.aboutToShow.emit()
    assert not menu.actions()[0].isEnabled()
    assert "Merge into another object…" in [action.text() for action in panel.who.new_menu(panel).actions()]


def test_commands_open_the_dialog(panel: ObjectsPanel, editor: Editor, qtbot: QtBot) -> None:
    shown: list[IdentitiesDialog] = []
    editor.show_dialog = shown.append  # type: ignore[method-assign,assignment]
    for kind in ("swap", "merge", "split"):
        trigger(editor, find_action(f"mask.{kind}"))
    for dialog in shown:
        qtbot.addWidget(dialog)
    assert [dialog.windowTitle() for dialog in shown] == ["Swap objects", "Merge objects", "Split object"]
    assert not shown[1].ranges["from"].isVisibleTo(shown[1])
