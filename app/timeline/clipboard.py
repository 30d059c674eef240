"""Clips on the system's clipboard, as JSON, and back; pure except for the two that touch the clipboard."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import msgspec
from msgspec.structs import replace
from PySide6.QtGui import QGuiApplication

from core.errors import EditError
from core.files import NOT_JSON
from core.project.luggage import Luggage, renamed
from core.project.placing import fresh_copies, outward
from core.timeline import edits
from core.timeline.model import Clip, Sequence, TrackKind, new_id

LOOKS = ("x", "y", "scale", "rotation", "opacity", "blend", "gain")
"""Fields of a clip that are its look or loudness, beside its effects."""
START = '{"type":"laminar clips"'


class Piece(msgspec.Struct, frozen=True):
    """A copied clip: kind of its track, place of that track from the border of picture and sound outward, offset
    from the earliest clip in ticks."""

    kind: TrackKind
    lane: int
    offset: int
    clip: Clip


class Clipping(msgspec.Struct, frozen=True, tag="laminar clips"):
    """What the clipboard holds, so that text from elsewhere is not taken for it."""

    pieces: tuple[Piece, ...] = ()
    luggage: Luggage = Luggage()

    @property
    def clips(self) -> tuple[Clip, ...]:
        return tuple(piece.clip for piece in self.pieces)


def pieces(sequence: Sequence, ids: frozenset[str]) -> tuple[Piece, ...]:
    """The clips as they stand to each other, earliest first."""
    chosen = [(track, where, clip) for track, where, clip in sequence.clips() if clip.id in ids]
    if not chosen:
        return ()
    start = min(where.start for _, where, _ in chosen)
    lanes = {
        track.id: lane for kind in ("video", "audio") for lane, track in enumerate(outward(sequence, kind))
    }
    found = [Piece(track.kind, lanes[track.id], where.start - start, clip) for track, where, clip in chosen]
    return tuple(sorted(found, key=lambda piece: piece.offset))


def pasted(sequence: Sequence, copied: tuple[Piece, ...], time: int, *, insert: bool) -> Sequence:
    """The sequence with copies of the pieces from `time` on, on the tracks they came from or the outermost there is.

    Raises:
        EditError: nothing was copied, no track of a kind, or a locked track.
    """
    if not copied:
        raise EditError("there are no clips to paste", "Select clips and copy them first")
    rows: dict[str, list[tuple[int, Clip]]] = {}
    lanes = {kind: _lanes(sequence, kind) for kind in {piece.kind for piece in copied}}
    for piece, clip in zip(copied, fresh_copies(piece.clip for piece in copied), strict=True):
        names = lanes[piece.kind]
        track = names[min(piece.lane, len(names) - 1)]
        rows.setdefault(track, []).append((time + piece.offset, clip))
    if insert:
        length = max(piece.offset + piece.clip.duration for piece in copied)
        sequence = edits.insert_gap(sequence, time, length, rows)
    return edits.overwrite_each(sequence, rows)


def with_media_of(copied: tuple[Piece, ...], ids: dict[str, str]) -> tuple[Piece, ...]:
    """The pieces with the ids that their media have in a project (core.project.luggage)."""
    if all(known == there for known, there in ids.items()):
        return copied
    return tuple(replace(piece, clip=renamed(piece.clip, ids)) for piece in copied)


def looks_pasted(sequence: Sequence, copied: tuple[Piece, ...], ids: Iterable[str]) -> Sequence:
    """The sequence with how the first copied picture looks, and how loud the first copied sound is, on these clips:
    effects, place, size, turn, opacity, blend mode; gain.

    Raises:
        EditError: nothing was copied, or a locked track.
    """
    first = {piece.kind: piece.clip for piece in reversed(copied)}
    if not first:
        raise EditError("there is no clip to take the look from", "Select a clip and copy it first")

    wanted = set(ids)
    for kind, given in first.items():
        looks = {name: getattr(given, name) for name in LOOKS}
        here = [clip.id for track, clip in sequence.chosen(wanted) if track.kind == kind]
        sequence = edits.set_clips(sequence, here, **looks)
        sequence = edits.each_clip(sequence, here, partial(_with_effects_of, given))
    return sequence


def _with_effects_of(given: Clip, clip: Clip) -> Clip:
    return replace(clip, effects=tuple(replace(effect, id=new_id()) for effect in given.effects))


def _lanes(sequence: Sequence, kind: TrackKind) -> list[str]:
    """Ids of the tracks of a kind from the border outward. Raises EditError when there is none."""
    found = [track.id for track in outward(sequence, kind)]
    if not found:
        raise EditError(f"there is no {kind} track", "Add one with a right click on the track names")
    return found


_own = "", Clipping()
"""What was put there from here last, so that thousands of clips need not be read from their text again."""


def put_on_clipboard(clipping: Clipping) -> None:
    global _own
    text = msgspec.json.encode(clipping).decode()
    _own = text, clipping
    # As text: a QMimeData made in Python crashes PySide 6.10 when the program ends with it on the clipboard.
    QGuiApplication.clipboard().setText(text)


def from_clipboard() -> Clipping:
    """What was copied last; without pieces when the clipboard holds something else."""
    text = QGuiApplication.clipboard().text()
    if text == _own[0]:
        return _own[1]
    if not text.startswith(START):
        return Clipping()
    try:
        return msgspec.json.decode(text, type=Clipping)
    except NOT_JSON:
        return Clipping()
