"""What a tracking job is asked: its parameters, read and checked in one place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from core.errors import MediaError
from core.masks.keymasks import DIRECTIONS, Direction
from core.media.info import Fields


class Question(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Carry the key masks through frames first to last (inclusive) of a clip.

    clip: a video file or a folder of numbered images.
    fields: the user's choice for the clip's fields.
    key_masks: frame number (as text) to the mask's file. All are kept as drawn and feed the memory.
    last: -1 for the clip's last frame.
    direction: away from the known frames; "one_forward" and "one_back" track a single frame from its neighbour.
    base: folder of an earlier result. What is not tracked now is kept from it; without a key mask there,
        tracking starts from its mask at `first` (forward) or `last` (backward).
    fast: fewer, larger places are compared.
    network: match a single object by the features of the matching network beside the hand-made ones. It mixes
        up several objects that stand together, and clips of few rows are too small for it: they do without.
    adapt: first train the network on the known masks, for at most a minute; not when fast, and only for a
        single object, as the network.
    seed: of that training.
    soft: also write soft mattes.
    resize: accept masks of another size than the clip.
    reidentify: tell missing objects and look for them, and stop at scene cuts; without, masks are only carried.
    verdicts: what the user said of found objects, {label, frame, box: [x, y, width, height], accept}: a refused
        one is never used, an accepted one always.
    surer: the masks of `base` have a say beside the new ones (a correction): what agrees best with all drawn
        masks wins.
    every: the network sees each so many-th frame, and its features go with the flow between: a little quicker,
        and a little worse.
    """

    clip: str
    fields: Fields = ""
    key_masks: dict[str, str]
    first: int = 0
    last: int = -1
    direction: Direction = "both"
    base: str = ""
    fast: bool = False
    network: bool = True
    adapt: bool = False
    seed: int = 0
    soft: bool = True
    resize: bool = False
    reidentify: bool = True
    verdicts: tuple[Any, ...] = ()
    surer: bool = False
    every: int = 1


def read_question(asked: Mapping[str, Any]) -> Question:
    """The parameters of a job as a question. Raises MediaError when they make none."""
    direction = asked.get("direction", "both")
    if direction not in DIRECTIONS:
        raise MediaError(f"{direction!r} is no direction to track in", f"Use one of {', '.join(DIRECTIONS)}")
    try:
        return msgspec.convert(dict(asked), Question)
    except msgspec.ValidationError as error:
        raise MediaError(f"the parameters of a tracking cannot be read: {error}") from error
