"""laminar suggest: which frames of a track are worth drawing on."""

from __future__ import annotations

from pathlib import Path

import msgspec

from app.cli.terminal import Terminal, existing
from core.errors import MediaError
from core.media.appearances import read_appearances
from core.media.matte import MASKS, read_confidences
from core.media.suggest import drawn_frames, suggest

WHY = {
    "gone": "object {} was not found",
    "cut": "no mask of object {} was drawn since the scene cut",
    "unsure": "the tracker was unsure of object {}",
    "far": "it is far from every drawn mask of object {}",
}


def run(masks: Path, *, json: bool) -> None:
    """Raises MediaError when the folder does not say how sure the tracker was."""
    terminal = Terminal(json)
    folder = existing(masks)
    if folder.name == MASKS and not read_confidences(folder):
        folder = folder.resolve().parent
    confidences = read_confidences(folder)
    if not confidences:
        raise MediaError(
            f"{masks} has no readable confidence.json beside its masks",
            "Give the folder that laminar track wrote",
        )
    found = suggest(confidences, drawn_frames(confidences), read_appearances(folder).cuts)
    lines = [
        f"frame {each.frame}: {WHY[each.reason].format(each.label)}; mending it may gain {each.gain:.1%}"
        for each in found
    ]
    terminal.say(
        {"suggestions": msgspec.to_builtins(found), "frames": len(confidences)},
        "\n".join(lines) or "Nothing is worth drawing on: the tracker is sure of every frame",
    )
