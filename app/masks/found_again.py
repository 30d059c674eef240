"""What is told of an object that was lost: its gaps and appearances in the order of the film, and
what was said of them.

The result says what the program thought; a verdict of the user goes before it, and is *pending* until the next
tracking has heard of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.masks.track_records import TrackRecord
from core.errors import LaminarError
from core.media.appearances import Box, State
from core.media.info import Frame
from core.media.pool import SourcePool
from core.project import mask_edits
from core.project.project import Media, Verdict

MARGIN = 0.2
"""How much of a box's sides is shown around it."""


@dataclass(frozen=True)
class Entry:
    """A gap (no box) or an appearance. first, last: the frames it speaks of, inclusive. frame: where to look.
    state and score: of an appearance. pending: the user has said otherwise than the result has it."""

    first: int
    last: int
    frame: int
    box: Box | None = None
    state: State = "found"
    score: float = 0.0
    pending: bool = False

    def verdict(self, label: int, accept: bool) -> Verdict:
        """What is kept when the user accepts or refuses it. Only for appearances."""
        assert self.box is not None, "nobody is asked about a gap"
        return Verdict(label, self.frame, self.box, accept)


def entries(record: TrackRecord | None, media: Media, label: int) -> list[Entry]:
    """Gaps and appearances of an object, by frame; also appearances of which only the user's word is left."""
    history = record.history(label) if record is not None else None
    said = [verdict for verdict in media.verdicts if verdict.label == label]
    found = [Entry(first, last, first) for first, last in history.gaps] if history is not None else []
    for known in history.appearances if history is not None else ():
        probe = Verdict(label, known.frame, known.box, True)
        verdict = next((one for one in said if mask_edits.same_appearance(one, probe)), None)
        state = known.state
        if verdict is not None:
            said.remove(verdict)
            state = "accepted" if verdict.accept else "refused"
        elif state == "accepted":
            state = "found"  # the user took his word back
        elif state == "refused":
            state = "candidate"
        used = {"found": True, "accepted": True, "candidate": False, "refused": False}
        pending = used[state] != used[known.state]
        found.append(Entry(known.first, known.last, known.frame, known.box, state, known.score, pending))
    for one in said:
        state = "accepted" if one.accept else "refused"
        found.append(Entry(one.frame, one.frame, one.frame, one.box, state, 0.0, one.accept))
    return sorted(found, key=lambda entry: (entry.frame, entry.box is not None))


def crop(frame: Frame, box: Box, size: tuple[int, int]) -> Frame:
    """The box with a margin, fitted into `size` (width, height); RGB(A) uint8 (H, W, C)."""
    height, width = frame.shape[:2]
    x, y, w, h = box
    left, top = max(0, int(x - MARGIN * w)), max(0, int(y - MARGIN * h))
    right, bottom = min(width, int(x + w + MARGIN * w) + 1), min(height, int(y + h + MARGIN * h) + 1)
    if left >= right or top >= bottom:
        return np.zeros((size[1], size[0], 3), np.uint8)
    part = frame[top:bottom, left:right]
    scale = min(size[0] / part.shape[1], size[1] / part.shape[0])
    fitted = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.ascontiguousarray(cv2.resize(part, fitted, interpolation=way), np.uint8)


def crops(
    pool: SourcePool, path: Path, media: Media, wanted: Iterable[tuple[int, Box]], size: tuple[int, int]
) -> dict[tuple[int, Box], Frame]:
    """Pictures of appearances by frame and box; for a thread beside the window. A frame that cannot be read is left
    out."""
    found: dict[tuple[int, Box], Frame] = {}
    source = pool.source(path, media.info)
    for frame, box in wanted:
        try:
            found[frame, box] = crop(source.fetch(frame, None), box, size)
        except (LaminarError, IndexError):
            continue
    return found
