"""Fit the confidence of tracking to how well it really does: what assets/confidence.json holds.

    python -m core.training.calibrate DATA --cache CACHE --out assets/confidence.json
        [--clips 36] [--samples 12] [--told]

Clips with masks and composites with exact truth are tracked from one mask by the job that the program runs. The cues
of every frame and the J of its mask, pixels without truth left out, are the data; the model is logistic with weights
of at least zero, each clip weighing the same. Scores are of clips that no fit has seen. Run it again whenever the
tracker's inside changes. --told keeps the model, so that thresholds in its units stay, and only fits anew how high what
is told of it stands (`core.media.sureness`).
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import cv2
import msgspec
import numpy as np
import numpy.typing as npt

from core.files import write_atomic
from core.masks.confidence import CUES, Calibration, confidence, shipped
from core.masks.propagate import track
from core.media.matte import MASKS, mask_name, read_labels, write_labels
from core.media.sureness import told
from core.training.composites import sample
from core.training.footage import BAND, OBJECT, Clip, Footage, load_footage

Array = npt.NDArray[np.float64]
COMPOSITE = 368, 640
COMPOSITE_FRAMES = 16
SLOWEST = 2
"""Greatest step, in frames, from one frame of a sample to the next."""
LEAST_OBJECT = 0.003
"""Part of the frame that an object must cover."""
BINS = 10
DOUBTED = (0.0, 0.2, 0.4, 0.6)
"""Edges of the bins of scores for which what is told is fitted."""
SURE = 0.75
"""Score from which on what is told is the score itself."""
RISES = 0.02
"""How much what is told rises from bin to bin, at least."""
RANKS = 0.1
"""How much the order of a clip's frames counts beside J."""
PAIRS = 400
"""Of frames, at most, that are compared in a clip."""
VARIES = 0.02
"""Standard deviation of J above which ranks within a clip mean something."""


@dataclass(frozen=True, eq=False)
class Track:
    """What is known of a tracked clip.

    cues: (frames, CUES).
    overlap: J of each frame, (frames,).
    """

    name: str
    cues: Array
    overlap: Array


@dataclass(frozen=True, eq=False)
class Truth:
    """A clip to track.

    frames: uint8 (N, H, W, 3).
    masks, known: bool (N, H, W), the object and where truth is.
    """

    name: str
    frames: npt.NDArray[np.uint8]
    masks: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]


def real_clip(clip: Clip, rng: np.random.Generator, most: int) -> Truth | None:
    """A stretch of a clip with masks from a random frame on, every frame or every second; None without an object."""
    assert clip.labels is not None
    step = int(rng.integers(1, SLOWEST + 1))
    large = np.flatnonzero(clip.areas >= LEAST_OBJECT * clip.size[0] * clip.size[1])
    starts = large[large < max(1, len(clip) // 3)]
    if not starts.size:
        return None
    numbers = np.arange(int(rng.choice(starts)), len(clip), step)[:most]
    labels = clip.labels[numbers]
    return Truth(clip.name, clip.frames[numbers], (labels & OBJECT) > 0, (labels & BAND) == 0)


def composite(footage: Footage, rng: np.random.Generator, name: str) -> Truth:
    """A clip with exact truth."""
    made = sample(rng, footage, COMPOSITE, COMPOSITE_FRAMES, real_share=0.2)
    return Truth(name, made.frames, made.masks > 0, ~made.ignore)


def tracked(truth: Truth, fast: bool) -> Track:
    """Track a clip from its first mask."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "clip").mkdir()
        for number, frame in enumerate(truth.frames):
            cv2.imwrite(
                str(root / "clip" / mask_name(number)), frame[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 1]
            )
        key = root / "key.png"
        write_labels(key, truth.masks[0].astype(np.uint8))
        found: dict[int, Sequence[float]] = {}
        asked: dict[str, Any] = {"clip": str(root / "clip"), "key_masks": {"0": str(key)}, "soft": False}
        for step in track(root / "out", **asked, fast=fast, reidentify=False):
            if "cues" in step.fields:
                found[step.fields["frame"]] = step.fields["cues"]["1"]
        numbers = sorted(found)
        overlap = [
            _overlap(read_labels(root / "out" / MASKS / mask_name(n)) == 1, truth.masks[n], truth.known[n])
            for n in numbers
        ]
    return Track(truth.name, np.asarray([found[n] for n in numbers], np.float64), np.asarray(overlap))


def fit(tracks: Sequence[Track], rounds: int = 4000, rate: float = 0.5, decay: float = 1e-3) -> Calibration:
    """The logistic model of weights >= 0 with the least cross-entropy to J, by projected gradient descent.

    Beside J itself counts which of two frames of a clip is the better one: a clip's own level says nothing of where
    it fails. Frames where the object was not seen are left out: their confidence is 0 whatever the model.
    """
    cues, overlap, share = _seen(tracks)
    mean, scale = cues.mean(axis=0), cues.std(axis=0) + 1e-3
    scaled, weight, bias = (cues - mean) / scale, np.zeros(cues.shape[1]), 0.0
    better, counts = _pairs(tracks)
    better = better / scale
    for _ in range(rounds):
        slope = (1 / (1 + np.exp(-(scaled @ weight + bias))) - overlap) * share
        order = -counts / (1 + np.exp(better @ weight))
        change = scaled.T @ slope + RANKS * better.T @ order + decay * weight
        weight = np.maximum(weight - rate * change, 0)
        bias -= rate * float(slope.sum())
    steepness, bias = _level(scaled @ weight, overlap, share, bias)
    weight = weight * steepness
    rounded = (tuple(float(round(value, 5)) for value in column) for column in (mean, scale, weight))
    means, scales, weights = rounded
    return Calibration(CUES, means, scales, weights, round(bias, 5))


def levelled(model: Calibration, tracks: Sequence[Track]) -> Calibration:
    """The same model; what is told of its scores is fitted to J of real clips, in a few bins of scores below
    SURE. What is told of surer ones is right and stays. Each source of clips weighs the same: of one there
    are many and calm clips, which a fit to all would follow alone."""
    real = [track for track in tracks if "/" in track.name]
    cues, overlap, share = _seen(real)
    sources = np.repeat([track.name.split("/")[0] for track in real], [_shown(track).sum() for track in real])
    for source in np.unique(sources):
        share[sources == source] /= share[sources == source].sum()
    scores = np.asarray([confidence(row, model) for row in cues])
    knots, floor = [], 0.0
    for left, (low, high) in zip(range(len(DOUBTED) - 1, 0, -1), itertools.pairwise(DOUBTED), strict=True):
        mine = (scores >= low) & (scores < high)
        if mine.any():
            level = float(np.average(overlap[mine], weights=share[mine]))
            floor = max(floor + RISES, min(SURE - left * RISES, level))
            knots.append((round(float(np.average(scores[mine], weights=share[mine])), 4), round(floor, 4)))
    return msgspec.structs.replace(model, told=(*knots, (SURE, SURE)))


def _shown(track: Track) -> npt.NDArray[np.bool_]:
    """The frames on which the object is seen, (N,)."""
    return np.asarray(track.cues.any(axis=1))


def _seen(tracks: Sequence[Track]) -> tuple[Array, Array, Array]:
    """Cues (N, CUES), J (N,) and weight (N,), 1 in all, of the frames where the object was seen; each clip weighs the
    same."""
    seen = [_shown(track) for track in tracks]
    cues = np.concatenate([track.cues[rows] for track, rows in zip(tracks, seen, strict=True)])
    overlap = np.concatenate([track.overlap[rows] for track, rows in zip(tracks, seen, strict=True)])
    share = np.concatenate([np.full(rows.sum(), 1 / max(1, rows.sum())) for rows in seen])
    return cues, overlap, share / share.sum()


def _level(
    logits: Array, overlap: Array, share: Array, bias: float, rounds: int = 2000
) -> tuple[float, float]:
    """The factor and bias that bring logits nearest to J; the order of frames stays."""
    steepness, spread = 1.0, max(1e-6, float(logits.std()))
    for _ in range(rounds):
        slope = (1 / (1 + np.exp(-(logits * steepness + bias))) - overlap) * share
        steepness = max(0.0, steepness - float(logits @ slope) / spread**2)
        bias -= float(slope.sum())
    return steepness, bias


def _pairs(tracks: Sequence[Track]) -> tuple[Array, Array]:
    """Differences of cues between a better and a worse frame of the same clip, (P, CUES), and how much each counts."""
    rng, differences, counts = np.random.default_rng(0), [np.zeros((1, len(CUES)))], [np.zeros(1)]
    for each in tracks:
        if each.overlap.std() <= VARIES:
            continue
        one, other = rng.integers(0, len(each.overlap), (2, PAIRS))
        kept = each.overlap[one] > each.overlap[other] + VARIES
        differences.append(each.cues[one[kept]] - each.cues[other[kept]])
        counts.append(np.full(kept.sum(), 1 / max(1, kept.sum())))
    weights = np.concatenate(counts)
    return np.concatenate(differences), weights / max(1e-9, weights.sum())


def scores(model: Calibration, tracks: Sequence[Track]) -> dict[str, float]:
    """How what is told does: rank correlation with J over all frames and, in the mean, within each clip where J varies;
    expected calibration error in ten bins; mean absolute error."""
    guesses = [
        np.asarray([told(confidence(row, model), model.told) for row in track.cues]) for track in tracks
    ]
    guess, overlap = np.concatenate(guesses), np.concatenate([track.overlap for track in tracks])
    within = [
        rank_correlation(mine, track.overlap)
        for mine, track in zip(guesses, tracks, strict=True)
        if track.overlap.std() > VARIES
    ]
    place = np.minimum((guess * BINS).astype(int), BINS - 1)
    gaps = [
        (place == b).mean() * abs(guess[place == b].mean() - overlap[place == b].mean()) for b in set(place)
    ]
    return {
        "clips": len(tracks),
        "frames": len(guess),
        "rank correlation": round(rank_correlation(guess, overlap), 3),
        "rank correlation within clips": round(float(np.mean(within)), 3) if within else 0.0,
        "expected calibration error": round(float(np.sum(gaps)), 3),
        "mean absolute error": round(float(np.abs(guess - overlap).mean()), 3),
    }


def rank_correlation(one: Array, other: Array) -> float:
    """Spearman's; 0 when either does not vary."""
    if min(one.std(), other.std()) == 0:
        return 0.0
    ranks = np.stack([np.argsort(np.argsort(values, kind="stable")) for values in (one, other)])
    return float(np.asarray(np.corrcoef(ranks.astype(np.float64)))[0, 1])


def _overlap(
    mask: npt.NDArray[np.bool_], truth: npt.NDArray[np.bool_], known: npt.NDArray[np.bool_]
) -> float:
    union = int(((mask | truth) & known).sum())
    return int((mask & truth & known).sum()) / union if union else 1.0


def _tracks(footage: Footage, clips: int, samples: int, frames: int, seed: int) -> Iterator[Track]:
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(footage.masked))[:clips] if clips else range(len(footage.masked))
    for count, index in enumerate(chosen):
        truth = real_clip(footage.masked[index], rng, frames)
        if truth is not None:
            yield _told(tracked(truth, fast=count % 2 == 0))
    for count in range(samples):
        yield _told(tracked(composite(footage, rng, f"composite {count}"), fast=count % 2 == 0))


def _told(track: Track) -> Track:
    sys.stderr.write(f"{track.name}: J {track.overlap.mean():.3f}, {len(track.overlap)} frames\n")
    return track


def _card(
    args: argparse.Namespace, model: Calibration, fitted: Sequence[Track], unseen: Sequence[Track]
) -> dict[str, str | int | float]:
    command = "python -m core.training.calibrate DATA --cache CACHE --out assets/confidence.json"
    command += f" --clips {args.clips} --samples {args.samples} --frames {args.frames} --seed {args.seed}"
    card: dict[str, str | int | float] = {
        "what": "Estimates J of a tracked mask from cues that need no truth; see core.masks.confidence.",
        "data": "Clips with masks of DAVIS (train) and Pexels, and composites of them; no clip of davis-dev.",
        "command": command + " --told" * args.told,
        "date": datetime.now(UTC).date().isoformat(),
        **{f"fitted: {name}": value for name, value in scores(model, fitted).items()},
        **{f"held out: {name}": value for name, value in scores(model, unseen).items()},
    }
    if not args.told:
        return card
    before = {name: value for name, value in shipped().card.items() if not name.startswith("told: ")}
    return before | {f"told: {name}": card[name] for name in card if name not in ("what", "data")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path, help="folder with davis-train and pexels clips")
    parser.add_argument("--cache", type=Path, required=True, help="folder for decoded frames")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--clips", type=int, default=36, help="real clips to fit to; 0 for all")
    parser.add_argument("--samples", type=int, default=12, help="composites to fit to")
    parser.add_argument("--frames", type=int, default=60, help="of a real clip, at most")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--told", action="store_true", help="keep the shipped model, fit only what is told of it"
    )
    args = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    fitted = list(
        _tracks(load_footage(args.data, args.cache), args.clips, args.samples, args.frames, args.seed)
    )
    kept = load_footage(args.data, args.cache, held_out=True)
    unseen = list(_tracks(kept, 0, max(1, args.samples // 4), args.frames, args.seed + 1))
    model = levelled(shipped(), fitted) if args.told else fit(fitted)
    card = _card(args, model, fitted, unseen)
    model = msgspec.structs.replace(model, card=card)
    write_atomic(args.out, msgspec.json.format(msgspec.json.encode(model), indent=1) + b"\n")
    sys.stdout.write("".join(f"{name}: {value}\n" for name, value in card.items()))
    sys.stdout.write(f"weights: {dict(zip(model.cues, model.weight, strict=True))}\n")


if __name__ == "__main__":
    main()
