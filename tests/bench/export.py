"""Export throughput: ours, the ffmpeg command line and melt on the same job, side by side.

    python tests/bench/export.py [--seconds 20] [--runs 3] [--clip FILE] [--threads 2]

The job: 1080p H.264 in, a straight cut of it with the same file, later in time, as a half-size overlay in the top
right corner; libx264 veryfast, crf 23, the same number of threads, no sound. Without --clip a noisy moving picture
is drawn. Each program runs in a process of its own, in turn, --runs times; wall and CPU seconds are the best of them.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from core.media.probe import probe
from core.project.project import Media, Project
from core.project.snapshot import snapshot
from core.time import FrameRate
from core.timeline.model import Clip, MediaUse, Sequence, Track
from core.timeline.time_map import Linear

RATE = FrameRate(25)
SIZE = (1920, 1080)
LATER = 2
"""Seconds by which the overlay runs ahead."""
X264 = {"preset": "veryfast", "crf": "23"}
RUN = """
import json, sys, pathlib
from core.render.export import export
from core.job import drain
drain(export(pathlib.Path("."), **json.loads(pathlib.Path(sys.argv[1]).read_text())))
"""


def draw_clip(path: Path, seconds: int) -> None:
    """A textured picture that pans and turns, with grain: about as hard to decode as a camera's."""
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.integers(0, 256, (1500, 2600, 3), np.uint8), (0, 0), 3)
    texture = cv2.normalize(texture, None, 0, 255, cv2.NORM_MINMAX)  # type: ignore[call-overload]
    grain = rng.integers(0, 12, (8, SIZE[1], SIZE[0], 3), np.uint8)
    with av.open(str(path), "w") as file:
        stream = file.add_stream("libx264", rate=Fraction(25), options={"preset": "medium", "crf": "18"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        stream.codec_context.colorspace = stream.codec_context.color_range = 1
        for number in range(seconds * 25):
            turn = cv2.getRotationMatrix2D((1300, 750), 8 * np.sin(number / 40), 1.0)
            turn[:, 2] += (-300 + 200 * np.sin(number / 30), -200 + 60 * np.cos(number / 25))
            picture = cv2.add(cv2.warpAffine(texture, turn, SIZE), grain[number % 8])
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)


def our_command(clip: Path, out: Path, frames: int, threads: int, folder: Path) -> list[str]:
    info = probe(clip)
    media = Media("m", "clip", str(clip), info)
    use = MediaUse("m", info.available)
    duration = frames * RATE.frame_ticks
    below = Clip("below", "clip", use, duration)
    above = Clip(
        "above", "clip", use, duration, Linear(LATER * 25 * RATE.frame_ticks), scale=0.5, x=480.0, y=-270.0
    )
    tracks = (Track("v1", "video", "", (below,)), Track("v2", "video", "", (above,)))
    project = Project(
        "p", media=(media,), sequences=(Sequence("s", "film", *SIZE, RATE, tracks=tracks),), active="s"
    )
    order = {
        **snapshot(project), "preset": "h264-web",
        "path": str(out), "first": 0, "last": frames - 1, "options": X264, "threads": threads,
    }  # fmt: skip
    job = folder / "order.json"
    job.write_text(json.dumps(order))
    return [sys.executable, "-c", RUN, str(job)]


def ffmpeg_command(clip: Path, out: Path, frames: int, threads: int) -> list[str]:
    graph = "[1:v]scale=960:540[small];[0:v][small]overlay=960:0[film]"
    return [
        "ffmpeg", "-v", "error", "-y", "-threads", str(threads), "-i", str(clip), "-threads", str(threads),
        "-ss", str(LATER), "-i", str(clip), "-filter_complex", graph, "-map", "[film]", "-frames:v", str(frames),
        "-c:v", "libx264", "-preset", X264["preset"], "-crf", X264["crf"], "-threads", str(threads),
        "-pix_fmt", "yuv420p", "-movflags", "+faststart", "-an", str(out),
    ]  # fmt: skip


def melt_command(clip: Path, out: Path, frames: int, threads: int) -> list[str]:
    begin = LATER * 25
    return [
        "melt", "-silent", "-profile", "atsc_1080p_25", str(clip), "in=0", f"out={frames - 1}",
        "-track", str(clip), f"in={begin}", f"out={begin + frames - 1}",
        "-transition", "composite", "geometry=960/0:960x540:100", "a_track=0", "b_track=1", "in=0", f"out={frames - 1}",
        "-consumer", f"avformat:{out}", "vcodec=libx264", f"preset={X264['preset']}", f"crf={X264['crf']}",
        f"threads={threads}", "an=1", "real_time=-1", "movflags=+faststart", "pix_fmt=yuv420p",
    ]  # fmt: skip


def timed(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of a command. Raises CalledProcessError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(
        command, check=True, env=os.environ | {"QT_QPA_PLATFORM": "offscreen"}, stdout=subprocess.DEVNULL
    )
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def quality(film: Path, reference: Path) -> float:
    """Mean PSNR of some frames of two films, dB."""
    values = []
    with av.open(str(film)) as a, av.open(str(reference)) as b:
        for number, (x, y) in enumerate(zip(a.decode(video=0), b.decode(video=0), strict=False)):
            if number % 25 == 0:
                left, right = x.to_ndarray(format="rgb24"), y.to_ndarray(format="rgb24")
                values.append(cv2.PSNR(left, right))
    return float(np.mean(values))


def count(film: Path) -> int:
    with av.open(str(film)) as file:
        return sum(1 for packet in file.demux(video=0) if packet.size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--clip", type=Path)
    given = parser.parse_args()
    frames = given.seconds * 25
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = given.clip.resolve() if given.clip else folder / "clip.mp4"
        if given.clip is None:
            draw_clip(clip, given.seconds + LATER)
        films = {name: folder / f"{name}.mp4" for name in ("laminar", "ffmpeg", "melt")}
        commands = {
            "laminar": our_command(clip, films["laminar"], frames, given.threads, folder),
            "ffmpeg": ffmpeg_command(clip, films["ffmpeg"], frames, given.threads),
            "melt": melt_command(clip, films["melt"], frames, given.threads),
        }
        results: dict[str, list[tuple[float, float]]] = {}
        for _ in range(given.runs):
            for program, command in commands.items():
                if shutil.which(command[0]):
                    results.setdefault(program, []).append(timed(command))
        base = min(wall for wall, _ in results.get("ffmpeg", results["laminar"]))
        print(f"{frames} frames, {given.threads} threads, best of {given.runs}")
        print(
            f"{'program':10}{'wall s':>8}{'CPU s':>8}{'x ffmpeg':>10}{'frames':>8}{'MB':>7}{'dB to ffmpeg':>14}"
        )
        for program, runs in results.items():
            wall, cpu = min(wall for wall, _ in runs), min(cpu for _, cpu in runs)
            film = films[program]
            compared = program != "ffmpeg" and "ffmpeg" in results
            near = quality(film, films["ffmpeg"]) if compared else float("nan")
            size = film.stat().st_size / 1e6
            print(
                f"{program:10}{wall:8.2f}{cpu:8.2f}{wall / base:10.2f}{count(film):8}{size:7.2f}{near:14.1f}"
            )


if __name__ == "__main__":
    main()
