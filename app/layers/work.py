"""From a tracked media to the job that takes it apart: what is asked, and what that costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

from app.editor import Editor
from app.jobs.records import JobRecord, jobs_about
from app.layers.results import take_result
from app.masks.tracking import frame_count
from core.catalog import JOBS
from core.drive import result_folder
from core.errors import EditError
from core.project import results
from core.project.paths import clip_of, results_folder
from core.project.project import Media

JOB = "layers"
Effort = Literal["quick", "good"]
EFFORTS: dict[str, float] = {"quick": 1.0, "good": 3.0}
"""How long the job takes, as a multiple of what a first result takes. Only quick work is held to it: on a slow or a
busy computer good layers take longer, they do not get worse."""
_SECONDS_PER_PIXEL = 2.5e-6
"""A first result: 70 frames of 448x256 with one object take about 20 seconds on one core of 2024."""
_PACKED = 0.45
"""What lossless film leaves of RGB, and of an object's films with their empty surroundings."""
_PACKED_OBJECT = 0.25
_SECONDS_LEAST, _SLACK = 20.0, 2.0
"""The least that quick work may take, and by what it may exceed the estimate before shadows are left out."""
OTHERS = "Others"
"""Name of the layer that objects which were not chosen share."""


@dataclass(frozen=True)
class Estimate:
    """What taking a clip apart will cost.

    first, whole: seconds until the first layers, and until the end.
    memory, disk: bytes.
    """

    first: float
    whole: float
    memory: int
    disk: int


def estimate(media: Media, objects: int, effort: str) -> Estimate:
    """About what taking a media apart costs."""
    video = media.info.video
    assert video is not None, "what has masks has a picture"
    pixels = video.width * video.height
    frames = last_frame(media) - first_frame(media) + 1
    first = frames * pixels * _SECONDS_PER_PIXEL * (1 + 0.4 * max(0, objects - 1))
    disk = frames * pixels * (2 * 3 * _PACKED + objects * 3 * 4 * _PACKED_OBJECT)
    memory = (JOBS[JOB].memory if JOB in JOBS else 0) or 900 * 2**20
    return Estimate(first, first * EFFORTS[effort], memory + 60 * pixels, int(disk))


def first_frame(media: Media) -> int:
    return media.track.first if media.track is not None else 0


def last_frame(media: Media) -> int:
    return media.track.last if media.track is not None else frame_count(media) - 1


def question(
    project_file: Path | None, data: Path, media: Media, labels: Iterable[int], effort: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Parameters and inputs of the job (core.layers.result). What is not chosen is no background either: those objects
    share one layer.

    Raises:
        EditError: when the media has no masks, or no object is chosen.
    """
    if media.track is None:
        raise EditError(f"{media.name} is not tracked yet", "Draw a mask on its objects and track them first")
    chosen = set(labels)
    names = {one.label: one.name for one in media.objects if one.label in chosen}
    if not names:
        raise EditError("no object is chosen", "Tick at least one object in the Layers panel")
    shared = [one.label for one in media.objects if one.label not in chosen]
    if len(shared) == 1:
        names |= {one.label: one.name for one in media.objects if one.label == shared[0]}
    elif shared:
        names[shared[0]] = OTHERS
    known = [one.label for one in media.layers.objects] if media.layers is not None else []
    order = [label for label in known if label in names]
    masks = results_folder(data) / media.track.key
    parameters: dict[str, Any] = {
        **clip_of(project_file, media),
        "masks": str(masks / "masks"),
        "first": media.track.first,
        "last": media.track.last,
        "names": {str(label): name for label, name in sorted(names.items())},
        "order": order if len(order) == len(names) else [],
        "max_seconds": round(_seconds(media, len(names), effort), 1),
        "seed": 0,
    }
    if len(shared) > 1:
        parameters["shared"] = shared
    return parameters, {"clip": media.info.fingerprint, "masks": media.track.key}


def _seconds(media: Media, objects: int, effort: str) -> float:
    return _SLACK * max(_SECONDS_LEAST, estimate(media, objects, effort).whole) if effort == "quick" else 0.0


def start(editor: Editor, media: Media, labels: Iterable[int], effort: str) -> JobRecord:
    """Queue the job; the same question asked again goes on where it was stopped.

    Raises:
        EditError: as `question`.
    """
    data = editor.document.data
    if data is None:
        raise EditError("there is no project yet", "Import a clip first")
    parameters, inputs = question(editor.document.path, data, media, labels, effort)
    root = results.made(results_folder(data))
    return editor.jobs.submit(
        JOB, f"Layers of {media.name}", parameters, inputs, root=root,
        on_done=partial(take_result, editor), context={"media": media.id},
    )  # fmt: skip


def latest(editor: Editor, media_id: str) -> JobRecord | None:
    """The newest job of a media, also one that is through."""
    return next(reversed(jobs_about(editor.jobs.records, JOB, media_id)), None)


def running(editor: Editor, media_id: str) -> JobRecord | None:
    """The active job of a media."""
    record = latest(editor, media_id)
    return record if record is not None and record.active else None


def live_folder(record: JobRecord) -> Path:
    """Where the job's films appear while it runs."""
    final = result_folder(record.job, record.root, record.order.parameters, record.order.inputs)
    return final.with_name(f"{final.name}.partial")
