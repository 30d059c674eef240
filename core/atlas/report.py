"""What an atlas fit says of its quality, in report.json; read without torch."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from core.errors import MediaError
from core.files import NOT_JSON, write_atomic, write_json

REPORT = "report.json"


class AtlasReport(msgspec.Struct, frozen=True):
    """How good an atlas fit is, as report.json has it.

    psnr_over_time: (seconds of wall time, dB over all pixels of whole frames), ascending; all but the last of a
        few frames.
    psnr_masks, psnr_outside: inside and outside of all masks.
    pages: of each object, by its label.
    notes: what the user should know, one sentence each.
    """

    psnr_over_time: tuple[tuple[float, float], ...]
    psnr: float
    psnr_masks: float
    psnr_outside: float
    pages: dict[str, int]
    frames: int
    seconds: float
    cpu_seconds: float
    notes: tuple[str, ...] = ()


def read_report(folder: Path) -> AtlasReport:
    """Raises MediaError when there is none, or it cannot be read."""
    try:
        return msgspec.json.decode((folder / REPORT).read_bytes(), type=AtlasReport)
    except (OSError, *NOT_JSON) as error:
        raise MediaError(f"{folder / REPORT} cannot be read", "Make the atlas again") from error


def write_report(folder: Path, report: AtlasReport) -> None:
    """Raises OSError when the disk refuses."""
    write_json(folder / REPORT, report)
    scores = {"psnr": report.psnr, "psnr_masks": report.psnr_masks, "psnr_outside": report.psnr_outside}
    write_atomic(folder / "scores.json", msgspec.json.encode(scores))


def said(name: str) -> str:
    """A step's name in words: "round 1 page_01_long texture" as "Refining object 1, round 1"."""
    found = re.match(r"(growing|round \d+)(?: \d+)? page_(\d\d)", name)
    if found is None:
        return {"long": "Objects laid out", "pages": "Pages laid out"}.get(name, name.capitalize())
    thing = f"object {int(found[2])}" if int(found[2]) else "the background"
    return f"Laying out {thing}" if found[1] == "growing" else f"Refining {thing}, {found[1]}"
