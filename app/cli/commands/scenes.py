"""laminar scenes: the shots of a clip."""

from __future__ import annotations

import csv
import io
from contextlib import closing
from itertools import pairwise
from pathlib import Path

from app.cli.clips import moving
from app.cli.targets import make_folder, require_suffix, spare
from app.cli.terminal import Terminal, counted
from core.files import write_atomic
from core.job import Report
from core.media.info import MediaInfo
from core.media.reader import open_source
from core.render.shots import shot_starts
from core.time import TICKS_PER_SECOND, TimeRange

Shot = tuple[int, float, int]
"""First frame, its time in seconds, number of frames."""


def run(clip: Path, out: Path | None, *, json: bool) -> None:
    """Raises MediaError when the clip or the target cannot be used."""
    terminal = Terminal(json)
    info, _ = moving(terminal, clip)
    if out is not None:
        require_suffix(out, ".csv", "-o")
        spare(out, clip)
        make_folder(out.parent)
    shots = terminal.watch("Looking for cuts", lambda report: _shots(clip, info, report))
    if out is not None:
        _write(out, shots)
    lines = [f"{start:10.3f} s  frame {first}, {counted(count, 'frame')}" for first, start, count in shots]
    named = [{"frame": first, "start": round(start, 6), "frames": count} for first, start, count in shots]
    answer = {"outputs": [str(out)] if out else [], "shots": named, "frames": sum(shot[2] for shot in shots)}
    terminal.say(
        answer, "\n".join([*lines, counted(len(shots), "shot") + (f", listed in {out}" if out else "")])
    )


def _shots(clip: Path, info: MediaInfo, report: Report) -> list[Shot]:
    with closing(open_source(clip, info)) as source:
        starts = [0, *shot_starts(source, TimeRange(0, info.duration), report)]
        ends = pairwise([*starts, source.frame_count])
        return [(first, source.time_of(first) / TICKS_PER_SECOND, end - first) for first, end in ends]


def _write(path: Path, shots: list[Shot]) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["frame", "seconds", "frames"])
    rows.writerows((first, f"{start:.6f}", count) for first, start, count in shots)
    write_atomic(path, text.getvalue().encode())
