"""How well atlases rebuild a clip, and how well paint sticks: on tennis with given masks, and on the drawn sample.

    python tests/bench/atlas.py tennis DATA --out DIR --seconds 60 --pages 8 [--cpu] [--size 854x480]
    python tests/bench/atlas.py sample --out DIR [--seconds 120] [--cpu] [--size 426x240]
    python tests/bench/atlas.py clip FRAMES --masks MASKS --out DIR [--seconds 120] [--pages 1] [--cpu]

`tennis` prints PSNR over time (all pixels of whole frames, no residual), the same with a residual grid
of 4 pixels, and the mapping error |uv(t+1, x + flow) - uv(t, x)| in frame pixels on masked pixels with
confident flow: of this program (DIS there and back) and of the pack (RAFT). `clip` does the same with
any clip and its object 1. `sample` prints the drift of points on the drawn objects against their exact
motion, over the whole clip. Both leave pictures of painted text in DIR. --cpu: the seconds are those
of this process's processor time, for a machine that others use as well.
"""

from __future__ import annotations

import argparse
import itertools
import time
from contextlib import ExitStack, closing
from pathlib import Path
from unittest.mock import PropertyMock, patch

import cv2
import numpy as np

from core.atlas.job import atlas
from core.atlas.render import residual
from core.atlas.report import read_report
from core.layers.score import psnr
from core.media.atlases import AtlasClip, open_atlas
from core.media.matte import mask_name, write_labels
from core.media.reader import open_source
from core.media.writer import write_png
from core.motion.flow import positions
from core.sample import Scene
from core.sample.files import write_sample

BODY = {1: 3, 2: 0, 3: 0}
"""Which part of each drawn object is its body."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("tennis", "sample", "clip"))
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--masks", type=Path)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--size", default="")
    parser.add_argument("--cpu", action="store_true")
    given = parser.parse_args()
    cv2.setNumThreads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    size = tuple(int(side) for side in given.size.split("x")) if given.size else ()
    if given.what == "sample":
        scene = Scene(*size) if size else Scene()
        files = write_sample(given.out / "clip", scene)
        fit(given.out, files.clip, files.truth, given)
        sample_drift(open_atlas(given.out), scene)
        return
    clip, masks = given.data, given.masks
    if given.what == "tennis":
        clip, masks = prepared(given.data / "layers" / "tennis", given.out / "clip", size)
    fit(given.out, clip, masks, given)
    made = open_atlas(given.out)
    with_residual(made, clip)
    with closing(open_source(clip)) as source:
        frames = [source.frame(n) for n in range(made.index.frames)]
    print(f"mapping error, DIS: {mapping_error(made, dis_flows(frames)):.3f} px")
    if given.what == "tennis" and not size:
        print(
            f"mapping error, RAFT: {mapping_error(made, raft_flows(given.data / 'layers' / 'tennis')):.3f} px"
        )
    sheet(made, frames, 1, given.out / "painted.png")


def fit(out: Path, clip: Path, masks: Path, given: argparse.Namespace) -> None:
    """Lay the clip out anew, and say how it went."""
    for old in (out / "work").glob("*"):
        old.unlink()
    start = time.process_time()
    with ExitStack() as stack:
        if given.cpu:
            clock = PropertyMock(side_effect=lambda: time.process_time() - start)
            stack.enter_context(patch("core.atlas.fit.Fit.seconds", clock))
        for _ in atlas(out, clip=str(clip), masks=str(masks), pages=given.pages, max_seconds=given.seconds):
            pass
    report = read_report(out)
    print("dB over time:", ", ".join(f"{at:.0f} s {quality:.2f}" for at, quality in report.psnr_over_time))
    print(f"all {report.psnr:.2f}, in masks {report.psnr_masks:.2f}, outside {report.psnr_outside:.2f} dB")
    print(
        f"pages {report.pages}; with writing {report.seconds:.0f} s, processor {time.process_time() - start:.0f} s"
    )


def prepared(tennis: Path, folder: Path, size: tuple[int, ...]) -> tuple[Path, Path]:
    """Clip and masks of tennis, enlarged where a size is asked for."""
    if not size:
        return tennis / "rgb", tennis / "mask" / "01"
    pictures, masks = folder / "rgb", folder / "masks"
    for path in (pictures, masks):
        path.mkdir(parents=True, exist_ok=True)
    with closing(open_source(tennis / "rgb")) as source:
        for n in range(source.frame_count):
            large = cv2.resize(source.frame(n), size, interpolation=cv2.INTER_CUBIC)
            write_png(pictures / mask_name(n), np.asarray(large, np.uint8))
            mask = cv2.imread(str(tennis / "mask" / "01" / f"{n + 1:04d}.png"), cv2.IMREAD_GRAYSCALE)
            soft = cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR)
            write_labels(masks / mask_name(n), np.asarray(soft > 127, np.uint8))
    return pictures, masks


def with_residual(made: AtlasClip, clip: Path, step: int = 4) -> None:
    """PSNR when every frame also keeps what is left over on a grid of `step` pixels."""
    squares = []
    with closing(open_source(clip)) as source, closing(open_source(made.folder / "recon.mkv")) as recon:
        for n in range(made.index.frames):
            rest = (source.frame(n).astype(np.float32) - recon.frame(n)[..., :3]) / np.float32(255)
            squares.append(float(((rest - residual(rest, step)) ** 2).mean()))
    print(f"with a residual grid of {step} px: {psnr(float(np.mean(squares))):.2f} dB")


def dis_flows(frames: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Flow to the next frame and where it is confident: there and back ends within half a pixel."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    grey = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    found = []
    for a, b in itertools.pairwise(grey):
        there, back = search.calc(a, b, None), search.calc(b, a, None)
        returned = cv2.remap(back, positions(there), None, cv2.INTER_LINEAR)
        found.append((there, np.linalg.norm(there + returned, axis=-1) < 0.5))
    return found


def raft_flows(tennis: Path) -> list[tuple[np.ndarray, np.ndarray]]:
    steps = np.load(tennis / "flow_int16x32_dx.npz")["dx"]
    flows = np.cumsum(steps, axis=2, dtype=np.int16) / np.float32(32)
    sure = [
        cv2.imread(str(path), cv2.IMREAD_GRAYSCALE) > 127
        for path in sorted((tennis / "confidence").glob("*.png"))
    ]
    return [(flow.astype(np.float32), trust) for flow, trust in zip(flows, sure, strict=True)]


def mapping_error(made: AtlasClip, flows: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """Median of |uv(t+1, x + flow) - uv(t, x)| in frame pixels, over confident pixels of object 1 in both frames."""
    errors = []
    for n, (flow, sure) in enumerate(flows):
        here, where = made.uv(1, n), positions(flow)
        there = cv2.remap(made.uv(1, n + 1), where, None, cv2.INTER_LINEAR, borderValue=(-1e6, -1e6))
        arrives = cv2.remap(made.alpha(1, n + 1), where, None, cv2.INTER_LINEAR)
        chosen = sure & (made.alpha(1, n) > 0.9) & (arrives > 0.9)
        errors.append(np.linalg.norm(there - here, axis=-1)[chosen] / made.entry(1).scale)
    return float(np.median(np.concatenate(errors)))


def sample_drift(made: AtlasClip, scene: Scene) -> None:
    """How far points of each object wander from where they are in the key frame, against the drawn motion."""
    for actor in scene._actors:
        part, entry = actor.parts[BODY[actor.label]], made.entry(actor.label)
        height, width = part.sprite.shape[:2]
        x, y = np.meshgrid(np.linspace(0.25, 0.75, 5) * width, np.linspace(0.15, 0.7, 5) * height)
        points = np.stack([x.ravel(), y.ravel()], -1)
        seen, shown = [], []
        for n in range(scene.frames):
            t = scene.middle(n)
            pose, camera = part.pose(t), scene.camera(t)
            world = points @ pose[:, :2].T + pose[:, 2]
            at = (world @ camera[:, :2].T + camera[:, 2]).astype(np.float32)
            uv = cv2.remap(
                made.uv(actor.label, n), at[None], None, cv2.INTER_LINEAR, borderValue=(-1e6, -1e6)
            )[0]
            there = cv2.remap(made.alpha(actor.label, n), at[None], None, cv2.INTER_LINEAR)[0] > 0.9
            seen.append(np.where(there[:, None] & (uv > -1e5), uv, np.nan))
            shown.append(there.any())
        places = np.stack(seen) / entry.scale
        drift = np.linalg.norm(places - np.nanmedian(places, 0), axis=-1)
        from_key = np.linalg.norm(places - places[entry.key], axis=-1)
        print(
            f"{actor.label}: {np.sum(shown)} frames, drift from the key frame: median {np.nanmedian(from_key):.2f}, "
            f"90 % {np.nanpercentile(from_key, 90):.2f} px; from the median place {np.nanmedian(drift):.2f} px"
        )


def sheet(made: AtlasClip, frames: list[np.ndarray], label: int, path: Path) -> None:
    """Text painted on the atlas, at the key frame and up to 30 frames before and after, cut out around the object."""
    entry = made.entry(label)
    key, (width, height) = entry.key, entry.size
    matte = made.alpha(label, key)
    rows, columns = np.nonzero(matte > 0.5)
    centre = int(np.median(columns)), int(np.percentile(rows, 32))
    u, v = made.uv(label, key)[centre[1], centre[0]]
    edit = np.zeros((height, width, 4), np.uint8)
    size = (columns.max() - columns.min()) * entry.scale / 340
    (wide, high), _ = cv2.getTextSize("LAMINAR", cv2.FONT_HERSHEY_DUPLEX, size, 2)
    where = round(float(u - wide / 2)), round(float(v + high / 2))
    cv2.putText(edit, "LAMINAR", where, cv2.FONT_HERSHEY_DUPLEX, size, (20, 60, 220, 255), 2, cv2.LINE_AA)
    pictures = []
    for n in sorted(
        {min(max(key + d, 0), made.index.frames - 1) for d in (-30, -20, -10, -5, 0, 5, 10, 20, 30)}
    ):
        rows, columns = np.nonzero(made.alpha(label, n) > 0.5)
        if not len(rows):
            continue
        shown = made.composite(frames[n], n, {label: edit})
        middle = int(np.mean(columns)), int(np.mean(rows))
        side = max(24, round(0.28 * made.size[1]))
        left, top = max(0, middle[0] - side), max(0, middle[1] - side)
        part = shown[top : top + 2 * side, left : left + 2 * side]
        pictures.append(cv2.resize(part, (300, 300), interpolation=cv2.INTER_CUBIC))
    write_png(path, np.asarray(np.hstack(pictures), np.uint8))


if __name__ == "__main__":
    main()
