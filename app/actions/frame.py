"""Commands on how clips stand in the frame: fitted, filling it, beside each other, and as they came."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from app.actions.registry import Action, tr
from app.threads.large_edit import edit_clips
from app.timeline.chosen import has_selection, leaders, sequence_of
from core.errors import EditError
from core.project.project import Project
from core.timeline import edits
from core.timeline.arrange import Layout, cells, put_in
from core.timeline.clips import with_fields
from core.timeline.effects import CORNER_PIN
from core.timeline.model import Clip, Key, Keys, Sequence, value_at

if TYPE_CHECKING:
    from app.editor import Editor


def fit(editor: Editor) -> None:
    """The whole picture in the middle of the frame, upright."""
    _each(editor, tr("Fit into the frame"), _pictures(editor), lambda clip: _stood(clip, 1.0))


def fill(editor: Editor) -> None:
    """The picture as large as it must be to leave nothing of the frame empty."""
    project, film = editor.document.project, sequence_of(editor)

    def filled(clip: Clip) -> Clip:
        return _stood(clip, _filling(project, film, clip))

    _each(editor, tr("Fill the frame"), _pictures(editor), filled)


def zoom(editor: Editor, *, closer: bool) -> None:
    """The picture grows, or shrinks to the size that it has, evenly over the length of the clip: two keyframes."""
    title = tr("Slow zoom in") if closer else tr("Slow zoom out")
    _each(editor, title, _pictures(editor), lambda clip: _zoomed(clip, closer))


def _zoomed(clip: Clip, closer: bool) -> Clip:
    head, tail = clip.time_map.at(0), clip.time_map.at(clip.duration - 1)
    if head == tail:
        raise EditError(
            f"{clip.name} stands still on one frame", "Export the frame, and use the picture instead"
        )
    size = value_at(clip.scale, head)
    keys = ((head, size), (tail, size * ZOOM)) if closer else ((head, size * ZOOM), (tail, size))
    return with_fields(clip, scale=Keys(tuple(Key(time, value) for time, value in sorted(keys))))


def arrange(editor: Editor, layout: Layout) -> None:
    """The selected pictures beside each other in one frame, from the lowest track up."""
    title, project, film = tr("Arrange pictures"), editor.document.project, sequence_of(editor)
    chosen = set(_pictures(editor))
    ids = [clip.id for _, _, clip in film.clips() if clip.id in chosen]
    if len(ids) < 2:
        raise EditError("one picture alone fills the frame", "Select clips that lie above each other")
    frame = film.width, film.height
    places = dict(zip(ids, cells(layout, len(ids), frame), strict=True))

    def arranged(clip: Clip) -> Clip:
        return put_in(_unpinned(clip), frame, places[clip.id], project.picture_size(film, clip))

    _each(editor, title, ids, arranged)


def to_corner(editor: Editor) -> None:
    """The selected pictures small in a corner; once more, in the next one round the clock."""
    project, film = editor.document.project, sequence_of(editor)
    frame = film.width, film.height
    corners = cells("corners", 5, frame)[1:]

    def cornered(clip: Clip) -> Clip:
        clip, size = _unpinned(clip), project.picture_size(film, clip)
        stands = [put_in(clip, frame, corner, size) for corner in corners]
        now = next((n for n, one in enumerate(stands) if (one.x, one.y) == (clip.x, clip.y)), -1)
        return stands[(now + 1) % len(corners)]

    _each(editor, tr("Picture in picture"), _pictures(editor), cornered)


def clear(editor: Editor) -> None:
    """Clips as they came: no effects, in the middle, opaque, at their own loudness."""

    plain: dict[str, Any] = {"opacity": 1.0, "blend": "normal", "gain": 0.0, "effects": ()}
    ids = list(editor.state.selection)
    edit_clips(editor, tr("Remove effects"), len(ids), edits.set_clips, ids, **plain, **_STOOD)


def _each(editor: Editor, title: str, ids: list[str], change: Callable[[Clip], Clip]) -> None:
    edit_clips(editor, title, len(ids), edits.each_clip, ids, change)


def _pictures(editor: Editor) -> list[str]:
    film = sequence_of(editor)
    found = [clip_id for clip_id in leaders(editor) if film.find(clip_id)[0].kind == "video"]
    if not found:
        raise EditError("sound has no place in the frame", "Select a picture")
    return found


def _stood(clip: Clip, scale: float) -> Clip:
    return with_fields(_unpinned(clip), **{**_STOOD, "scale": scale})


def _unpinned(clip: Clip) -> Clip:
    """The clip as it lies in the frame, and not between corners."""
    kept = tuple(effect for effect in clip.effects if effect.kind != CORNER_PIN)
    return clip if len(kept) == len(clip.effects) else with_fields(clip, effects=kept)


def _filling(project: Project, film: Sequence, clip: Clip) -> float:
    """The scale at which a clip's picture covers the frame; 1 is what just fits into it."""
    size = project.picture_size(film, clip)
    sides = film.width / size[0], film.height / size[1]
    return max(sides) / min(sides)


_STOOD = {"x": 0.0, "y": 0.0, "scale": 1.0, "rotation": 0.0}
"""Of a clip in the middle of the frame, upright, as large as fits."""
ZOOM = 1.15
"""How many times larger a slow zoom ends, or begins."""

_LAYOUTS: tuple[tuple[Layout, str, str], ...] = (
    ("columns", "Side by side", "The selected clips, which lie above each other, each in a column of the frame"),
    ("rows", "One above the other", "The selected clips, which lie above each other, each in a row of the frame"),
    ("grid", "In a grid", "The selected clips, which lie above each other, in rows and columns of the frame"),
    ("corners", "One large, others small", "The lowest of the selected clips fills the frame, the others stand "
                                           "in its corners"),
)  # fmt: skip

ACTIONS = (
    Action("clip.fit_frame", "F&it into the frame", fit, (), "Clip/Frame", has_selection,
           help="The whole picture in the middle of the frame"),
    Action("clip.fill_frame", "&Fill the frame", fill, ("Ctrl+Alt+E",), "Clip/Frame", has_selection,
           help="As large as it must be to leave nothing of the frame empty, as for upright clips"),
    Action("clip.zoom_in", "Slow zoom &in", partial(zoom, closer=True), (), "Clip/Frame", has_selection,
           help="Brings stills to life: closer by a seventh over the length of the clip, by keyframes of its scale"),
    Action("clip.zoom_out", "Slow zoom &out", partial(zoom, closer=False), (), "Clip/Frame", has_selection,
           help="From closer by a seventh to the size it has, over the length of the clip"),
    Action("clip.in_corner", "Picture in picture", to_corner, ("Ctrl+Alt+Shift+P",), "Clip/Frame",
           has_selection, separator=True, help="Small in the lower right corner; again: in the next corner"),
    *(
        Action(f"clip.arrange_{layout}", title, partial(arrange, layout=layout), (), "Clip/Frame",
               has_selection, help=words)
        for layout, title, words in _LAYOUTS
    ),
)  # fmt: skip
