"""The bin's choice of what is heard of a file."""

from __future__ import annotations

from msgspec.structs import replace

from app.actions.media import choose_sound, sound_name
from app.actions.registry import find_action
from app.editor import Editor
from core.media.info import AudioInfo
from core.project.media_choices import sounds_of
from core.project.project import Project
from tests.cuts import project


def with_two_streams() -> Project:
    """A project whose media "m" has a stereo and a mono stream."""
    plain = project()
    media = plain.find_media("m")
    assert media.info.audio is not None
    sounds = (media.info.audio, replace(media.info.audio, stream=1, channels=1))
    return plain.with_media(replace(media, info=replace(media.info, sounds=sounds)))


def test_another_stream_is_chosen_and_undone(editor: Editor) -> None:
    given = with_two_streams()
    editor.document.reset(given, None, None)
    command = find_action("media.sound")
    assert not command.enabled(editor)
    editor.state.set("bin_selection", frozenset({"m"}))
    assert command.enabled(editor)
    names = [sound_name(one) for one in sounds_of(given.find_media("m").info)]
    assert names == [
        "Stream 1: stereo",
        "Stream 1: channel 1 alone",
        "Stream 1: channel 2 alone",
        "Stream 2: mono",
    ]
    choose_sound(editor, 3)
    audio = editor.document.project.find_media("m").info.audio
    assert audio is not None and (audio.stream, audio.channel) == (1, 0)
    choose_sound(editor, 2)
    audio = editor.document.project.find_media("m").info.audio
    assert audio is not None and (audio.stream, audio.channel) == (0, 2)
    editor.document.undo_stack.undo()
    editor.document.undo_stack.undo()
    assert editor.document.project == given


def test_two_streams_of_a_camera_are_named() -> None:
    assert sound_name(AudioInfo("pcm_s16le", 48000, 1, right=1)) == "Streams 1 and 2: left and right"


def test_mono_has_nothing_to_choose(editor: Editor) -> None:
    plain = project()
    media = plain.find_media("m")
    assert media.info.audio is not None
    mono = replace(media, info=replace(media.info, audio=replace(media.info.audio, channels=1)))
    editor.document.reset(plain.with_media(mono), None, None)
    editor.state.set("bin_selection", frozenset({"m"}))
    assert not find_action("media.sound").enabled(editor)
