"""Commands of the Playback menu: play, shuttle, step, go to, loop, and the look of the viewer."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from app.actions.registry import Action, needs
from app.editor import Editor
from app.panels.viewer import ViewerPanel
from app.playing.preview import Bare
from app.playing.recording import VoiceRecorder


@needs("There is nothing to play yet")
def _has_player(editor: Editor) -> bool:
    return editor.player.duration > 0


@needs("Open or begin a project first")
def _has_viewer(editor: Editor) -> bool:
    return editor.has_panel(ViewerPanel)


def _toggle(editor: Editor) -> None:
    editor.player.toggle()


def _pause(editor: Editor) -> None:
    editor.player.pause()


def _shuttle(direction: int, editor: Editor) -> None:
    editor.player.shuttle(direction)


def _step(frames: int, editor: Editor) -> None:
    editor.player.step(frames)


def _second(direction: int, editor: Editor) -> None:
    editor.player.step(direction * max(1, round(editor.player.rate.fps)))


def _start(editor: Editor) -> None:
    editor.player.seek(0)


def _end(editor: Editor) -> None:
    editor.player.seek(editor.player.duration)


def _loop(editor: Editor) -> None:
    editor.player.set_loop(not editor.player.loop)


def _loops(editor: Editor) -> bool:
    return editor.player.loop


def _scrub_sound(editor: Editor) -> None:
    editor.keep_setting("scrub_sound", not _scrubs_sound(editor))


def _scrubs_sound(editor: Editor) -> bool:
    return editor.settings.flag("scrub_sound")


def cuts(editor: Editor) -> list[int]:
    """Where one can jump to: clip edges and markers of the film, or key masks of the media; ticks, ascending."""
    media, sequence = editor.player.media, editor.document.sequence
    if editor.player.in_media and media is not None:
        rate = editor.player.rate
        return sorted({0, *(rate.time_of(key.frame) for key in media.key_masks)})
    if sequence is None:
        return []
    times = {0, sequence.duration, *(marker.time for marker in sequence.markers)}
    for _, where, _ in sequence.clips():
        times |= {where.start, where.end}
    return sorted(times)


def _cut(direction: int, editor: Editor) -> None:
    now = editor.player.position
    beyond = [time for time in cuts(editor) if (time - now) * direction > 0]
    if beyond:
        editor.player.pause()
        editor.player.seek(beyond[0] if direction > 0 else beyond[-1])


def _full(editor: Editor) -> None:
    editor.panel(ViewerPanel).toggle_full_screen()


def _zoom(magnification: float, editor: Editor) -> None:
    editor.panel(ViewerPanel).set_zoom(magnification)


def _safe(editor: Editor) -> None:
    editor.panel(ViewerPanel).top.safe.toggle()


def _is_safe(editor: Editor) -> bool:
    return _has_viewer(editor) and editor.panel(ViewerPanel).top.safe.isChecked()


def _thirds(editor: Editor) -> None:
    canvas = editor.panel(ViewerPanel).canvas
    canvas.thirds = not canvas.thirds
    canvas.update()


def _has_thirds(editor: Editor) -> bool:
    return _has_viewer(editor) and editor.panel(ViewerPanel).canvas.thirds


def _alpha(editor: Editor) -> None:
    editor.panel(ViewerPanel).top.alpha.toggle()


def _is_alpha(editor: Editor) -> bool:
    return _has_viewer(editor) and editor.panel(ViewerPanel).top.alpha.isChecked()


def _bare(bare: Bare, editor: Editor) -> None:
    player = editor.player
    player.set_viewing(replace(player.viewing, bare="none" if player.viewing.bare == bare else bare))


def _is_bare(bare: Bare, editor: Editor) -> bool:
    return _has_viewer(editor) and editor.player.viewing.bare == bare


def _record(editor: Editor) -> None:
    recorder = editor.one(VoiceRecorder)
    recorder.stop() if recorder.recording else recorder.start()


def _is_recording(editor: Editor) -> bool:
    return editor.one(VoiceRecorder).recording


@needs("There is no film yet: import media, or begin one with Timeline › Film › New film")
def _can_record(editor: Editor) -> bool:
    return editor.document.sequence is not None


MENU, VIEWER = "Playback", "Playback/Viewer"
ACTIONS = (
    Action("playback.toggle", "&Play or pause", _toggle, ("Space",), MENU, _has_player, icon="play"),
    Action("playback.reverse", "Play &backwards", partial(_shuttle, -1), ("J",), MENU, _has_player, icon="reverse",
           help="Faster at each press"),
    Action("playback.pause", "P&ause", _pause, ("K",), MENU, _has_player, icon="pause"),
    Action("playback.forward", "Play &forwards", partial(_shuttle, 1), ("L",), MENU, _has_player, icon="play",
           help="Faster at each press"),
    Action("playback.loop", "&Loop", _loop, ("Ctrl+/",), MENU, checked=_loops, icon="loop",
           help="Play the in and out range, or all, again and again"),
    Action("playback.scrub_sound", "&Hear while scrubbing", _scrub_sound, (), MENU, checked=_scrubs_sound, icon="audio",
           help="A moment of sound wherever the playhead is moved to"),
    Action("playback.record", "&Record voice", _record, ("Shift+V",), MENU, _can_record, _is_recording, "audio",
           help="Play the film and record the microphone, until this is chosen again; the clip is laid where it "
                "was spoken"),
    Action("playback.step_back", "One frame back", partial(_step, -1), ("Left",), MENU, _has_player,
           icon="step-back", separator=True),
    Action("playback.step_forward", "One frame forward", partial(_step, 1), ("Right",), MENU, _has_player,
           icon="step-forward"),
    Action("playback.second_back", "One second back", partial(_second, -1), ("Shift+Left",), MENU, _has_player),
    Action("playback.second_forward", "One second forward", partial(_second, 1), ("Shift+Right",), MENU, _has_player),
    Action("playback.previous_cut", "Previous cut", partial(_cut, -1), ("Up",), MENU, _has_player,
           help="Or the previous key mask in the mask view"),
    Action("playback.next_cut", "Next cut", partial(_cut, 1), ("Down",), MENU, _has_player,
           help="Or the next key mask in the mask view"),
    Action("playback.start", "Go to &start", _start, ("Home",), MENU, _has_player, icon="to-start", separator=True),
    Action("playback.end", "Go to &end", _end, ("End",), MENU, _has_player, icon="to-end"),
    Action("viewer.full_screen", "Picture on the whole screen", _full, ("F",), MENU, _has_viewer,
           icon="fullscreen", separator=True, help="Also a double click on the picture; Escape comes back"),
    Action("viewer.fit", "Fit the picture", partial(_zoom, 0.0), ("Shift+Z",), MENU, _has_viewer, icon="zoom-fit"),
    Action("viewer.actual", "Picture at 100 %", partial(_zoom, 1.0), ("Ctrl+Shift+1",), MENU, _has_viewer),
    Action("viewer.safe_areas", "Safe areas", _safe, (), VIEWER, _has_viewer, _is_safe, "grid"),
    Action("viewer.thirds", "Rule of thirds", _thirds, (), VIEWER, _has_viewer, _has_thirds,
           help="Lines that part the picture in thirds, to compose by; they are not in the film"),
    Action("viewer.alpha", "Show transparency", _alpha, (), VIEWER, _has_viewer, _is_alpha, "image"),
    Action("viewer.bare", "Without effects", partial(_bare, "all"), ("Ctrl+Alt+B",), VIEWER, _has_viewer,
           partial(_is_bare, "all"),
           help="The film as it is without the effects of its clips, until this is chosen again; exports have them"),
    Action("viewer.before_after", "Before and after", partial(_bare, "left"), ("Ctrl+Alt+Shift+B",), VIEWER,
           _has_viewer,
           partial(_is_bare, "left"), help="Without effects on the left of the picture, with them on the right"),
)  # fmt: skip
