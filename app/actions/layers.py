"""Commands for layers and for people retimed: Clip > Layers and Clip > Time of a person."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, needs, tr
from app.layers import edit_layers, work
from app.layers.moments import moments_of
from app.layers.subject import required, subject_of
from app.timeline.chosen import sequence_of
from app.widgets.asking import ask_number
from core.project import trails
from core.retime import people
from core.time import TimeRange, from_seconds, seconds, timecode

if TYPE_CHECKING:
    from app.editor import Editor

LONGEST_DELAY = 3600.0


@needs("Track an object of the clip first: draw it in the mask view")
def _has_track(editor: Editor) -> bool:
    found = subject_of(editor)
    return found is not None and found.media.track is not None


@needs("Make the layers of the selected clip first")
def _has_layers(editor: Editor) -> bool:
    found = subject_of(editor)
    return found is not None and found.media.layers is not None


@needs("Make the layers of the selected clip first")
def _has_clip_of_layers(editor: Editor) -> bool:
    found = subject_of(editor)
    return found is not None and bool(found.clip) and found.media.layers is not None


@needs("Select a clip with layers that is not split yet (Make layers comes first)")
def _can_split(editor: Editor) -> bool:
    found = subject_of(editor)
    return _has_clip_of_layers(editor) and found is not None and not found.split


@needs("Select a title or picture over a clip that was split into its layers")
def _can_stick(editor: Editor) -> bool:
    """Something is selected that could stick, over a film that has a clean background somewhere."""
    project = editor.document.project
    return bool(edit_layers.sticky(editor)) and any(
        one.layer is not None and one.layer.part == "plate" for one in project.media
    )


@needs("Split the clip into its layers first, and select a person")
def _is_split(editor: Editor) -> bool:
    found = subject_of(editor)
    return found is not None and found.split


def make(editor: Editor) -> None:
    """Start the job for all objects of the media, or bring back what was made already."""
    subject = required(editor)
    labels = [one.label for one in subject.media.objects]
    work.start(editor, subject.media, labels, "good")
    show_panel(editor)


def show_panel(editor: Editor) -> None:
    from app.panels.layers import LayersPanel
    from app.widgets.tabs import bring_to_front

    if editor.has_panel(LayersPanel):
        bring_to_front(editor.panel(LayersPanel))


# ------------------------------------------------------------------------------------------ people


def freeze(editor: Editor) -> None:
    """Hold the person at the playhead to the end of the clip, or up to the out point."""
    found = edit_layers.person_in_hand(editor)
    at = edit_layers.playhead_in(editor, found.where)
    stretch = edit_layers.in_and_out(editor, found.where)
    hold = stretch.end - at if stretch is not None and stretch.end > at else None
    edit_layers.retime(editor, tr("Freeze person"), lambda now, length: people.freeze(now, length, at, hold))


def delay(editor: Editor, by: float | None = None) -> None:
    """Let everything that a person does happen later; by: seconds, negative for earlier; asked for when not given."""
    edit_layers.person_in_hand(editor)
    words = tr("Seconds by which everything happens later; negative: earlier")
    value = _told(editor, by, tr("Delay person"), words, 0.5, (-LONGEST_DELAY, LONGEST_DELAY))
    if value:
        ticks = sequence_of(editor).rate.snap(from_seconds(value))
        edit_layers.retime(editor, tr("Delay person"), lambda now, length: people.delay(now, length, ticks))


def slow(editor: Editor, percent: float | None = None) -> None:
    """Another speed between the in and out points; without them from the playhead on, or for the whole clip."""
    found = edit_layers.person_in_hand(editor)
    words = tr("Speed in per cent of the present one")
    value = _told(editor, percent, tr("Speed of the person"), words, 50.0, (1.0, 1000.0))
    if value is None:
        return
    stretch = _stretch(editor, found.where)
    num = round(value * 100)
    edit_layers.retime(
        editor,
        tr("Speed of a person"),
        lambda now, length: people.slow(now, length, num, 10000, stretch.start, stretch.end),
    )


def repeat(editor: Editor, times: int | None = None) -> None:
    """Show the stretch between the in and out points, or the second before the playhead, again."""
    found = edit_layers.person_in_hand(editor)
    stretch = edit_layers.in_and_out(editor, found.where)
    if stretch is None:
        at = edit_layers.playhead_in(editor, found.where)
        stretch = TimeRange.between(max(0, at - from_seconds(1)), at)
    words = tr("How often {0} s are shown").format(f"{seconds(stretch.duration):.2f}")
    value = _told(editor, times, tr("Repeat"), words, 2, (1, people.MOST_REPEATS), 0)
    if value is None:
        return
    edit_layers.retime(
        editor,
        tr("Repeat"),
        lambda now, length: people.repeat(now, length, stretch.start, stretch.end, round(value)),
    )


def reverse(editor: Editor) -> None:
    """Play the person backwards, between the in and out points where there are any."""
    found = edit_layers.person_in_hand(editor)
    stretch = edit_layers.in_and_out(editor, found.where) or TimeRange(0, found.where.duration)
    edit_layers.retime(
        editor,
        tr("Reverse person"),
        lambda now, length: people.reverse(now, length, stretch.start, stretch.end),
    )


def _told(
    editor: Editor,
    given: float | None,
    title: str,
    words: str,
    usual: float,
    bounds: tuple[float, float],
    decimals: int = 2,
) -> float | None:
    """The number that was given, else one that is asked for; None when that was cancelled."""
    return ask_number(editor.window, title, words, usual, bounds, decimals) if given is None else given


def echo(editor: Editor, count: int | None = None) -> None:
    """Copies that follow the person, each fainter."""
    found = edit_layers.person_in_hand(editor)
    value = _told(editor, count, tr("Echoes"), tr("How many follow"), 4, (1, trails.MOST), 0)
    if value is None:
        return
    apart = sequence_of(editor).rate.snap(from_seconds(ECHO_SECONDS))
    editor.document.edit(tr("Echoes"), trails.echoes, found.thing.id, found.label, round(value), apart)


def leave_pictures(editor: Editor, every: float | None = None) -> None:
    """Pictures of the person that stay on its way. every: seconds; asked for when not given."""
    found = edit_layers.person_in_hand(editor)
    words = tr("Seconds from one picture to the next")
    value = _told(editor, every, tr("Leave pictures behind"), words, 0.5, (0.04, 60))
    if value is None:
        return
    apart = max(1, sequence_of(editor).rate.snap(from_seconds(value)))
    title = tr("Leave pictures behind")
    editor.document.edit(title, trails.pictures, found.thing.id, found.label, apart)


def mark(editor: Editor) -> None:
    """Remember the playhead as the moment that another person's is to meet."""
    sequence, now = sequence_of(editor), editor.state.playhead
    moments_of(editor).set(now)
    editor.notify.status(tr("Marked {0}").format(timecode(now, sequence.rate)))


def align(editor: Editor) -> None:
    """What the person shows at the playhead shows at the marked moment instead."""
    found = edit_layers.person_in_hand(editor)
    at = edit_layers.playhead_in(editor, found.where)
    to = moments_of(editor).required() - found.where.start
    edit_layers.retime(editor, tr("Align moments"), lambda now, length: people.align(now, length, at, to))


@needs("Mark a moment of another person first")
def _has_mark(editor: Editor) -> bool:
    return _is_split(editor) and moments_of(editor).time is not None


def _stretch(editor: Editor, where: TimeRange) -> TimeRange:
    """In to out as clip times, else from the playhead to the end, else the whole clip."""
    found = edit_layers.in_and_out(editor, where)
    if found is not None:
        return found
    start = editor.state.playhead - where.start if editor.state.playhead in where else 0
    return TimeRange.between(start, where.duration)


ECHO_SECONDS = 0.2
"""From one echo to the next."""
_LAYERS, _PEOPLE = "Clip/Layers", "Clip/Time of a person"
ACTIONS = (
    Action("layers.panel", "Layers &panel", show_panel, ("Ctrl+Alt+Y",), _LAYERS,
           help="Show the panel that takes clips apart"),
    Action("layers.make", "&Make layers", make, (), _LAYERS, _has_track, icon="layers",
           help="Take the clip apart: a clean background, every tracked object, and its shadow"),
    Action("layers.split", "&Split into layers", edit_layers.split, ("Ctrl+Alt+P",), _LAYERS, _can_split,
           separator=True, help="Put background, shadows and objects on tracks of their own in place of the clip"),
    Action("layers.remove", "&Remove object", edit_layers.remove, ("Ctrl+Alt+Del",), _LAYERS, _has_clip_of_layers,
           help="Take the object in hand out of the clip, with its shadow, or put it back"),
    Action("layers.insert", "&Insert behind object", edit_layers.insert_behind, ("Ctrl+Alt+I",), _LAYERS,
           _has_clip_of_layers,
           help="Put the other selected clip, or a new title, behind the object in hand; shadows fall on it"),
    Action("layers.stick", "S&tick to the scene", edit_layers.stick, ("Ctrl+Alt+N",), _LAYERS, _can_stick,
           edit_layers.sticks,
           help="What is selected, a title or a picture, stays on what it lies over at the playhead while the "
                "camera moves"),
    Action("layers.shadow_keep", "&Keep shadow", partial(edit_layers.set_shadow, label=0, how="keep"), (), _LAYERS,
           _has_layers, separator=True, help="Let the object throw its shadow"),
    Action("layers.shadow_soften", "S&often shadow", partial(edit_layers.set_shadow, label=0, how="soften"), (),
           _LAYERS, _has_layers, help="A lighter, blurred shadow"),
    Action("layers.shadow_drop", "&Drop shadow", partial(edit_layers.set_shadow, label=0, how="drop"), (), _LAYERS,
           _has_layers, help="The object without its shadow"),
    Action("people.freeze", "&Freeze person here", freeze, ("Ctrl+Alt+F",), _PEOPLE, _is_split,
           help="Hold the person, with the shadow, from the playhead to the out point or the end; the rest plays on"),
    Action("people.delay", "&Delay person…", delay, (), _PEOPLE, _is_split,
           help="Everything the person does happens later, or earlier"),
    Action("people.slow", "&Speed of the person…", slow, (), _PEOPLE, _is_split,
           help="Slower or faster between the in and out points, or from the playhead on"),
    Action("people.repeat", "&Repeat…", repeat, (), _PEOPLE, _is_split,
           help="Show what lies between the in and out points, or the second before the playhead, again"),
    Action("people.reverse", "Re&verse person", reverse, (), _PEOPLE, _is_split,
           help="Play the person backwards, between the in and out points where there are any"),
    Action("people.echo", "E&choes…", echo, (), _PEOPLE, _is_split,
           help="Copies that follow the person, each fainter than the one before"),
    Action("people.pictures", "&Leave pictures behind…", leave_pictures, (), _PEOPLE, _is_split,
           help="Pictures of the person stay where it was, again and again, to the end of the clip"),
    Action("people.mark", "&Mark this moment", mark, ("Ctrl+Alt+J",), _PEOPLE, _is_split, separator=True,
           help="Remember the playhead, to align another person with it"),
    Action("people.align", "&Align this moment with the mark", align, ("Ctrl+Alt+A",), _PEOPLE, _has_mark,
           help="What the person does at the playhead happens at the marked moment"),
    Action("people.reset", "&Time of the film", edit_layers.reset_time, (), _PEOPLE, _is_split, separator=True,
           help="The person keeps time with the background again"),
)  # fmt: skip
