"""Speediness and adaptive speed-up on real clips that were kept from training, and on the drawn street.

    python tests/bench/speed.py DATA --cache CACHE [--only accuracy street mixed sound]

accuracy: natural against double speed on held-out clips, network against the flow's length (core.training.pace_scores).
street: rank correlation of speediness with the true pace of the drawn street, for three courses of the pace.
mixed: clips of mixed pace, each two or three held-out clips of different pace joined with cuts (480x272, 25 frames a
second); at one length, the 95th percentile over the result's frames of the mean length of the flow to the next frame
(not over cuts), adaptive against uniform; and the rate, limits and a protected range.
sound: the drawn street with its sound, sped up through the export: where picture and sound end.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
from contextlib import closing
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import torch
from safetensors.torch import load_file

from core.assets import asset
from core.job import drain
from core.media.probe import probe
from core.media.reader import open_source
from core.motion.between import Betweens
from core.motion.flow import flow_between
from core.nn.pace import PaceNet
from core.project.snapshot import snapshot
from core.render.export import export
from core.retime.fast_film import fast_film, frame_times, length_for
from core.retime.pace_files import read_motion, read_speediness
from core.retime.speed_up import SpeedPlan, plan
from core.retime.speediness import speediness
from core.time import TICKS_PER_SECOND, FrameRate, TimeRange
from core.training.pace_clips import judgeable, load_clips, source_of
from core.training.pace_scores import by_flow, by_network, figures, flow_threshold, interval
from tests.core.retime.paced import write_paced

MIXED = (
    ("pexels/7937774", "pexels/6339379"),
    ("pexels/4241702", "pexels/5407014"),
    ("davis-train/bear", "davis-train/dog-gooses"),
    ("davis-train/rhino", "davis-train/mallard-water", "pexels/10660704"),
    ("pexels/5717544", "davis-train/boxing-fisheye"),
)
SIZE = (480, 272)


def judge(data: Path, cache: Path) -> None:
    clips = load_clips(data, cache)
    kept, seen = judgeable(clips, held_out=True), judgeable(clips, held_out=False)
    net = PaceNet()
    net.load_state_dict(load_file(asset("weights", "speediness.safetensors")))
    for name, verdicts in (("network", by_network(net, kept)), ("flow", by_flow(flow_threshold(seen), kept))):
        found, (low, high) = figures(verdicts), interval(verdicts)
        told = ", ".join(f"{what} {value:.3f}" for what, value in found._asdict().items())
        print(f"{name}: {told}; accuracy {low:.2f} to {high:.2f} with other sources (95 %)")
    print(f"held out: {len(kept)} clips of {len({source_of(clip.name) for clip in kept})} sources")


def curve_of(clip: Path, folder: Path) -> np.ndarray:
    folder.mkdir()
    drain(speediness(folder, clip=str(clip)))
    return read_speediness(folder)[1]


def ranks(values: np.ndarray) -> np.ndarray:
    """From 0; equal values share the mean of their ranks, as Spearman's correlation wants it."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (last - (count + 1) / 2)[place]


def street(work: Path) -> None:
    t = np.arange(300) / 25
    courses = {
        "swells and ebbs (6 s)": np.exp(np.log(2.2) * np.sin(2 * np.pi * t / 6)),
        "three paces": np.repeat([0.5, 2.0, 1.0], 100),
        "faster and faster": np.exp(np.linspace(np.log(0.5), np.log(2.5), 300)),
    }
    for number, (name, pace) in enumerate(courses.items()):
        clip = write_paced(work / f"street{number}.mp4", pace, (428, 240))
        found = curve_of(clip, work / f"street{number}")
        print(
            f"street, {name}: rank correlation {np.corrcoef(ranks(pace), ranks(found))[0, 1]:.3f}", flush=True
        )


def join(data: Path, names: tuple[str, ...], path: Path) -> list[int]:
    """The clips one after the other; the first frames of the later ones."""
    cuts, count = [], 0
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(25), options={"crf": "16", "preset": "fast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for name in names:
            with closing(open_source(data / "train-video" / f"{name}.mp4")) as source:
                cuts.append(count)
                for n in range(0, source.frame_count, max(1, round(source.rate.fps / 27))):
                    frame = av.VideoFrame.from_ndarray(source.frame(n, SIZE), "rgb24").reformat(
                        format="yuv420p"
                    )
                    frame.pts, count = count, count + 1
                    container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return cuts[1:]


def motion(pictures: list[np.ndarray], numbers: list[int], cuts: list[int]) -> float:
    """The 95th percentile over shown pictures, of frames `numbers` or behind them, of the mean flow to the next one."""
    found = []
    for (a, n), (b, m) in itertools.pairwise(zip(pictures, numbers, strict=True)):
        if a is not b and not any(n < cut <= m for cut in cuts):
            flow = flow_between(*(cv2.cvtColor(one, cv2.COLOR_RGB2GRAY) for one in (a, b)))
            found.append(float(np.hypot(flow[..., 0], flow[..., 1]).mean()))
    return float(np.percentile(found, 95))


def shown(
    frames: list[np.ndarray], times: np.ndarray, got: SpeedPlan, film: FrameRate, between: Betweens | None
) -> tuple[list[np.ndarray], list[int]]:
    """The pictures of the result and the frames they are of; with `between` as the compositor makes them up."""
    curve = got.time_map()
    at = np.array([curve.at(film.time_of(k)) for k in range(film.frames_before(got.length) + 1)])
    pictures, numbers = [], []
    for time, after in itertools.pairwise(at):
        n = int(np.searchsorted(times, time, "right")) - 1
        t = (time - times[n]) / (times[n + 1] - times[n])
        slow = after - time < 0.999 * (times[n + 1] - times[n])
        made = between is not None and slow and 0.02 < t < 0.98 and n + 1 < len(frames)
        pictures.append(between.picture(n, t) if made and between is not None else frames[n])
        numbers.append(n)
    return pictures, numbers


def mixed(data: Path, work: Path, rate: float) -> None:
    gains = []
    for number, names in enumerate(MIXED):
        clip = work / f"mixed{number}.mp4"
        cuts = join(data, names, clip)
        pace = curve_of(clip, work / f"mixed{number}")
        ways = read_motion(work / f"mixed{number}", len(pace))
        with closing(open_source(clip)) as source:
            times, film = frame_times(source), source.rate
            frames = [source.frame(n) for n in range(source.frame_count)]
        between = Betweens(frames.__getitem__, len(frames), fast=True)
        length = length_for(times, rate, film)
        kept = TimeRange(int(times[10]), int(times[20] - times[10]))
        guarded = plan(pace, times, length=length, slowest=1, fastest=5, protected=[kept], motion=ways)
        assert (guarded.speeds[10:20] == 1).all()
        assert guarded.speeds.min() >= 1
        assert guarded.speeds.max() <= 5
        values = {}
        for name, given in (("uniform", {"contrast": 1.0}), ("adaptive", {"motion": ways})):
            got = plan(pace, times, length=length, slowest=0.5, fastest=6, **given)
            for way, made in ((name, None), (f"{name}, flow", between)):
                values[way] = motion(*shown(frames, times, got, film, made), cuts)
            error = abs(got.source_ticks / length / (got.source_ticks / got.length) - 1)
        gains.append([1 - values[way] / values["uniform"] for way in ("adaptive", "adaptive, flow")])
        print(
            f"mixed {' + '.join(names)}: 95 % of flow {values['uniform']:.2f} -> {values['adaptive']:.2f} px"
            f" ({-100 * gains[-1][0]:+.0f} %; with pictures in between {-100 * gains[-1][1]:+.0f} %), length "
            f"off by {100 * error:.5f} %",
            flush=True,
        )
    plain, made = -100 * np.mean(gains, 0)
    print(f"mixed, mean: {plain:+.0f} %, with pictures in between {made:+.0f} %")


def sound(work: Path) -> None:
    clip = write_paced(work / "sound.mp4", np.full(100, 1.0), (428, 240), sound=True)
    info = probe(clip)
    with closing(open_source(clip, info)) as source:
        times = frame_times(source)
        got = plan(np.linspace(0, 1, 100), times, length=length_for(times, 1.7, source.rate))
    out = work / "fast.mp4"
    film = fast_film(clip, info, got)
    drain(
        export(
            work,
            **snapshot(film),
            preset="h264-master",
            path=str(out),
        )
    )
    ends = {}
    with av.open(str(out)) as container:
        for packet in container.demux():
            if packet.pts is not None:
                ends[packet.stream.type] = float((packet.pts + packet.duration) * packet.time_base)
    print(
        f"sound: picture ends at {ends['video']:.4f} s, sound at {ends['audio']:.4f} s, plan "
        f"{got.length / TICKS_PER_SECOND:.4f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=["accuracy", "street", "mixed", "sound"])
    parser.add_argument("--rate", type=float, default=2.0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if "sound" in args.only:
            sound(work)
        if "accuracy" in args.only:
            judge(args.data, args.cache)
        if "mixed" in args.only:
            mixed(args.data, work, args.rate)
        if "street" in args.only:
            street(work)


if __name__ == "__main__":
    main()
