"""Memory and time of tracking over a long clip: both must not grow with the frames that are done.

    python tests/bench/long_track.py [--frames 5000] [--size 854x480] [--soft] [--kill] [--keep FOLDER]

The clip is drawn: two seconds of the program's own scene, there and back, as often as it takes. It is tracked fast
from its first mask, on one thread, as the catalog's job does. A table tells each tenth of the clip; the last line is
a verdict. `--frames 300` is a quick look. --kill: after that the same by `laminar track`, all of whose processes are
killed when half of the masks are there; given again, the command must end with the same files, and the most memory that
its processes held together is told.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from av.video.reformatter import VideoReformatter

from core import catalog
from core.media.matte import write_labels
from core.media.writer import FilmWriter, VideoSpec, colours_for, to_encoder
from core.sample import Scene
from core.time import FrameRate

PERIOD = 48
MOST_MB = 2500
GROWTH_MB = 100
"""Between the second and the last tenth."""


def write_clip(folder: Path, size: tuple[int, int], frames: int) -> tuple[Path, Path]:
    """The clip and the mask of its first frame."""
    scene = Scene(*size, frames=PERIOD)
    spec = VideoSpec("libx264", "yuv420p", {"crf": "20", "preset": "ultrafast"})
    reformatter, colours = VideoReformatter(), colours_for(size[1])
    pictures = [scene.frame(n) for n in range(min(PERIOD, frames))]
    writer = FilmWriter(folder / "clip.mp4", "mp4", size=size, rate=FrameRate(25, 1), video=spec)
    for n in range(frames):
        turn = n % (2 * PERIOD - 2)
        picture = pictures[turn if turn < PERIOD else 2 * PERIOD - 2 - turn]
        writer.write_video(to_encoder(picture, spec, colours, reformatter))
    writer.close()
    labels = scene.labels(0)
    write_labels(folder / "mask.png", np.where(labels == 1, labels, 0).astype(np.uint8))
    return folder / "clip.mp4", folder / "mask.png"


def run(folder: Path, size: tuple[int, int], frames: int, soft: bool) -> Iterator[tuple[int, float, float]]:
    """Rows of (frames done, resident MB, CPU milliseconds a frame since the row before), as they come."""
    clip, mask = write_clip(folder, size, frames)
    parameters: dict[str, Any] = {
        "clip": str(clip), "key_masks": {"0": str(mask)}, "fast": True, "soft": soft
    }  # fmt: skip
    process, before = psutil.Process(), time.process_time()
    wanted = [round(frames * k / 10) for k in range(1, 11)]
    last = 0
    for step in catalog.run(catalog.JOBS["track"], folder / "results", parameters, {}):
        done = int(step.fields.get("frame", -1)) + 1
        while wanted and done >= wanted[0]:
            now = time.process_time()
            yield done, process.memory_info().rss / 2**20, 1000 * (now - before) / max(1, done - last)
            before, last = now, done
            wanted.pop(0)


def command(folder: Path, out: Path, stop: float = float("inf")) -> float:
    """Run `laminar track`, killed when so many masks are there; the most MB that its processes held together."""
    root = Path(__file__).resolve().parents[2]
    call = [sys.executable, "-m", "app", "track", str(folder / "clip.mp4")]
    call += ["--mask", str(folder / "mask.png"), "--fast", "-o", str(out)]
    called = subprocess.Popen(call, cwd=root, start_new_session=True, stdout=subprocess.DEVNULL)
    process, most = psutil.Process(called.pid), 0.0
    while called.poll() is None:
        most = max(most, _resident(process))
        if stop < float("inf") and (made := len(list(out.rglob("[0-9]*.png")))) >= stop:
            os.killpg(called.pid, signal.SIGKILL)
            print(f"killed with {made} masks")
        time.sleep(1)
    return most


def _resident(process: psutil.Process) -> float:
    """MB of a process and those that it began."""
    try:
        every = [process, *process.children(recursive=True)]
        return sum(each.memory_info().rss for each in every) / 2**20
    except psutil.NoSuchProcess:
        return 0.0


def killed(folder: Path, frames: int) -> bool:
    """Whether a command that was killed and given again leaves the masks of the job that was not."""
    out = folder / "masks"
    peaks = [command(folder, out, frames // 2), command(folder, out)]
    whole = next((folder / "results").rglob("00000.png")).parent
    made = sorted(path.name for path in out.glob("*.png"))
    equal = [name for name in made if (out / name).read_bytes() == (whole / name).read_bytes()]
    print(
        f"killed and given again: {len(equal)} of {frames} masks equal; all processes at most {max(peaks):.0f} MB"
    )
    return len(equal) == frames


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=5000)
    parser.add_argument("--size", default="854x480")
    parser.add_argument("--soft", action="store_true")
    parser.add_argument("--kill", action="store_true")
    parser.add_argument("--keep", type=Path, help="Work in this folder and leave it.")
    args = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    width, height = (int(side) for side in args.size.split("x"))
    with tempfile.TemporaryDirectory() as name:
        folder = args.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        print(f"{'frames':>8} {'MB':>8} {'CPU ms':>12}")
        rows = []
        for done, memory, each in run(folder, (width, height), args.frames, args.soft):
            rows.append((done, memory, each))
            print(f"{done:8} {memory:8.0f} {each:12.1f}", flush=True)
        same = not args.kill or killed(folder, args.frames)
    peak, growth = max(row[1] for row in rows), rows[-1][1] - rows[1][1]
    good = peak < MOST_MB and growth < GROWTH_MB
    print(f"peak {peak:.0f} MB, growth {growth:+.0f} MB: {'good' if good else 'TOO MUCH'}")
    sys.exit(0 if good and same else 1)


if __name__ == "__main__":
    main()
