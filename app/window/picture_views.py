"""What the window is brought to for a picture of it (app.window.picture): one function for each view."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from app.editor import Editor
    from app.window.main_window import MainWindow
    from core.timeline.model import Clip, TrackKind

View = Callable[["Editor", "MainWindow"], "QWidget"]
"""Brings the window into the view and returns what to take the picture of."""


def _start(editor: Editor, window: MainWindow) -> QWidget:
    window.show_start_page()
    return window


def _film(editor: Editor, window: MainWindow) -> QWidget:
    sequence = editor.document.sequence
    if sequence is not None:
        first = next((clip for track, _, clip in sequence.clips() if track.kind == "video"), None)
        editor.state.set("playhead", sequence.rate.time_of(sequence.frame_count // 4))
        editor.state.set("selection", frozenset({first.id} if first else ()))
    return window


def _scopes(editor: Editor, window: MainWindow) -> QWidget:
    """The film with its colours drawn apart beside it."""
    from app.panels.scopes import ScopesPanel

    _film(editor, window)
    panel = editor.panel(ScopesPanel)
    panel.choice.setCurrentIndex(panel.choice.findData("parade"))
    dock = window.make_workspace().docks["scopes"]
    dock.show()
    dock.raise_()
    return window


def _mixer(editor: Editor, window: MainWindow) -> QWidget:
    """The film with a strip for each of its audio tracks."""
    from app.panels.mixer import MixerPanel

    _film(editor, window)
    editor.panel(MixerPanel)
    dock = window.make_workspace().docks["mixer"]
    dock.show()
    dock.raise_()
    return window


def _masks(editor: Editor, window: MainWindow) -> QWidget:
    from app.panels.objects import ObjectsPanel

    window.make_workspace().inspector.setCurrentWidget(editor.panel(ObjectsPanel))
    for name, value in (("media", editor.document.project.media[0].id), ("view", "media"), ("tool", "brush")):
        editor.state.set(name, value)
    editor.state.set("media_frame", 95)
    return window


def _proposal(editor: Editor, window: MainWindow) -> QWidget:
    """Another result of the media beside the one it has."""
    from app.masks.proposals import proposals_of
    from app.masks.track_results import proposal_of
    from core.media.matte import MASKS
    from core.project.paths import results_folder

    _masks(editor, window)
    media, data = editor.player.media, editor.document.data
    assert media is not None and data is not None and media.track is not None
    others = (path for path in sorted(results_folder(data).iterdir()) if path.name != media.track.key)
    folder = next(path for path in others if (path / MASKS).is_dir())
    frames = range(media.track.first, media.track.last + 1)
    proposals = proposals_of(editor)
    proposals.offer(proposal_of(media, folder, frames, "Track again"))
    proposals.set_look("difference")
    editor.state.set("media_frame", 90)
    return window


def _reid(editor: Editor, window: MainWindow) -> QWidget:
    from app.panels.lost_found import LostFoundPanel
    from app.widgets.tabs import bring_to_front

    _masks(editor, window)
    panel = editor.panel(LostFoundPanel)
    bring_to_front(panel)
    editor.state.set("label", 2)
    panel.list.setCurrentRow(1)
    panel.go_to()
    return window


def _speed(editor: Editor, window: MainWindow) -> QWidget:
    """The Speed panel with the last picture clip in hand, and speed curves under all clips."""
    from app.panels.speed import SpeedPanel
    from app.widgets.tabs import bring_to_front

    _hold(editor, last=True)
    editor.state.set("speed_lanes", True)
    bring_to_front(editor.panel(SpeedPanel))
    return window


def _hold(editor: Editor, last: bool) -> None:
    """Take the first or the last picture clip in hand, with the playhead on it."""
    sequence = editor.document.sequence
    assert sequence is not None
    clips = [
        (where, clip) for track, where, clip in sequence.clips() if track.kind == "video" and clip.media_id
    ]
    where, clip = clips[-1 if last else 0]
    editor.state.set("selection", frozenset({clip.id}))
    editor.state.set("playhead", sequence.rate.snap(where.start + where.duration * 3 // 7))


def _compare(editor: Editor, window: MainWindow) -> QWidget:
    """Even and adaptive speed side by side, for a clip whose speediness is known."""
    from PySide6.QtCore import QTimer

    from app.panels.speed import SpeedPanel
    from app.widgets.tabs import bring_to_front

    _hold(editor, last=False)
    panel = editor.panel(SpeedPanel)
    bring_to_front(panel)
    QTimer.singleShot(600, panel, lambda: panel.adaptive.beside.setChecked(True))
    return window


def _flow(editor: Editor, window: MainWindow) -> QWidget:
    """The motion from which a frame in between is made."""
    from app.panels.speed import SpeedPanel

    _speed(editor, window)
    panel = editor.panel(SpeedPanel)
    panel.refresh()
    panel.look.setCurrentIndex(1)
    return window


def _jobs(editor: Editor, window: MainWindow) -> QWidget:
    from app.masks import tracking
    from app.panels.jobs import JobsPanel

    _masks(editor, window)
    tracking.start(editor, "backward")
    jobs = window.make_workspace().docks["jobs"]
    jobs.raise_()
    editor.panel(JobsPanel).setFocus()
    return window


def _atlas(editor: Editor, window: MainWindow) -> QWidget:
    """Painting on an unrolled object, the live frame beside it."""
    from app.panels.viewer import ViewerPanel

    window.make_workspace()
    unrolled = {media.id for media in editor.document.project.media if media.atlas}
    clip = _show_film_with(editor, lambda clip: clip.media_id in unrolled)
    editor.state.set("playhead", 0)
    editor.state.set("selection", frozenset({clip.id}))
    editor.panel(ViewerPanel).show_atlas()
    editor.state.set("media_frame", 10)
    return window


def _export(editor: Editor, window: MainWindow) -> QWidget:
    from app.dialogs.export import ExportDialog

    _film(editor, window)
    dialog = ExportDialog(editor, window)
    dialog.show()
    return dialog


def _compound(editor: Editor, window: MainWindow) -> QWidget:
    """The first two picture clips as one clip, which is in hand, and a wipe to the next."""
    sequence = editor.document.sequence
    assert sequence is not None
    clips = [clip for track, _, clip in sequence.clips() if track.kind == "video" and clip.media_id]
    editor.state.set("selection", frozenset(clip.id for clip in clips[:2]))
    window.commands.run("clip.compound")
    editor.state.set("playhead", sequence.rate.time_of(sequence.frame_count // 4))
    return window


def _transition(editor: Editor, window: MainWindow) -> QWidget:
    """The middle of a wipe, with its form."""
    from app.inspector.transition_form import TransitionSection

    sequence = editor.document.sequence
    assert sequence is not None
    where, second = next(
        (where, clip) for track, where, clip in sequence.clips() if track.kind == "video" and clip.transition
    )
    editor.state.set("selection", frozenset({second.id}))
    window.commands.run("clip.wipe")
    editor.state.set("playhead", sequence.rate.snap(where.start))
    _scroll_to(editor, TransitionSection)
    return window


def _sound(editor: Editor, window: MainWindow) -> QWidget:
    """The effects of a sound clip."""
    from app.inspector.effects_form import EffectSection

    _choose_first(editor, "audio", 0.5)
    for effect in ("equaliser", "compressor"):
        window.commands.run(f"effects.add_{effect}")
    _scroll_to(editor, EffectSection)
    return window


def _shape(editor: Editor, window: MainWindow) -> QWidget:
    """Curves inside of an ellipse on the picture."""
    from app.inspector.effects_form import EffectSection
    from core.timeline import edits
    from core.timeline.effects import CURVES, tone
    from core.timeline.model import Effect

    clip = _choose_first(editor, "video", 0.25)
    params = {tone("all", 1): 0.36, tone("all", 2): 0.7, tone("all", 3): 0.9}
    params |= {
        "shape_x": 45.0,
        "shape_y": 58.0,
        "shape_width": 34.0,
        "shape_height": 70.0,
        "shape_turn": 12.0,
    }
    effect = Effect("curves", CURVES, dict(params), shape="ellipse")
    editor.document.edit_sequence("Curves", lambda film: edits.set_clip(film, clip.id, effects=(effect,)))
    _scroll_to(editor, EffectSection)
    return window


def _freeform(editor: Editor, window: MainWindow) -> QWidget:
    """A blur around everything but what a drawn shape holds."""
    from app.inspector.effects_form import EffectSection
    from core.timeline import edits
    from core.timeline.effects import new_effect
    from core.timeline.freeform import Point, drawn, framed

    clip = _choose_first(editor, "video", 0.25)
    around = ((57, 6), (76, 6), (77, 60), (75, 95), (58, 96), (57, 50))
    frame, points = framed([Point(x, y, 1.0 if y in (6, 96) else 0.0) for x, y in around])
    blur = drawn(new_effect("blur"), {**frame, "shape_outside": 1.0, "shape_softness": 12.0}, points)
    editor.document.edit_sequence("Blur", lambda film: edits.set_clip(film, clip.id, effects=(blur,)))
    _scroll_to(editor, EffectSection)
    return window


def _corners(editor: Editor, window: MainWindow) -> QWidget:
    """A clip between four corners, on something that is seen in the film below."""
    from msgspec.structs import replace

    from app.inspector.effects_form import EffectSection
    from core.timeline import edits
    from core.timeline.beside import free_lane
    from core.timeline.effects import CORNER_PIN, corner
    from core.timeline.model import Effect, new_id

    below = _choose_first(editor, "video", 0.85)
    at = ((58.7, 40.5), (74.6, 40.5), (74.4, 61.8), (58.9, 61.8))
    values = {corner(n, axis): at[n][k] for n in range(4) for k, axis in enumerate("xy")}
    pin = Effect("pin", CORNER_PIN, dict(values))
    screen = replace(below, id=new_id(), link="", transition=None, effects=(pin,))
    sequence = editor.document.sequence
    assert sequence is not None
    film, lane = free_lane(sequence, "video", 0, screen.duration)
    editor.document.edit_sequence("Screen", lambda _: edits.overwrite(film, 0, {lane: screen}))
    editor.state.set("selection", frozenset({screen.id}))
    _scroll_to(editor, EffectSection)
    return window


def _behind(editor: Editor, window: MainWindow) -> QWidget:
    """A large title behind the first object."""
    from msgspec.structs import replace

    from app.actions.registry import find_action, trigger
    from core.timeline import edits
    from core.timeline.model import Title

    sequence = editor.document.sequence
    assert sequence is not None
    where, clip = next(
        (where, clip) for _, where, clip in sequence.clips() if isinstance(clip.content, Title)
    )
    title = replace(clip.content, text="ROBOT", size=0.42, y=0.62, bold=True)
    editor.document.edit_sequence("Title", lambda film: edits.set_clip(film, clip.id, content=title))
    editor.state.set("playhead", sequence.rate.snap(where.start + where.duration // 5))
    editor.state.set("selection", frozenset({clip.id}))
    trigger(editor, find_action("effects.behind_object"))
    return window


def _choose_first(editor: Editor, kind: TrackKind, part: float) -> Clip:
    """Select the first clip of a kind, with the playhead on this part of it."""
    sequence = editor.document.sequence
    assert sequence is not None
    where, clip = next((where, clip) for track, where, clip in sequence.clips() if track.kind == kind)
    editor.state.set("playhead", sequence.rate.snap(where.start + round(where.duration * part)))
    editor.state.set("selection", frozenset({clip.id}))
    return clip


def _scroll_to(editor: Editor, kind: type[QWidget]) -> None:
    """Bring a part of the inspector to its top, once all are made."""
    from PySide6.QtCore import QTimer

    from app.panels.inspector import InspectorPanel

    panel = editor.panel(InspectorPanel)

    def scroll() -> None:
        panel.finish()
        part = next(part for part in panel.parts if isinstance(part, kind))
        panel.verticalScrollBar().setValue(part.y())

    QTimer.singleShot(1500, panel, scroll)


def _layers(editor: Editor, window: MainWindow) -> QWidget:
    from app.panels.layers import LayersPanel
    from app.widgets.tabs import bring_to_front

    sequence = editor.document.sequence
    apart = {one.id for one in editor.document.project.media if one.layers is not None}
    assert sequence is not None
    bring_to_front(editor.panel(LayersPanel))
    films = ((clip, where) for track, where, clip in sequence.clips() if track.kind == "video")
    clip, where = next((clip, where) for clip, where in films if clip.media_id in apart)
    editor.state.set("playhead", sequence.rate.snap(where.start + where.duration // 3))
    editor.state.set("selection", frozenset({clip.id}))
    return window


def _people(editor: Editor, window: MainWindow) -> QWidget:
    """A film of layers in which somebody has a time of their own, with that person in hand."""
    from app.panels.layers import LayersPanel
    from app.widgets.tabs import bring_to_front
    from core.timeline.time_map import Curve

    layers = {one.id for one in editor.document.project.media if one.layer is not None}
    person = _show_film_with(
        editor, lambda clip: clip.media_id in layers and isinstance(clip.time_map, Curve)
    )
    bring_to_front(editor.panel(LayersPanel))
    sequence = editor.document.sequence
    assert sequence is not None
    editor.state.set("playhead", sequence.rate.time_of(sequence.frame_count * 2 // 3))
    editor.state.set("selection", frozenset({person.id}))
    return window


def _show_film_with(editor: Editor, wanted: Callable[[Clip], bool]) -> Clip:
    """Bring the first film with such a picture clip into the timeline; returns the topmost of them."""
    from app.actions.registry import find_action, trigger
    from app.timeline.films import show

    for film in editor.document.project.sequences:
        clips = [clip for track, _, clip in film.clips() if track.kind == "video" and wanted(clip)]
        if clips:
            show(editor, film.id)
            trigger(editor, find_action("timeline.fit"))
            return clips[-1]
    raise LookupError("no film of the project has what the view shows")


VIEWS: dict[str, View] = {
    view.__name__.removeprefix("_"): view
    for view in (
        _start, _film, _scopes, _mixer, _masks, _proposal, _reid, _atlas, _speed, _compare, _flow, _jobs,
        _export, _compound, _transition, _shape, _freeform, _corners, _behind, _sound, _layers, _people,
    )
}  # fmt: skip
