"""Layers measured: `python -m tests.bench.layers tennis|shadow|kubric DATA`, `… drawn|removal`, `… compare OURS REF`.

tennis: clean plate and layers of DATA/layers/tennis as `laminar layers` makes them, also at 854x480 with --large.
shadow: a sheared, blurred shadow of 0.4 pasted on the clean plate of tennis, noise 0.012: is it found, and at two
people (the second is the first one mirrored), whose is it? The same of 0.15, and apart from its object. How much of
it stays in the film's plate is told as well, with its RMS in levels beside that far away, which is the noise.
drawn: the same for the shadows of the drawn street, 448x256. removal: that street without its objects. kubric: the
rendered tiles of DATA/layers/tiles with and without their objects. compare: the PSNR-over-time of a report.json
beside any reference's (a report.json, or a CSV of seconds,dB), drawn into a PNG.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np

from core.arrays import to_bytes
from core.job import drain
from core.layers.background import find_background
from core.layers.footage import Footage, open_footage
from core.layers.plane import trusted
from core.layers.result import read_layers, read_report
from core.layers.split import split
from core.media.reader import open_source
from core.sample.scene import SHADOW_STRENGTH, Scene
from tests.core.layers.scenes import write_clip
from tests.core.layers.test_plane import last_of, psnr


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("tennis", "shadow", "drawn", "removal", "kubric", "compare"))
    parser.add_argument("paths", nargs="*", type=Path)
    parser.add_argument("--large", action="store_true", help="tennis at 854x480")
    parser.add_argument("--seconds", type=float, default=0.0, help="--max-seconds of the split")
    parser.add_argument("--frames", type=int, default=0, help="only so many")
    parser.add_argument(
        "--sheets", type=Path, help="kubric: a folder for pictures: input, removed, truth, plate, masks"
    )
    given = parser.parse_args()
    cv2.setNumThreads(1)
    if given.what == "tennis":
        tennis(given.paths[0] / "layers" / "tennis", given.large, given.seconds)
    elif given.what == "shadow":
        shadow(given.paths[0] / "layers" / "tennis", given.seconds, given.frames or 70)
    elif given.what == "drawn":
        drawn(given.frames or 60, given.seconds)
    elif given.what == "removal":
        removal(given.frames or 40)
    elif given.what == "kubric":
        for tile in sorted((given.paths[0] / "layers" / "tiles").glob("kubric*")):
            kubric(tile, given.sheets)
    else:
        compare(*given.paths[:3])


def tennis(folder: Path, large: bool, seconds: float) -> None:
    """Plate and layers with their times, as the command gives them."""
    with tempfile.TemporaryDirectory() as work:
        clip, masks = folder / "rgb", folder / "mask" / "01"
        if large:
            clip, masks = _enlarged(clip, masks, Path(work))
        cpu, wall = time.process_time(), time.monotonic()
        with closing(open_footage(clip, masks)) as footage:
            plate = last_of(find_background(footage))
            cpu, wall = time.process_time() - cpu, time.monotonic() - wall
            outside, clear, apart = [], [], []
            around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * (plate.size[1] * 3 // 100) + 1,) * 2)
            for n in range(footage.count):
                off = footage.frame(n).astype(np.float32) - to_bytes(plate.render(n))
                squares, labels = ((off / 255) ** 2).mean(2), footage.labels(n)
                outside.append(squares[labels == 0].mean())
                clear.append(squares[cv2.dilate((labels > 0).astype(np.uint8), around) == 0].mean())
                apart.append(squares[trusted(labels) > 0.3].mean())
        dB = [-10 * np.log10(np.mean(each)) for each in (outside, clear, apart)]
        print(
            f"plate {cpu:6.1f} CPU s {wall:6.1f} wall s: {dB[0]:.2f} dB outside the mask, {dB[1]:.2f} outside a "
            f"margin of "
            f"3 % of the height, {dB[2]:.2f} away from it"
        )
        out = Path(work) / "out"
        command = [sys.executable, "-m", "app", "layers", str(clip), "--masks", str(masks), "-o", str(out)]
        wall = time.monotonic()
        subprocess.run([*command, "--max-seconds", str(seconds)], check=True)
        report = read_report(out)
        print(f"layers {report.cpu_seconds:6.1f} CPU s {time.monotonic() - wall:6.1f} wall s   {report}")


def _enlarged(clip: Path, masks: Path, work: Path) -> tuple[Path, Path]:
    """The same at 854x480."""
    for source, target, how in (
        (clip, work / "rgb", cv2.INTER_CUBIC),
        (masks, work / "mask", cv2.INTER_LINEAR),
    ):
        target.mkdir()
        for path in sorted(source.iterdir()):
            big = cv2.resize(cv2.imread(str(path)), (854, 480), interpolation=how)
            big = (big > 127).astype(np.uint8) * 255 if how == cv2.INTER_LINEAR else big
            cv2.imwrite(str(target / f"{path.stem}.png"), big)
    return work / "rgb", work / "mask"


def shadow(folder: Path, seconds: float, count: int) -> None:
    """How much of a pasted shadow is found, for one person and for two."""
    with closing(open_footage(folder / "rgb", folder / "mask" / "01", 0, count - 1)) as footage:
        plate = last_of(find_background(footage))
        for people, strength, apart in ((1, 0.4, 0), (2, 0.4, 0), (1, 0.15, 0), (1, 0.4, 14)):
            _shadow_of(footage, plate.render, people, seconds, strength, apart)


def _shadow_of(
    footage: Footage, render, people: int, seconds: float, strength: float = 0.4, apart: int = 0
) -> None:
    """apart: pixels to the right and down that the shadow lies away from the feet."""
    rng = np.random.default_rng(0)
    frames, labels, truth = [], [], {label: [] for label in range(1, people + 1)}
    for n in range(footage.count):
        picture, label = render(n), np.zeros(footage.size[::-1], np.uint8)
        mask, frame = footage.labels(n) > 0, footage.frame(n).astype(np.float32) / 255
        cast = [(mask, frame)] if people == 1 else [(mask, frame), (mask[:, ::-1], frame[:, ::-1])]
        for k, (inside, _) in enumerate(cast, 1):
            dark = _sheared(inside, strength, apart)
            truth[k].append(dark)
            picture = picture * (1 - dark[..., None])
        for k, (inside, colours) in enumerate(cast, 1):
            picture = np.where(inside[..., None], colours, picture)
            label[inside] = k
        picture = picture + rng.normal(0, 0.012, picture.shape)
        frames.append(to_bytes(picture.astype(np.float32)))
        labels.append(label)
    with tempfile.TemporaryDirectory() as work:
        clip, masks = write_clip(Path(work), np.stack(frames), np.stack(labels))
        cpu, wall = time.process_time(), time.monotonic()
        drain(split(Path(work), clip=str(clip), masks=str(masks), max_seconds=seconds))
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        found = {each.label: _alphas(Path(work) / each.effect) for each in read_layers(Path(work)).objects}
        film = _frames(Path(work) / "plate.mkv").astype(np.float32) / 255
    hidden = np.stack(labels) > 0
    clean = np.stack([render(n) for n in range(footage.count)])
    print(f"{people} people, {strength}, {apart} apart: {_left(film, clean, truth, hidden)}")
    for k in truth:
        want, got = np.stack(truth[k]) > strength / 4, found[k] > strength / 4
        want, got = want & ~hidden, got & ~hidden
        both = np.count_nonzero(want & got)
        mine = sum(found[k][n][want[n]].sum() for n in range(len(want)))
        others = sum(found[j][want & (np.stack(truth[j]) < 0.02)].sum() for j in truth if j != k)
        print(
            f"{people} people, {k}: IoU {both / np.count_nonzero(want | got):.3f} precision "
            f"{both / max(1, got.sum()):.3f} recall {both / want.sum():.3f} owner "
            f"{mine / max(1e-9, mine + others):.3f} "
            f"({cpu:.1f} CPU s, {wall:.1f} wall s)"
        )


def _left(film: np.ndarray, clean: np.ndarray, truth: dict[int, list[np.ndarray]], hidden: np.ndarray) -> str:
    """What stays of the shadows in the plate."""
    dark = 1 - np.prod([1 - np.stack(each) for each in truth.values()], axis=0)
    lies = (dark > 0.02) & ~hidden
    off = ((clean - film) * clean).sum(3) / np.maximum((clean * clean).sum(3), 0.01)
    around = np.stack([cv2.dilate(each.astype(np.uint8), np.ones((25, 25))) for each in hidden]) > 0
    levels = [255 * np.sqrt(((clean - film) ** 2)[where].mean()) for where in (lies, (dark < 0.01) & ~around)]
    part = np.clip(off, 0, 1)[lies].sum() / dark[lies].sum()
    return f"left in the plate {part:.3f}, RMS {levels[0]:.2f} levels, away {levels[1]:.2f}"


def _sheared(mask: np.ndarray, strength: float, apart: int) -> np.ndarray:
    """The mask laid down to the right of its feet, blurred."""
    _x, y, _wide, tall = cv2.boundingRect(mask.astype(np.uint8))
    feet = y + tall
    lay = np.array([[1, -0.9, 0.9 * feet + apart], [0, -0.25, feet * 1.25 + apart]])
    laid = cv2.warpAffine(np.ascontiguousarray(mask).astype(np.float32), lay, mask.shape[::-1])
    return strength * cv2.GaussianBlur(laid, (0, 0), 2.0)


def _alphas(path: Path) -> np.ndarray:
    with closing(open_source(path)) as source:
        return np.stack([source.frame(n)[..., 3] / np.float32(255) for n in range(source.frame_count)])


def drawn(count: int, seconds: float) -> None:
    """How much of the drawn street's shadows is found, of each object: on all frames, and on those that show at
    least half of it, for an object behind the column still throws a shadow beside it."""
    scene = Scene(448, 256, frames=125)
    layers = [scene.layers(n) for n in range(count)]
    labels = np.stack([scene.labels(n) for n in range(count)])
    column = np.stack([_column_of(scene, n) for n in range(count)])
    with tempfile.TemporaryDirectory() as work:
        clip, masks = write_clip(Path(work), np.stack([scene.frame(n) for n in range(count)]), labels)
        cpu, wall = time.process_time(), time.monotonic()
        drain(split(Path(work), clip=str(clip), masks=str(masks), max_seconds=seconds))
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        found = {each.label: _alphas(Path(work) / each.effect) for each in read_layers(Path(work)).objects}
    bare = ~((labels > 0) | column)
    least = SHADOW_STRENGTH / 4
    whole, shown = [np.zeros(bare.shape, bool)] * 2, [np.zeros(bare.shape, bool)] * 2
    for k, label in enumerate(layer.label for layer in layers[0]):
        want = (np.stack([frame[k].shadow for frame in layers]) > least) & bare
        got = (found[label] > least) & bare
        seen = np.array([frame[k].visible.sum() > frame[k].rgba[..., 3].sum() / 2 for frame in layers])
        part = [each & seen[:, None, None] for each in (want, got)]
        whole = [a | b for a, b in zip(whole, (want, got), strict=True)]
        shown = [a | b for a, b in zip(shown, part, strict=True)]
        print(f"{label}: {_iou(want, got)}; where half of it is seen {_iou(*part)}")
    print(
        f"all: {_iou(*whole)}; where half of it is seen {_iou(*shown)} ({cpu:.1f} CPU s, {wall:.1f} wall s)"
    )


def _column_of(scene: Scene, n: int) -> np.ndarray:
    """Where the column stands before what is on the street."""
    with_it, without = scene.compose(n, ()).astype(float), 255 * scene.plate(n)
    return np.abs(with_it - without).max(2) > 2


def _iou(want: np.ndarray, got: np.ndarray) -> str:
    both = np.count_nonzero(want & got)
    return (
        f"IoU {both / max(1, np.count_nonzero(want | got)):.3f} precision {both / max(1, got.sum()):.3f} "
        f"recall {both / max(1, want.sum()):.3f}"
    )


def removal(count: int) -> None:
    """The drawn street: clean plate against the drawn one, where the objects stood."""
    scene = Scene(frames=125)
    moments = np.linspace(0, 124, count).astype(int)
    labels = np.stack([scene.labels(n) for n in moments])
    frames = np.stack([scene.frame(n) for n in moments])
    with tempfile.TemporaryDirectory() as work:
        clip, masks = write_clip(Path(work), frames, labels)
        cpu = time.process_time()
        with closing(open_footage(clip, masks)) as footage:
            plate = last_of(find_background(footage))
        cpu = time.process_time() - cpu
        squares, pixels = 0.0, 0
        for n, moment in enumerate(moments):
            true, hidden = scene.compose(int(moment), ()), labels[n] > 0
            off = (to_bytes(plate.render(n)).astype(float) - true)[hidden] / 255
            squares, pixels = squares + float((off**2).sum()), pixels + off.size
    print(f"removal: {-10 * np.log10(squares / pixels):.2f} dB where the objects stood ({cpu:.1f} CPU s)")


def kubric(tile: Path, sheets: Path | None = None) -> None:
    """A rendered tile with one part of its objects removed, against the rendering without them, where they or their
    effects were; also only where each pixel's background was seen in some frame. What is kept is an object too."""
    with tempfile.TemporaryDirectory() as work:
        films = [_frames(tile / f"{name}.mp4") for name in ("input", "trimask", "target")]
        trimask = films[1].mean(3)
        labels = np.where(trimask < 60, 1, np.where(trimask > 200, 2, 0)).astype(np.uint8)
        clip, masks = write_clip(Path(work), films[0], labels)
        drain(split(Path(work), clip=str(clip), masks=str(masks)))
        without, report = _without(Path(work), 1), read_report(Path(work))
        with closing(open_footage(clip, masks)) as footage:
            plate = last_of(find_background(footage))
        seen = np.stack([plate.known(n) > 0.01 for n in range(len(labels))])
    touched = np.abs(films[0].astype(int) - films[2]).max(3) > 20
    before, after = (psnr(each[touched], films[2][touched]) for each in (films[0], without))
    both = touched & seen
    print(
        f"{tile.name}: touched pixels {before:.1f} dB before, {after:.1f} dB removed; "
        f"{both.sum() / touched.sum():.0%} of "
        f"them seen bare in some frame, there {psnr(films[0][both], films[2][both]):.1f} dB before, "
        f"{psnr(without[both], films[2][both]):.1f} dB; recon {report.psnr:.1f} dB, {report.background}"
    )
    if sheets is not None:
        sheets.mkdir(exist_ok=True, parents=True)
        bare = np.stack([to_bytes(plate.render(n)) for n in range(len(labels))])
        columns = films[0], without, films[2], bare, films[1]
        rows = [np.hstack([film[n] for film in columns]) for n in (5, 30, 55, 75)]
        cv2.imwrite(str(sheets / f"{tile.name}.png"), np.vstack(rows)[..., ::-1])


def _without(folder: Path, removed: int) -> np.ndarray:
    """The film put together from the plate and the layers of all objects but one."""
    film = _frames(folder / "plate.mkv").astype(np.float32)
    objects = [each for each in read_layers(folder).objects if each.label != removed]
    for name in [each.effect for each in objects] + [each.object for each in objects]:
        with closing(open_source(folder / name)) as source:
            for n in range(len(film)):
                layer = source.frame(n).astype(np.float32)
                alpha = layer[..., 3:] / 255
                film[n] = alpha * layer[..., :3] + (1 - alpha) * film[n]
    return (film + 0.5).astype(np.uint8)


def _frames(path: Path) -> np.ndarray:
    with closing(open_source(path)) as source:
        return np.stack([source.frame(n)[..., :3] for n in range(source.frame_count)])


def compare(ours: Path, reference: Path, out: Path = Path("compare.png")) -> None:
    """Both curves in one picture, and both at the same times in numbers."""
    curves = {path.name if path.suffix == ".csv" else str(path): _curve(path) for path in (ours, reference)}
    most = max(seconds for curve in curves.values() for seconds, _ in curve)
    highest = max(dB for curve in curves.values() for _, dB in curve) + 2
    picture = np.full((480, 854, 3), 255, np.uint8)
    for k, (name, curve) in enumerate(curves.items()):
        colour = ((200, 80, 0), (0, 0, 200))[k]
        points = [(int(40 + 780 * s / most), int(450 - 420 * dB / highest)) for s, dB in curve]
        cv2.polylines(picture, [np.array(points, np.int32)], False, colour, 2)
        for point in points:
            cv2.circle(picture, point, 4, colour, -1)
        cv2.putText(picture, f"{name}: {curve[-1][1]:.1f} dB", (400, 390 + 30 * k), 0, 0.7, colour, 2)
    for seconds in np.linspace(0, most, 6):
        cv2.putText(
            picture, f"{seconds:.0f} s", (int(40 + 780 * seconds / most) - 20, 472), 0, 0.5, (0, 0, 0), 1
        )
        print(
            f"{seconds:7.1f} s  " + "  ".join(f"{_at(curve, seconds):6.2f} dB" for curve in curves.values())
        )
    cv2.imwrite(str(out), picture)


def _curve(path: Path) -> list[tuple[float, float]]:
    if path.suffix == ".csv":
        with path.open() as file:
            rows = [row for row in csv.reader(file) if row and row[0][:1].isdigit()]
        return [(float(row[0]), float(row[1])) for row in rows]
    return [(float(s), float(dB)) for s, dB in json.loads(path.read_text())["psnr_over_time"]]


def _at(curve: list[tuple[float, float]], seconds: float) -> float:
    """What was reached by then; 0 before the first."""
    return max((dB for at, dB in curve if at <= seconds), default=0.0)


if __name__ == "__main__":
    main()
