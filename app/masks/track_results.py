"""What comes back from tracking: attached to the media, proposed beside the track there is, or kept when stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from app.editor import Editor
from app.jobs.media_work import require_same_file
from app.jobs.records import JobRecord
from app.masks.proposals import Proposal, proposals_of
from app.masks.target import with_pictures
from core.errors import EditError
from core.files import link_or_copy, write_atomic
from core.job import read_manifest, write_manifest
from core.media.appearances import APPEARANCES
from core.media.matte import CONFIDENCE, MASKS, SOFT, Confidences, MaskFolder, read_confidences
from core.project import mask_edits, results
from core.project.project import Media, TrackedRange


def take_result(editor: Editor, record: JobRecord, folder: Path | None = None) -> None:
    """A job's result is attached, or proposed where that was asked for and there is a track to compare with.

    Args:
        folder: the result; the finished job's own when not given.

    Raises:
        EditError: as `attach_folder`.
    """
    folder = folder or record.folder
    assert folder is not None, "a finished job has its folder"
    require_same_file(editor.document.project, record)
    media_id = record.media_id
    data, media = editor.document.data, with_pictures(editor.document.project, media_id)
    if data is not None and media is not None:
        folder = results.bring(folder, data)
    if media is None or media.track is None or not record.order.context.get("proposal"):
        attach_folder(editor, media_id, folder)
        return
    first, last = (int(record.order.parameters[name]) for name in ("first", "last"))
    name = f"Track {media.name} again"
    proposals_of(editor).offer(proposal_of(media, folder, range(first, last + 1), name))


def proposal_of(media: Media, folder: Path, frames: Iterable[int], name: str) -> Proposal:
    """A result folder as a proposal for a media that has a track.

    Args:
        frames: what was tracked anew; frames with key masks are shown as drawn either way and do not count.

    Raises:
        EditError: when there are no masks in the result.
    """
    assert media.track is not None, "there is something to compare with"
    drawn = {key.frame for key in media.key_masks}
    counted = tuple(frame for frame in frames if frame not in drawn)
    return Proposal(media.id, media.track, tracked_range(media, folder), counted, name)


def attach_folder(editor: Editor, media_id: str, folder: Path) -> None:
    """A result becomes the media's tracked range: one undoable edit.

    Raises:
        EditError: when the media is gone, or nothing was tracked; the result stays on the disk.
    """
    media = with_pictures(editor.document.project, media_id)
    if media is None:
        raise EditError(
            "what was tracked is not in this project any more",
            "Undo brings it back, or open its project; track again, and the masks are there at once",
        )
    editor.document.edit(f"Track {media.name}", mask_edits.with_track, media_id, tracked_range(media, folder))


def tracked_range(media: Media, folder: Path) -> TrackedRange:
    """A result folder as the media's track.

    Raises:
        EditError: when there are no masks in it.
    """
    with os.scandir(folder / MASKS) as entries:
        names = sorted(entry.name for entry in entries if entry.name.endswith(".png"))
    if not names:
        raise EditError(f"tracking {media.name} left no masks", "Draw a larger mask and track again")
    return TrackedRange(folder.name, int(Path(names[0]).stem), int(Path(names[-1]).stem))


def keep_stopped(folder: Path, base: Path | None = None) -> Path | None:
    """Keep what a stopped job has made as a result of its own, so that the job can still go on from its folder.

    Args:
        folder: the partial folder.
        base: the earlier result; gives the frames that the job did not come to.

    Returns:
        The new folder beside it; None when the job has tracked nothing yet.
    """
    frames, manifest = MaskFolder(folder).frames(), read_manifest(folder)
    if len(frames) < 2 or manifest is None:
        return None
    over = "" if base is None else f"-{base.name[:8]}"
    kept = folder.with_name(f"{folder.name.removesuffix('.partial')}-{len(frames)}{over}")
    if not kept.exists():
        making = kept.with_name(f"{kept.name}.copy")
        shutil.rmtree(making, ignore_errors=True)
        sources = [folder] if base is None else [folder, base]
        for source in sources:  # the first has its say
            for part in (MASKS, SOFT):
                for path in sorted((source / part).rglob("*.png")):
                    link_or_copy(path, making / path.relative_to(source))
        told = [source / APPEARANCES for source in sources if (source / APPEARANCES).is_file()]
        if told:
            shutil.copyfile(told[0], making / APPEARANCES)
        confidence: Confidences = {}
        for source in reversed(sources):
            confidence |= read_confidences(source)
        write_atomic(making / CONFIDENCE, msgspec.json.encode(confidence))
        done = msgspec.structs.replace(manifest, complete=True)
        write_manifest(making, done)
        making.rename(kept)
    return kept
