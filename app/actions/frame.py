"""Commands on how clips stand in the frame: fitted, filling it, and without anything that was done to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, tr
from app.timeline.chosen import for_each, has_selection, leaders, sequence_of
from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.model import Clip, Key, Keys, Sequence, value_at

if TYPE_CHECKING:
    from app.editor import Editor


def fit(editor: Editor) -> None:
    """The whole picture in the middle of the frame, upright."""
    change = for_each(_pictures(editor), lambda film, clip_id: _stood(film, clip_id, 1.0))
    editor.document.edit_sequence(tr("Fit into the frame"), change)


def fill(editor: Editor) -> None:
    """The picture as large as it must be to leave nothing of the frame empty."""
    project = editor.document.project

    def filled(film: Sequence, clip_id: str) -> Sequence:
        return _stood(film, clip_id, _filling(project, film, film.find(clip_id)[2]))

    editor.document.edit_sequence(tr("Fill the frame"), for_each(_pictures(editor), filled))


def zoom(editor: Editor, *, closer: bool) -> None:
    """The picture grows, or shrinks to the size that it has, evenly over the length of the clip: two keyframes."""
    title = tr("Slow zoom in") if closer else tr("Slow zoom out")
    change = for_each(_pictures(editor), lambda film, clip_id: _zoomed(film, clip_id, closer))
    editor.document.edit_sequence(title, change)


def _zoomed(film: Sequence, clip_id: str, closer: bool) -> Sequence:
    clip = film.find(clip_id)[2]
    head, tail = clip.time_map.at(0), clip.time_map.at(clip.duration - 1)
    if head == tail:
        raise EditError(
            f"{clip.name} stands still on one frame", "Export the frame, and use the picture instead"
        )
    size = value_at(clip.scale, head)
    keys = ((head, size), (tail, size * ZOOM)) if closer else ((head, size * ZOOM), (tail, size))
    return edits.set_clip(film, clip_id, scale=Keys(tuple(Key(time, value) for time, value in sorted(keys))))


def clear(editor: Editor) -> None:
    """Clips as they came: no effects, in the middle, opaque, at their own loudness."""

    def plain(film: Sequence, clip_id: str) -> Sequence:
        film = _stood(film, clip_id, 1.0)
        return edits.set_clip(film, clip_id, opacity=1.0, blend="normal", gain=0.0, effects=())

    ids = list(editor.state.selection)
    editor.document.edit_sequence(tr("Remove effects"), for_each(ids, plain))


def _pictures(editor: Editor) -> list[str]:
    film = sequence_of(editor)
    found = [clip_id for clip_id in leaders(editor) if film.find(clip_id)[0].kind == "video"]
    if not found:
        raise EditError("sound has no place in the frame", "Select a picture")
    return found


def _stood(film: Sequence, clip_id: str, scale: float) -> Sequence:
    return edits.set_clip(film, clip_id, x=0.0, y=0.0, scale=scale, rotation=0.0)


def _filling(project: Project, film: Sequence, clip: Clip) -> float:
    """The scale at which a clip's picture covers the frame; 1 is what just fits into it."""
    shown = next((one for one in project.sequences if one.id == clip.sequence_id), None)
    media = project.known_media(clip.media_id)
    size = (shown.width, shown.height) if shown is not None else None
    if media is not None and media.info.video is not None:
        size = media.info.video.width, media.info.video.height
    if size is None:
        return 1.0  # a title or a colour is as large as the frame
    sides = film.width / size[0], film.height / size[1]
    return max(sides) / min(sides)


ZOOM = 1.15
"""How many times larger a slow zoom ends, or begins."""

ACTIONS = (
    Action("clip.fit_frame", "F&it into the frame", fit, (), "Clip/Frame", has_selection,
           help="The whole picture in the middle of the frame"),
    Action("clip.fill_frame", "&Fill the frame", fill, ("Ctrl+Alt+E",), "Clip/Frame", has_selection,
           help="As large as it must be to leave nothing of the frame empty, as for upright clips"),
    Action("clip.zoom_in", "Slow zoom &in", partial(zoom, closer=True), (), "Clip/Frame", has_selection,
           help="Brings stills to life: closer by a seventh over the length of the clip, by keyframes of its scale"),
    Action("clip.zoom_out", "Slow zoom &out", partial(zoom, closer=False), (), "Clip/Frame", has_selection,
           help="From closer by a seventh to the size it has, over the length of the clip"),
)  # fmt: skip
