"""Commands that listen first: clips brought to one loudness, music lowered under a voice, pauses cut out, recordings of
one event laid together, beats marked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from app.actions.registry import Action, tr
from app.threads.film_work import change_film, uses
from app.threads.long_work import share
from app.timeline.chosen import has_selection, leaders, selected, sequence_of
from app.widgets.amounts import length
from app.widgets.asking import ask_number
from core.errors import EditError
from core.job import Report
from core.media.activity import Meeting
from core.media.loudness import Loudness
from core.render.listening import (
    beats_of,
    ducked,
    laid_together,
    listen,
    meet,
    only,
    with_beats,
    without_pauses,
)
from core.render.loudness import loudness_of, matched
from core.render.sources import Sources
from core.time import TimeRange, seconds
from core.timeline.model import Clip, Sequence
from core.timeline.time_map import Linear

if TYPE_CHECKING:
    from app.editor import Editor

ONLINE, SOFTEST, LOUDEST = -16.0, -40.0, -8.0
PAUSE, SHORTEST_PAUSE, LONGEST_PAUSE = 0.7, 0.2, 10.0
DUCK, DEEPEST_DUCK, FAINTEST_DUCK = -12.0, -40.0, -3.0


def match(editor: Editor, target: float | None = None) -> None:
    """Set the volumes of the selected sounds so that they are equally loud; asks how loud."""
    title, sequence = tr("Match loudness"), sequence_of(editor)
    ids = [clip.id for clip in _sounds(editor)]
    question = tr("Loudness in LUFS (online -16 or -14, television -23)")
    target = target or ask_number(editor.window, title, question, ONLINE, (SOFTEST, LOUDEST), 1)
    if target is None:
        return
    aim = target
    change_film(
        editor,
        tr("Listening"),
        title,
        partial(_loudnesses, sequence, ids),
        lambda film, measured: matched(film, measured, aim),
    )


def _loudnesses(sequence: Sequence, ids: list[str], sources: Sources, report: Report) -> dict[str, Loudness]:
    """By id, without those that are silent."""
    found: dict[str, Loudness] = {}
    for number, clip_id in enumerate(ids):
        part = partial(share, report, number, len(ids))
        if (loudness := loudness_of(sequence, clip_id, sources, part)) is not None:
            found[clip_id] = loudness
    return found


def cut_pauses(editor: Editor, shortest: float | None = None) -> None:
    """Cut the selected clip, and what is linked to it, where it says nothing; asks how long a pause must be."""
    title, sequence = tr("Cut out pauses"), sequence_of(editor)
    clips = _sounds(editor)
    if len(clips) > 1:
        raise EditError("more than one sound is selected", "Select the one that is to be cut")
    shortest = shortest or ask_number(
        editor.window, title, tr("Shortest pause, in seconds"), PAUSE, (SHORTEST_PAUSE, LONGEST_PAUSE), 1
    )
    if shortest is None:
        return
    clip_id = clips[0].id
    alone, (track, span, _) = only(sequence, [clip_id]), sequence.find(clip_id)

    def tell(_: object) -> None:
        gone = track.duration - sequence_of(editor).track(track.id).duration
        editor.notify.hint(tr("{0} of pauses were cut out").format(length(seconds(gone))))

    change_film(
        editor,
        tr("Listening"),
        title,
        lambda sources, report: listen(alone, span, sources, report),
        lambda film, heard: without_pauses(film, clip_id, heard, shortest),
        tell,
        rests_on=uses([clip_id], places=True),
    )


def duck(editor: Editor, by: float | None = None) -> None:
    """Lower the selected sound wherever others are heard; asks by how much."""
    title, sequence = tr("Lower under voices"), sequence_of(editor)
    ids = [clip.id for clip in _sounds(editor)]
    by = by or ask_number(
        editor.window, title, tr("Lower by so many decibels"), DUCK, (DEEPEST_DUCK, FAINTEST_DUCK), 1
    )
    if by is None:
        return
    others = only(sequence, ids, without=True)
    places = [sequence.find(clip_id)[1] for clip_id in ids]
    span = TimeRange.between(min(one.start for one in places), max(one.end for one in places))
    change_film(
        editor,
        tr("Listening"),
        title,
        lambda sources, report: listen(others, span, sources, report),
        lambda film, heard: ducked(film, ids, heard, by),
        rests_on=lambda film: [track for track in film.tracks if track.kind == "audio"],
    )


def align(editor: Editor) -> None:
    """Lay the selected clips where they sound together with the first of them."""
    sequence = sequence_of(editor)
    clips = sorted((sequence.find(clip_id) for clip_id in leaders(editor)), key=lambda found: found[1].start)
    if len(clips) < 2:
        raise EditError("one clip alone has nothing to be aligned with", "Select two recordings of one event")
    first, *others = (clip for _, _, clip in clips)
    for clip in (first, *others):
        _require_own_speed(clip)
    change_film(
        editor,
        tr("Listening"),
        tr("Align by sound"),
        partial(_meetings, first, others),
        lambda film, found: laid_together(film, first.id, found),
        partial(_tell_lost, editor, others),
        uses([first.id, *(clip.id for clip in others)]),
    )


def mark_beats(editor: Editor) -> None:
    """A marker on every beat of the selected sound, to cut on."""
    clips = _sounds(editor)
    if len(clips) > 1:
        raise EditError("more than one sound is selected", "Select the music alone")
    (clip,) = clips
    _require_own_speed(clip)
    change_film(
        editor,
        tr("Listening"),
        tr("Mark beats"),
        lambda sources, report: beats_of(clip, sources, report),
        lambda film, times: with_beats(film, clip.id, times),
        rests_on=uses([clip.id]),
    )


def _require_own_speed(clip: Clip) -> None:
    if not (isinstance(clip.time_map, Linear) and clip.time_map.num == clip.time_map.den):
        raise EditError(f"{clip.name} does not play at its own speed", "Set its speed back first")


def _meetings(first: Clip, others: list[Clip], sources: Sources, report: Report) -> dict[str, Meeting | None]:
    found: dict[str, Meeting | None] = {}
    for number, clip in enumerate(others):
        found[clip.id] = meet(first, clip, sources, partial(share, report, number, len(others)))
    return found


def _tell_lost(editor: Editor, others: list[Clip], found: dict[str, Meeting | None]) -> None:
    lost = [clip.name for clip in others if (at := found[clip.id]) is None or not at.certain]
    if lost:
        editor.notify.warning(
            tr("{0} was left where it is").format(", ".join(lost)), tr("It shares no sound that is certain")
        )


def _sounds(editor: Editor) -> list[Clip]:
    """The clips on audio tracks that are selected, or linked to a selected one. Raises EditError when there is none."""
    links = {clip.link for clip in selected(editor) if clip.link}
    wanted = editor.state.selection
    found = [
        clip
        for track, _, clip in sequence_of(editor).clips()
        if track.kind == "audio" and (clip.id in wanted or clip.link in links)
    ]
    if not found:
        raise EditError("no sound is selected", "Click a clip that can be heard")
    return found


ACTIONS = (
    Action("listening.beats", "Mark beats", mark_beats, (), "Clip/Sound", has_selection,
           help="Markers on the beats of the selected music; clips and cuts snap to them"),
    Action("listening.match", "Match loudness…", match, (), "Clip/Sound", has_selection,
           help="Set the volume of the selected clips so that they are equally loud to the ear"),
    Action("listening.pauses", "Cut out pauses…", cut_pauses, (), "Clip/Sound", has_selection,
           help="Cut the selected clip where nobody says anything, and close up"),
    Action("listening.duck", "Lower under voices…", duck, (), "Clip/Sound", has_selection,
           help="Lower the selected music wherever something else is heard, by keyframes of its volume"),
    Action("listening.align", "Align by sound", align, (), "Clip/Sound", has_selection,
           help="Lay recordings of one event, such as of several cameras, where they sound together with the first"),
)  # fmt: skip
