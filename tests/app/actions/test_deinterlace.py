"""The bin's switch for interlaced media: undoable, kept in the project, and the proxy that shows
them otherwise goes."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from app.actions.registry import find_action, trigger
from app.atlas import unrolling
from app.editor import Editor
from app.jobs import media_work
from app.layers import work
from app.masks import tracking
from core.media.info import VideoInfo
from core.project.file import load, save
from core.project.project import KeyMask, Media, Project, TrackedRange
from core.project.watching import with_file
from tests.cuts import project, with_object


def interlaced() -> Project:
    """A project whose media "m" is interlaced and has a proxy."""
    plain = project()
    media = plain.find_media("m")
    assert media.info.video is not None
    info = replace(media.info, video=replace(media.info.video, interlaced=True))
    return plain.with_media(replace(media, info=info, proxy="proxy-0123456789abcdef"))


def video(media: Media) -> VideoInfo:
    assert media.info.video is not None
    return media.info.video


def test_fields_are_shown_together_and_apart_again(editor: Editor, tmp_path: Path) -> None:
    given = interlaced()
    editor.document.reset(given, None, None)
    switch = find_action("media.deinterlace")
    assert switch.checked is not None and not switch.enabled(editor)
    editor.state.set("bin_selection", frozenset({"m"}))
    assert switch.enabled(editor) and switch.checked(editor)
    trigger(editor, switch)
    changed = editor.document.project
    assert video(changed.find_media("m")).woven and changed.find_media("m").proxy == ""
    assert not switch.checked(editor)
    save(changed, tmp_path / "film.laminar")
    assert video(load(tmp_path / "film.laminar").project.find_media("m")).woven
    editor.document.undo_stack.undo()
    assert editor.document.project == given
    assert switch.checked(editor)


def test_the_choice_outlives_a_new_link(editor: Editor) -> None:
    editor.document.reset(interlaced(), None, None)
    editor.state.set("bin_selection", frozenset({"m"}))
    trigger(editor, find_action("media.deinterlace"))
    before = editor.document.project
    found = interlaced().find_media("m").info
    assert video(with_file(before, "m", Path("/new.mp4"), found).find_media("m")).woven


def test_a_capture_that_is_not_marked_can_be_deinterlaced_too(editor: Editor) -> None:
    editor.document.reset(project(), None, None)
    editor.state.set("bin_selection", frozenset({"m"}))
    switch = find_action("media.deinterlace")
    assert switch.checked is not None and not switch.checked(editor)
    trigger(editor, switch)
    media = editor.document.project.find_media("m")
    assert video(media).unmarked and not video(media).woven and switch.checked(editor)
    assert video(
        with_file(editor.document.project, "m", Path("/n.mp4"), project().find_media("m").info).find_media(
            "m"
        )
    ).unmarked
    trigger(editor, switch)
    assert not video(editor.document.project.find_media("m")).fields_apart


def test_jobs_are_told_how_fields_are_shown(editor: Editor, tmp_path: Path) -> None:
    key = KeyMask(0, "0123456789abcdef.png")
    track = TrackedRange("track-0123456789abcdef", 0, 9)
    plain = interlaced()
    media = replace(with_object(plain.find_media("m")), key_masks=(key,), track=track)
    editor.document.reset(plain.with_media(media), None, tmp_path)
    editor.state.set("bin_selection", frozenset({"m"}))

    def asked() -> list[str | None]:
        here = editor.document.project.find_media("m")
        questions = (
            tracking.question(None, tmp_path, here, 0, "forward"),
            work.question(None, tmp_path, here, [1], "good"),
            unrolling.question(editor, here),
        )
        record = media_work.submit(editor, "speediness", here, "Speediness", "speediness")
        return [one.get("fields") for one, _ in questions] + [record.order.parameters.get("fields")]

    assert asked() == [None] * 4
    trigger(editor, find_action("media.deinterlace"))
    assert asked() == ["together"] * 4
