"""Commands that add clips without media: titles, colours, adjustments."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from app.actions.registry import Action, needs, tr
from app.timeline.chosen import has_sequence, selected, sequence_of, view_of
from core.project import placing
from core.time import from_seconds
from core.timeline import edits
from core.timeline.lettering import share
from core.timeline.model import Adjustment, Clip, Content, Sequence, Solid, Title, new_id

if TYPE_CHECKING:
    from app.editor import Editor

CREDITS_SECONDS = 10.0


def add_generated(editor: Editor, name: str, content: Content, seconds: float = 0.0) -> None:
    """A title or a colour at the playhead, on the topmost unlocked video track that is free there.

    seconds: how long; else as the settings say of pictures.
    """
    sequence, now = sequence_of(editor), editor.state.playhead
    if isinstance(content, Title):
        content = replace(content, size=content.size * share(sequence.width, sequence.height))
    rate = sequence.rate
    wanted = from_seconds(seconds or editor.settings.number("still_seconds"))
    length = max(rate.frame_ticks, rate.snap(wanted))
    clip = Clip(new_id(), name, content, length)
    editor.document.edit_sequence(tr("Add {name}").format(name=name), _on_free_track, now, clip)
    editor.state.set("selection", frozenset({clip.id}))
    view_of(editor).reveal_track(sequence_of(editor).find(clip.id)[0].id)


def _on_free_track(sequence: Sequence, time: int, clip: Clip) -> Sequence:
    lanes = placing.outward(sequence, "video")
    end = time + clip.duration
    for track in lanes[1:]:
        busy = any(where.start < end and where.end > time for where, _ in track.clips())
        if not busy and not track.locked:
            return edits.overwrite(sequence, time, {track.id: clip})
    new = new_id()
    return edits.overwrite(edits.add_track(sequence, "video", track_id=new), time, {new: clip})


@needs("Select a title on the timeline first")
def has_title(editor: Editor) -> bool:
    return any(isinstance(clip.content, Title) for clip in selected(editor))


def write_title(editor: Editor) -> None:
    """The text of the selected title is ready to be typed over, in the inspector."""
    from app.panels.inspector import InspectorPanel

    if editor.has_panel(InspectorPanel):
        editor.panel(InspectorPanel).write_title()


def add_title(editor: Editor) -> None:
    add_generated(editor, tr("Title"), Title(tr("Title"), wrap=True))
    write_title(editor)


def add_lower_third(editor: Editor) -> None:
    text = f"{tr('Name')}\n{tr('What they do')}"
    add_generated(
        editor,
        tr("Lower third"),
        Title(text, size=0.05, x=0.08, y=0.82, align="left", held=True, background="#000000a0", bold=True),
    )
    write_title(editor)


def add_credits(editor: Editor) -> None:
    names = "\n\n".join(f"{role}\n{tr('Name')}" for role in (tr("Directed by"), tr("Camera"), tr("Music")))
    text = Title(f"{tr('Title')}\n\n\n{names}", size=0.06, motion="roll")
    add_generated(editor, tr("Rolling credits"), text, CREDITS_SECONDS)


def add_counter(editor: Editor, name: str, text: str) -> None:
    add_generated(editor, name, Title(text, size=0.07, x=0.5, y=0.9, bold=True, background="#000000a0"))


def add_solid(editor: Editor) -> None:
    add_generated(editor, tr("Colour"), Solid())


def add_adjustment(editor: Editor) -> None:
    add_generated(editor, tr("Adjustment"), Adjustment())


ACTIONS = (
    Action("clip.add_title", "Add t&itle", add_title, ("Ctrl+Alt+T",), "Clip/Add", has_sequence, icon="title"),
    Action("clip.write_title", "Write the text of the title", write_title, (), "Clip/Add", has_title,
           help="A double click on the title, in the viewer or on the timeline, does the same"),
    Action("clip.add_lower_third", "Add lower third", add_lower_third, (), "Clip/Add", has_sequence,
           help="A title on a bar at the lower left: who is seen"),
    Action("clip.add_credits", "Add rolling credits", add_credits, (), "Clip/Add", has_sequence,
           help="A title that rolls upwards over the length of its clip"),
    Action("clip.add_stopwatch", "Add stopwatch", partial(add_counter, name="Stopwatch", text="{time}"), (),
           "Clip/Add", has_sequence,
           help="A title that counts the time since it began; {time}, {tenths} and {left} work in every title"),
    Action("clip.add_countdown", "Add countdown", partial(add_counter, name="Countdown", text="{left}"), (),
           "Clip/Add", has_sequence, help="A title that counts down to the end of its clip"),
    Action("clip.add_solid", "Add c&olour", add_solid, (), "Clip/Add", has_sequence),
    Action("clip.add_adjustment", "Add adjustment", add_adjustment, (), "Clip/Add", has_sequence,
           help="A clip without a picture of its own: its effects work on all tracks below it"),
)  # fmt: skip
