"""Interpolation on real clips: PSNR and SSIM of predicted frames, and seconds, beside ffmpeg's minterpolate.

    python tests/bench/interpolate.py DATA --score SCORE [--clips a,b] [--every N]
        [--ways splat,net,…] [--task 2x|4x|ahead]
    python tests/bench/interpolate.py DATA --score SCORE --times [--size 1280x720]

2x: of every clip of davis-dev the odd frames are predicted from the even ones. 4x: every fourth frame is kept, the
three between are predicted. ahead: a frame is predicted from the two before it. Ways: blend, fast
(DIS fast, splat), splat (DIS medium), two (splat from two frames alone: paths are straight), net
(the shipped network), mci and mci-bidir (ffmpeg minterpolate with its defaults, and
mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1; 2x only). Means of a clip, then of the clips. --times gives CPU
seconds of one thread a predicted frame, motion included, decoding not.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import cv2
import numpy as np
import numpy.typing as npt

from core.motion.between import Betweens, Neighbours
from core.retime.interpolate import betweens
from tests.bench.davis import scorer, wanted

Picture = npt.NDArray[np.uint8]
MCI = {"mci": "mi_mode=mci", "mci-bidir": "mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1"}
WAYS = ("blend", "fast", "two", "splat", "net")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--clips", default="")
    parser.add_argument("--every", type=int, default=1, help="only each Nth prediction")
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--task", choices=["2x", "4x", "ahead"], default="2x")
    parser.add_argument("--times", action="store_true")
    parser.add_argument("--size", default="854x480", help="of --times; frames are enlarged to it")
    parser.add_argument("--frames", type=int, default=13, help="read of a clip by --times")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    ways, score = args.ways.split(","), scorer(args.score)
    root = args.data / "davis-dev" / "JPEGImages" / "480p"
    names = wanted(sorted(path.name for path in root.iterdir()), args.clips)
    if args.times:
        tell_times(root / names[0], ways, tuple(int(side) for side in args.size.split("x")), args.frames)
        return
    table: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    for name in names:
        frames = read(root / name)
        for way in ways:
            table[way].append(score_clip(score, frames, way, args.task, args.every))
        row = "  ".join(f"{way} {table[way][-1][0]:.2f} {table[way][-1][1]:.4f}" for way in ways)
        print(f"{name:16} {row}", flush=True)
    for way in ways:
        psnr, ssim = np.mean(table[way], axis=0)
        lowest = min(a[0] - b[0] for a, b in zip(table[way], table.get("splat", table[way]), strict=True))
        print(f"{way:10} PSNR {psnr:.3f}  SSIM {ssim:.4f}  lowest against splat {lowest:+.2f}")


def read(folder: Path, size: tuple[int, ...] | None = None, count: int = 0) -> list[Picture]:
    """RGB frames."""
    frames = []
    for path in sorted(folder.iterdir())[: count or None]:
        frame = cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)
        resize = size is not None and frame.shape[1::-1] != size
        frames.append(cv2.resize(frame, size, interpolation=cv2.INTER_CUBIC) if resize else frame)
    return frames


def score_clip(
    score: ModuleType, frames: Sequence[Picture], way: str, task: str, every: int
) -> tuple[float, float]:
    """Mean PSNR and SSIM of a clip's predicted frames."""
    gap = {"2x": 2, "4x": 4, "ahead": 1}[task]
    kept = list(frames[::gap])
    times = [2.0] if task == "ahead" else [n / gap for n in range(1, gap)]
    predict = ffmpeg(kept, way) if way in MCI else predictor(kept, way)
    rows = []
    for index in range(0, len(kept) - 1, every):
        for t in times:
            number = round((index + t) * gap)
            if number >= len(frames):
                continue
            made, truth = (x[..., ::-1].copy() for x in (predict(index, t), frames[number]))
            rows.append((score.psnr(made, truth), score.ssim(made, truth)))
    return tuple(np.mean(rows, axis=0))


def predictor(kept: Sequence[Picture], way: str) -> Callable[[int, float], Picture]:
    if way == "blend":
        return lambda index, t: cv2.addWeighted(kept[index], 1 - t, kept[index + 1], t, 0)
    between = betweens(kept.__getitem__, len(kept)) if way == "net" else Betweens(
        kept.__getitem__, len(kept), fast=way == "fast"
    )  # fmt: skip

    def predict(index: int, t: float) -> Picture:
        if t <= 1 and way != "two":
            return between.picture(index, t)
        pair = between.neighbours(index)  # nothing of the frames after it may help
        before = None if way == "two" else pair.before
        alone = Neighbours(pair.first, pair.second, pair.kind, pair.motion, before, None)
        return between.synthesizer.picture(alone, t) if way == "net" else alone.picture(t)

    return predict


def ffmpeg(kept: Sequence[Picture], way: str) -> Callable[[int, float], Picture]:
    """Predictions of minterpolate at twice the rate, fed YUV 4:4:4 with the last frame repeated twice."""
    made, _ = minterpolate(kept, way)
    return lambda index, t: made[2 * index + 1]


def minterpolate(kept: Sequence[Picture], way: str) -> tuple[list[Picture], float]:
    """Its frames and its CPU seconds with those of reading raw frames, one thread."""
    if shutil.which("ffmpeg") is None:
        raise SystemExit("the ways mci and mci-bidir need ffmpeg")
    height, width = kept[0].shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        raw, out = Path(folder) / "in.rgb", Path(folder) / "out.rgb"
        with raw.open("wb") as file:
            for frame in [*kept, kept[-1], kept[-1]]:
                file.write(np.ascontiguousarray(frame).tobytes())
        shape = ["-f", "rawvideo", "-pix_fmt", "rgb24"]
        chain = f"format=yuv444p,minterpolate=fps=20:{MCI[way]}"
        command = ["ffmpeg", "-v", "error", "-y", "-threads", "1", "-filter_threads", "1", *shape]
        command += ["-s", f"{width}x{height}", "-r", "10", "-i", str(raw), "-vf", chain, *shape, str(out)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        data = np.fromfile(out, np.uint8).reshape(-1, height, width, 3)
    return list(data), after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def tell_times(folder: Path, ways: Sequence[str], size: tuple[int, ...], count: int) -> None:
    kept = read(folder, size, count)
    for way in ways:
        if way in MCI:
            seconds = minterpolate(kept, way)[1] / (len(kept) + 1)
        else:
            predict = predictor(kept, way)
            predict(0, 0.5)
            began = time.process_time()
            for index in range(1, len(kept) - 1):
                predict(index, 0.5)
            seconds = (time.process_time() - began) / (len(kept) - 2)
        print(f"{way:10} {size[0]}x{size[1]} {seconds:.3f} CPU s a predicted frame", flush=True)


if __name__ == "__main__":
    main()
