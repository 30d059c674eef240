"""Work on a whole track at the desk: small pieces cleaned away, shapes between key masks. What comes of it is proposed
beside the track there is, like a new tracking."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from app.editor import Editor
from app.masks.proposals import proposals_of
from app.masks.track_results import proposal_of, tracked_range
from app.threads.long_work import long_work_of, require_place
from core.errors import EditError
from core.job import Report
from core.masks import finishing
from core.media.matte import read_labels
from core.project import mask_edits
from core.project.paths import key_masks_folder, results_folder
from core.project.project import KeyMask, Media, TrackedObject


def tidy(editor: Editor) -> None:
    """Clean the object in hand in every tracked frame.

    Raises:
        EditError: when there is nothing tracked, the object is locked, or other long work is under way.
    """
    media, data, known = _in_hand(editor)
    track = media.track
    if track is None:
        raise EditError(f"{media.name} is not tracked yet", "Draw a mask and track it first")
    base = results_folder(data) / track.key
    _begin(
        editor,
        f"Tidy {known.name}",
        lambda report: finishing.tidy(base, known.label, report),
        range(track.first, track.last + 1),
    )


def fill_between(editor: Editor) -> None:
    """Give the object in hand the shapes between the key masks on both sides of the frame in hand.

    Raises:
        EditError: when there are no two such key masks, the object is locked, or other long work is under way.
    """
    media, data, known = _in_hand(editor)
    one, other = neighbours(media, editor.state.media_frame)
    folder, root = key_masks_folder(data), results_folder(data)
    base = root / media.track.key if media.track is not None else None
    keys = finishing.Keys(one.frame, other.frame, folder / one.file, folder / other.file)

    def make(report: Report) -> Path:
        for key in (one, other):
            if not (read_labels(folder / key.file) == known.label).any():
                raise EditError(
                    f"the key mask of frame {key.frame} does not show {known.name}",
                    "Draw it there, or take another object in hand",
                )
        return finishing.fill_between(root, base, keys, known.label, report)

    _begin(editor, f"Shapes of {known.name}", make, range(one.frame + 1, other.frame))


def neighbours(media: Media, frame: int) -> tuple[KeyMask, KeyMask]:
    """The key masks before and after a frame; from a key mask on to the next one.

    Raises:
        EditError: when there is none on one side, or no frame between them.
    """
    before = [key for key in media.key_masks if key.frame <= frame]
    after = [key for key in media.key_masks if key.frame > frame]
    if not before or not after:
        raise EditError(
            f"frame {frame} does not lie between two key masks",
            "Draw the object on a frame before and after it",
        )
    if after[0].frame - before[-1].frame < 2:
        raise EditError(
            f"there is no frame between {before[-1].frame} and {after[0].frame}", "Go to another one"
        )
    return before[-1], after[0]


def _in_hand(editor: Editor) -> tuple[Media, Path, TrackedObject]:
    media, data = editor.player.media, editor.document.data
    known = media.known_object(editor.state.label) if media is not None else None
    if media is None or data is None or known is None:
        raise EditError("there is no object in hand", "Draw a mask first")
    if known.locked:
        raise EditError(f"{known.name} is locked", "Unlock it in the list of objects")
    return media, data, known


def _begin(editor: Editor, name: str, make: Callable[[Report], Path], frames: Iterable[int]) -> None:
    """Make a result beside the window, and propose it; where nothing was tracked it is the track."""
    media, data, _ = _in_hand(editor)

    def done(folder: Path) -> None:
        require_place(editor, data)
        now = editor.document.project.known_media(media.id)
        if now is None or (now.track, now.key_masks) != (media.track, media.key_masks):
            raise EditError(f"the masks of {media.name} changed meanwhile", "Do it again")
        if now.track is None:
            editor.document.edit(name, mask_edits.with_track, media.id, tracked_range(now, folder))
        else:
            proposals_of(editor).offer(proposal_of(now, folder, frames, name))

    long_work_of(editor).run(name, make, done)
