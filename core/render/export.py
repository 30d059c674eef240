"""The export job: a range of a sequence to a file, read back before it takes its place.

Three stages run side by side: decode (pictures of the media), process (compositing, or laying YUV planes over one
another where that is enough, see core.render.planes), encode (with the sound, in the thread that drives the job).
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from core.errors import MediaError, ProjectError
from core.job import Progress, require_disk
from core.media.writer import Colours, VideoSpec, coded_size, colours_for, to_encoder
from core.project.project import Project
from core.project.snapshot import project_of
from core.render import compositor, pixels, planes
from core.render.chapters import chapters_of
from core.render.export_sources import Ahead, ExportResolver, fetch
from core.render.film import Film
from core.render.pipeline import staged
from core.render.plan import active_tracks
from core.render.presets import estimate_bytes, export_size, find_preset
from core.render.sinks import Shape, Sink, open_sink
from core.render.soundtrack import SoundTrack
from core.render.targets import sole_export, spare_sources
from core.time import seconds
from core.timeline.model import Footage

REPORT_SECONDS = 0.2
PREVIEW_SECONDS = 2.0
PREVIEW_WIDTH = 320
PROCESSORS = min(4, max(1, (os.cpu_count() or 1) // 4))
"""Threads that compose pictures: the encoder needs most of the machine."""
SOUND_CHUNK = 0.25
"""Seconds of sound mixed at once."""


def export(
    out: Path,
    *,
    project: dict[str, Any],
    project_file: str,
    data: str,
    preset: str,
    path: str,
    first: int = 0,
    last: int = -1,
    sequence: str = "",
    height: int = 0,
    loudness: float = 0.0,
    options: dict[str, str] | None = None,
    threads: int = 0,
) -> Iterator[Progress]:
    """Write frames `first` to `last` (inclusive; -1: the end) of a sequence to `path`.

    Args:
        out: not written to; the job interface hands it over.
        project, project_file, data: see core.project.snapshot.
        preset: a name of core.render.presets.
        path: the file, or for pictures the folder. What stands there stays until the new one is complete and checked.
        sequence: id of the sequence; empty for the active one.
        height: pixels of the picture; 0: as the sequence has it.
        loudness: LUFS that the sound is brought to; 0 leaves it as it is mixed.
        options: options for the encoder instead of the preset's.
        threads: of the encoder; 0 leaves it to the encoder.

    Raises:
        MediaError: media is missing or damaged, the target cannot be written, or did not come out right.
        ProjectError: the project or the range cannot be used.
        OutOfDisk: too little room.
        JobError: another export is writing the same.
    """
    document = project_of(project)
    film = _film(document, sequence, preset, (first, last), height, options or {})
    resolver = ExportResolver(
        document, film.sequence, Path(project_file) if project_file else None, Path(data) if data else None
    )
    try:
        spare_sources(document, Path(project_file) if project_file else None, film.preset, Path(path))
        _require(film, resolver, Path(path))
        with sole_export(Path(path)):
            yield from _write(film, resolver, Path(path), threads, loudness)
    finally:
        resolver.close()


def _film(
    project: Project,
    sequence_id: str,
    preset_id: str,
    frames: tuple[int, int],
    height: int,
    options: dict[str, str],
) -> Film:
    """Raises ProjectError when there is nothing to export or no such preset."""
    first, last = frames
    wanted = sequence_id or project.active
    sequence = next((known for known in project.sequences if known.id == wanted), None)
    if sequence is None or sequence.frame_count == 0:
        raise ProjectError("there is nothing on the timeline to export", "Put a clip on it first")
    try:
        preset = find_preset(preset_id)
    except KeyError:
        raise ProjectError(f"there is no export preset {preset_id}", "Choose one of the list") from None
    if preset.video is not None and options:
        preset = replace(preset, video=replace(preset.video, options={**preset.video.options, **options}))
    last = sequence.frame_count - 1 if last < 0 else last
    if not 0 <= first <= last < sequence.frame_count:
        raise ProjectError(
            f"frames {first} to {last} are not in the film, which has {sequence.frame_count}",
            "Set another range",
        )
    if preset.kind == "picture" and first != last:
        raise ProjectError(
            f"one picture cannot hold frames {first} to {last}",
            f"Choose one frame, such as {first}:{first + 1}",
        )
    return Film(sequence, preset, first, last, export_size(sequence.width, sequence.height, height))


def _require(film: Film, resolver: ExportResolver, path: Path) -> None:
    """Everything that would end the export later, found before it starts. Raises MediaError or OutOfDisk."""
    for track in (*active_tracks(film.sequence, "video"), *active_tracks(film.sequence, "audio")):
        for where, clip in track.clips():
            if clip.enabled and where.overlaps(film.span):
                resolver.require(clip)
    if not path.parent.is_dir():
        raise MediaError(f"the folder {path.parent} is not there", "Choose another folder")
    needed = estimate_bytes(film.preset, *film.size, film.frames, seconds(film.span.duration))
    require_disk(path.parent, needed)


def _has_sound(film: Film, resolver: ExportResolver) -> bool:
    return any(
        clip.enabled and where.overlaps(film.span) and resolver.audio(clip) is not None
        for track in active_tracks(film.sequence, "audio")
        for where, clip in track.clips()
        if isinstance(clip.content, Footage)
    )


def _write(
    film: Film, resolver: ExportResolver, path: Path, threads: int, loudness: float
) -> Iterator[Progress]:
    sequence, preset = film.sequence, film.preset
    sound = preset.kind == "sound" or (preset.audio is not None and _has_sound(film, resolver))
    chapters = chapters_of(sequence, film.first, film.last)
    shape = Shape(
        film.raster.size, sequence.rate, film.frames, sequence.sample_rate, sound, threads, chapters
    )
    sink = open_sink(preset, path, shape)
    track = SoundTrack(film, resolver, sink) if sound else None
    finished = False
    try:
        if track is not None and loudness:
            yield from track.brought_to(loudness)
        with closing(_Reporter(film.frames)) as reporter:  # its clock starts with the writing
            if preset.kind == "sound":
                yield from _write_sound(film, track, reporter)
            else:
                yield from _write_pictures(film, resolver, sink, track, reporter)
        if track is not None:
            track.end()
        yield Progress(film.frames, film.frames, "Reading the film back")
        files = sink.finish()
        finished = True
        notes = (*resolver.notes(), *(track.notes() if track is not None else ()))
        said = "; ".join((f"Wrote {', '.join(file.name for file in files)}", *notes))
        yield Progress(
            film.frames,
            film.frames,
            said,
            fields={"files": [str(file) for file in files], "notes": list(notes)},
        )
    finally:
        if not finished:
            sink.abort()


def _write_sound(film: Film, track: SoundTrack | None, reporter: _Reporter) -> Iterator[Progress]:
    assert track is not None
    step = max(1, round(film.sequence.rate.fps))
    for frame in range(film.first, film.last + 1, step):
        track.write_until(min(frame + step, film.last + 1))
        yield reporter.progress(min(frame + step, film.last + 1) - film.first)


def _write_pictures(
    film: Film, resolver: ExportResolver, sink: Sink, track: SoundTrack | None, reporter: _Reporter
) -> Iterator[Progress]:
    stages = Stages(film, resolver)
    done = 0
    payloads = staged(range(film.first, film.last + 1), stages.decode, stages.process, PROCESSORS)
    try:
        for payload in payloads:
            if payload is not None:
                sink.write(payload)
                done += 1
                if track is not None:
                    track.write_until(film.first + done, SOUND_CHUNK if done < film.frames else 0)
                reporter.show(payload)
            if reporter.due:
                yield reporter.progress(done)
    finally:
        payloads.close()


class Stages:
    """The work of the decode and of the process thread on one frame number."""

    def __init__(self, film: Film, resolver: ExportResolver) -> None:
        assert film.preset.video is not None
        self._film, self._resolver = film, resolver
        self._spec: VideoSpec = film.preset.video
        self._colours: Colours = colours_for(
            coded_size(film.raster.width, film.raster.height, self._spec.pixel_format)[1]
        )
        self._plain = film.preset.kind == "film"
        self._local = threading.local()

    @property
    def _reformatter(self) -> VideoReformatter:
        """One a thread: it keeps swscale's tables."""
        if not hasattr(self._local, "reformatter"):
            self._local.reformatter = VideoReformatter()
        found: VideoReformatter = self._local.reformatter
        return found

    def decode(self, frame: int) -> tuple[int, Any]:
        """Frame number with the decoded planes and their places, or with what the compositor will ask for."""
        film, at = self._film, self._film.sequence.rate.time_of(frame)
        parts = None
        if self._plain:
            parts = planes.parts_at(film.sequence, at, film.raster, self._resolver, self._spec, self._colours)
        if parts is None:
            return frame, fetch(film.sequence, at, film.raster, self._resolver)
        return frame, [(part.source.video_frame(part.index), part.box) for part in parts]

    def process(self, item: tuple[int, Any]) -> Any:
        """What the sink writes: an av.VideoFrame, a pair of them, or pixels."""
        frame, given = item
        if not isinstance(given, Ahead):
            return planes.assemble(given, self._film.raster, self._spec, self._colours, self._reformatter)
        kind, sequence, size = self._film.preset.kind, self._film.sequence, self._film.size
        at = sequence.rate.time_of(frame)
        if kind == "film" and not self._spec.alpha:
            return self._encodable(compositor.render_layers(sequence, at, given, size))
        if self._film.preset.premultiplied:
            return compositor.render_frame(sequence, at, given, size)
        straight = compositor.render_straight(sequence, at, given, size)
        if kind == "film":
            return self._encodable(straight)
        straight = pixels.with_alpha(straight)
        if kind in ("pictures", "picture"):
            return straight
        grey = np.repeat(straight[..., 3:], 3, axis=2)
        return self._encodable(np.ascontiguousarray(straight[..., :3])), self._encodable(grey)

    def _encodable(self, picture: np.ndarray) -> Any:
        return to_encoder(picture, self._spec, self._colours, self._reformatter)


class _Reporter:
    """Progress with speed, and a small picture of what is being written every few seconds."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._start = time.monotonic()
        self._reported = self._shown = 0.0
        self._path = Path(tempfile.gettempdir()) / f"laminar-export-{os.getpid()}.jpg"
        self._preview = ""

    @property
    def due(self) -> bool:
        return time.monotonic() - self._reported >= REPORT_SECONDS

    def progress(self, done: int) -> Progress:
        self._reported = time.monotonic()
        speed = done / max(1e-3, self._reported - self._start)
        return Progress(
            done, self._total, "Writing the film", self._preview, {"frame": done, "fps": round(speed, 2)}
        )

    def show(self, payload: Any) -> None:
        """Write the preview when it is old. A preview that cannot be written is left out."""
        if time.monotonic() - self._shown < PREVIEW_SECONDS:
            return
        self._shown = time.monotonic()
        picture = _small(payload[0] if isinstance(payload, tuple) else payload)
        try:
            self._path.write_bytes(cv2.imencode(".jpg", picture[..., ::-1])[1].tobytes())
            self._preview = str(self._path)
        except OSError:
            self._preview = ""

    def close(self) -> None:
        self._path.unlink(missing_ok=True)


def _small(payload: Any) -> np.ndarray:
    """A payload as RGB, at most PREVIEW_WIDTH wide."""
    if not isinstance(payload, np.ndarray):
        height = max(2, round(payload.height * PREVIEW_WIDTH / payload.width))
        small: np.ndarray = payload.reformat(PREVIEW_WIDTH, height, "rgb24").to_ndarray()
        return small
    factor = PREVIEW_WIDTH / payload.shape[1]
    return np.asarray(cv2.resize(payload[..., :3], None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA))
