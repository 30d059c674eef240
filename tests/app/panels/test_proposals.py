"""A new tracking beside the old one: what changes is told and shown, accepted or discarded, and can be undone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from app.actions.registry import find_action, trigger
from app.editor import Editor
from app.masks import track_results, tracking
from app.masks.object_list import WORST
from app.masks.proposals import Proposals, proposals_of
from app.panels.objects import ObjectsPanel
from app.panels.viewer import ViewerPanel
from core.errors import EditError
from core.job import Manifest, write_manifest
from core.media.mask_changes import GAINED, LOST, Change, compare
from core.project import mask_edits
from core.project.key_masks import write_key_mask
from core.project.paths import results_folder
from core.project.placing import without_media
from core.project.project import new_project
from core.project.results import used_keys
from tests.app.film import FRAMES, media
from tests.squares import square, write_result

OLD, NEW = "a" * 32, "b" * 32


def draw_key(editor: Editor, frame: int, left: int = 30) -> None:
    assert editor.document.data is not None
    name = write_key_mask(editor.document.data, "media", frame, square(left))
    editor.document.edit("Draw", mask_edits.with_key_mask, "media", frame, name, 1)


@pytest.fixture
def proposals(objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot) -> Proposals:
    """Frames 0 to 9 are tracked; the new tracking moves the object in frames 4 and 5; compared to the end."""
    viewer.show_masks()
    draw_key(editor, 0)
    assert editor.document.data is not None
    root = results_folder(editor.document.data)
    track_results.attach_folder(editor, "media", write_result(root / OLD, dict.fromkeys(range(10), 10)))
    folder = write_result(root / NEW, {**dict.fromkeys(range(10), 10), 4: 15, 5: 30})
    made = proposals_of(editor)
    made.offer(track_results.proposal_of(media(editor), folder, range(10), "Track again"))
    qtbot.waitUntil(lambda: made.compared == 1)
    return made


def test_the_bar_tells_what_changes(proposals: Proposals, viewer: ViewerPanel, editor: Editor) -> None:
    assert viewer.proposal.isVisibleTo(viewer)
    assert viewer.proposal.words.text() == "2 of 9 frames change, by 70 % on average"
    viewer.proposal.most.click()
    assert editor.state.media_frame == 5
    assert not viewer.proposal.grab().isNull()
    assert media(editor).track is not None and media(editor).track.key == OLD  # type: ignore[union-attr]
    editor.state.set("view", "sequence")
    assert not viewer.proposal.isVisibleTo(viewer)


def test_the_strip_waits_for_the_clips_length(proposals: Proposals, viewer: ViewerPanel) -> None:
    frames = viewer.scrub.frames
    viewer.scrub.set_frames(0)
    viewer.proposal.strip.redraw()
    assert not viewer.proposal.strip.grab().isNull()
    viewer.scrub.set_frames(frames)
    picture = viewer.proposal.strip.grab().toImage()
    x = round(viewer.scrub.x_of(5))
    assert picture.pixelColor(x, picture.height() - 4).name() == "#22c7ff"


def test_looks_show_after_before_and_difference(
    proposals: Proposals, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    editor.state.set("media_frame", 5)

    def left() -> int:
        shown = viewer.masks.labels
        return int(np.flatnonzero(shown[30])[0]) if shown is not None and shown.any() else -1

    qtbot.waitUntil(lambda: left() == 30)
    viewer.proposal.looks["before"].click()
    qtbot.waitUntil(lambda: left() == 10)
    viewer.proposal.looks["difference"].click()
    qtbot.waitUntil(lambda: viewer.difference.overlay.labels is not None)
    shown = viewer.difference.overlay.labels
    assert shown is not None
    assert (shown[30, 12], shown[30, 45]) == (LOST, GAINED)
    assert not viewer.canvas.grab().isNull()
    trigger(editor, find_action("mask.compare"))
    assert proposals.look == "after"
    assert viewer.difference.overlay.labels is None


def test_accepting_is_one_step_of_undo(proposals: Proposals, viewer: ViewerPanel, editor: Editor) -> None:
    steps = editor.document.undo_stack.count()
    viewer.proposal.accept.click()
    track = media(editor).track
    assert track is not None and track.key == NEW
    assert editor.document.undo_stack.count() == steps + 1
    assert proposals.current is None and not viewer.proposal.isVisibleTo(viewer)
    editor.document.undo_stack.undo()
    track = media(editor).track
    assert track is not None and track.key == OLD


def test_discarding_leaves_everything(proposals: Proposals, viewer: ViewerPanel, editor: Editor) -> None:
    steps = editor.document.undo_stack.count()
    viewer.proposal.discard.click()
    track = media(editor).track
    assert track is not None and track.key == OLD
    assert editor.document.undo_stack.count() == steps
    assert proposals.current is None


def test_nothing_is_drawn_while_it_waits(proposals: Proposals, viewer: ViewerPanel, editor: Editor) -> None:
    viewer.masks.labels = square(10)
    assert not viewer.masks.begin(50, 50, add=True)
    assert "Accept or discard" in editor.notify.waiting[-1].message
    proposals.discard()
    assert viewer.masks.begin(50, 50, add=True)
    viewer.masks.cancel()


def test_which_object_is_which_waits_too(proposals: Proposals, objects: ObjectsPanel, editor: Editor) -> None:
    commands = ("mask.split", "mask.split_part", "mask.remove_object", "mask.tidy")
    assert not any(find_action(command).enabled(editor) for command in commands)
    assert not objects.remove.isEnabled()
    proposals.discard()
    assert all(find_action(command).enabled(editor) for command in commands)
    assert objects.remove.isEnabled()


def test_strip_list_and_worst_frame_are_of_the_masks_shown(
    proposals: Proposals, viewer: ViewerPanel, objects: ObjectsPanel, editor: Editor, qtbot: QtBot
) -> None:
    proposals.discard()
    assert editor.document.data is not None
    root = results_folder(editor.document.data)
    (root / OLD / "confidence.json").write_text('{"4": {"1": 0.5}, "5": {"1": 0.75}}')
    newer = write_result(root / ("c" * 32), dict.fromkeys(range(10), 10))
    (newer / "confidence.json").write_text('{"4": {"1": 0.9}, "5": {"1": 0.25}}')
    older = root / ("d" * 32)
    shutil.copytree(root / OLD, older)
    track_results.attach_folder(editor, "media", older)
    qtbot.waitUntil(lambda: objects.objects.item(0).text(WORST) == "50%")
    thing = media(editor).objects[0]
    proposals.offer(track_results.proposal_of(media(editor), newer, range(10), "Track again"))
    qtbot.waitUntil(lambda: objects.objects.item(0).text(WORST) == "25%")
    assert viewer.scrub.words(4, thing).endswith("confidence 90 %")
    trigger(editor, find_action("mask.worst"))
    assert editor.state.media_frame == 5
    proposals.set_look("before")
    assert viewer.scrub.words(4, thing).endswith("confidence 50 %")
    assert objects.objects.item(0).text(WORST) == "50%"


def test_it_goes_when_the_track_changes(proposals: Proposals, editor: Editor) -> None:
    assert [value.find_media("media").track.key for value in proposals.value()] == [NEW]  # type: ignore[union-attr]
    editor.document.undo_stack.undo()
    assert proposals.current is None
    assert "proposal is gone" in editor.notify.waiting[-1].message
    assert proposals.value() == ()


def test_it_is_there_again_when_its_media_comes_back(
    proposals: Proposals, editor: Editor, tmp_path: Path
) -> None:
    found, document = proposals.current, editor.document
    assert found is not None and document.data is not None
    document.edit("Remove", without_media, frozenset({"media"}))
    assert proposals.current is None
    assert NEW in used_keys(*proposals.value()), "its result is not cleaned away"
    elsewhere = tmp_path / "elsewhere_data"
    document.rebase(lambda project: project, tmp_path / "elsewhere.laminar", elsewhere)
    document.mark_saved(document.project, tmp_path / "elsewhere.laminar", elsewhere)
    assert (results_folder(elsewhere) / NEW).is_dir()
    document.undo_stack.undo()
    assert proposals.current == found
    document.undo_stack.redo()
    document.reset(new_project(), None, tmp_path / "another_data")
    assert not proposals.value() and (results_folder(elsewhere) / NEW).is_dir()


def test_what_waits_stays_with_its_project(proposals: Proposals, editor: Editor, tmp_path: Path) -> None:
    data = editor.document.data
    assert data is not None
    editor.document.reset(new_project(), None, tmp_path / "another_data")
    assert proposals.current is None
    assert (results_folder(data) / NEW).is_dir() and not (tmp_path / "another_data").exists()


def test_it_goes_along_when_the_project_is_saved_elsewhere(
    proposals: Proposals, editor: Editor, tmp_path: Path
) -> None:
    project = editor.document.project
    editor.document.mark_saved(project, tmp_path / "new" / "a.laminar", tmp_path / "new" / "a_data")
    assert proposals.current is not None
    assert (results_folder(tmp_path / "new" / "a_data") / NEW / "masks").is_dir()


def test_a_correction_asks_for_what_it_can_change(
    objects: ObjectsPanel, editor: Editor, tmp_path: Path
) -> None:
    draw_key(editor, 0)
    with pytest.raises(EditError, match="not tracked"):
        tracking.again_from(None, tmp_path, media(editor), 0)
    folder = write_result(results_folder(tmp_path) / OLD, dict.fromkeys(range(31), 10))
    track_results.attach_folder(editor, "media", folder)
    draw_key(editor, 20)
    draw_key(editor, 10)
    with pytest.raises(EditError, match="Mend"):
        tracking.again_from(None, tmp_path, media(editor), 11)
    asked, _ = tracking.again_from(None, tmp_path, media(editor), 10)
    assert (asked["first"], asked["last"], asked["direction"]) == (1, 19, "both")
    assert asked["base"] == str(folder)
    asked, _ = tracking.again_from(None, tmp_path, media(editor), 20)
    assert (asked["first"], asked["last"]) == (11, 30), "not past what was tracked"
    draw_key(editor, 40)
    asked, _ = tracking.again_from(None, tmp_path, media(editor), 40)
    assert (asked["first"], asked["last"]) == (21, 40)
    asked, _ = tracking.whole_again(None, tmp_path, media(editor))
    assert (asked["first"], asked["last"]) == (0, 30) and "base" not in asked
    assert asked["last"] < FRAMES


def test_a_correction_reaches_over_what_else_was_mended(
    objects: ObjectsPanel, editor: Editor, tmp_path: Path
) -> None:
    for frame in (0, 30):
        draw_key(editor, frame)
    folder = write_result(results_folder(tmp_path) / OLD, dict.fromkeys(range(31), 10))
    known = {f"mask {key.frame}": key.file for key in media(editor).key_masks}
    write_manifest(folder, Manifest("track", 1, {}, {"clip": "print", **known}, complete=True))
    track_results.attach_folder(editor, "media", folder)
    draw_key(editor, 10)
    draw_key(editor, 20)
    assert tracking.drawn_since(media(editor), folder) == {10, 20}
    for frame in (10, 20):
        asked, _ = tracking.again_from(None, tmp_path, media(editor), frame)
        assert (asked["first"], asked["last"]) == (1, 29), "up to the masks that it was tracked with"
    draw_key(editor, 30, left=31)
    asked, _ = tracking.again_from(None, tmp_path, media(editor), 10)
    assert (asked["first"], asked["last"]) == (1, 30), "a mask that was drawn anew is another one"


def test_what_a_stopped_correction_did_not_reach_comes_from_the_earlier_result(tmp_path: Path) -> None:
    import msgspec

    from core.files import write_atomic

    base = write_result(tmp_path / OLD, dict.fromkeys(range(6), 10))
    write_atomic(base / "confidence.json", b'{"0":{"1":0.5},"5":{"1":0.5}}')
    partial = write_result(tmp_path / f"{NEW}.partial", {0: 30, 1: 30})
    write_atomic(partial / "confidence.json", b'{"0":{"1":0.9}}')
    write_atomic(partial / "manifest.json", msgspec.json.encode(Manifest("track", 1, {}, {})))
    kept = track_results.keep_stopped(partial, base)
    assert kept is not None and kept.name == f"{NEW}-2-{OLD[:8]}"
    assert compare(partial, kept, range(2)) == {0: Change(), 1: Change()}
    assert compare(base, kept, range(2, 6)) == dict.fromkeys(range(2, 6), Change())
    assert (kept / "confidence.json").read_bytes() == b'{"0":{"1":0.9},"5":{"1":0.5}}'


def test_tracking_again_is_proposed_and_the_first_time_is_not(
    objects: ObjectsPanel, viewer: ViewerPanel, editor: Editor, qtbot: QtBot
) -> None:
    viewer.show_masks()
    draw_key(editor, 4)
    editor.state.set("media_frame", 4)
    tracking.start(editor, "one_forward")
    qtbot.waitUntil(lambda: media(editor).track is not None)
    found = proposals_of(editor)
    assert found.current is None
    before = media(editor).track
    draw_key(editor, 5)
    editor.state.set("media_frame", 5)
    trigger(editor, find_action("mask.track_again"))
    qtbot.waitUntil(lambda: found.current is not None)
    assert media(editor).track == before
    trigger(editor, find_action("mask.accept"))
    assert media(editor).track != before
