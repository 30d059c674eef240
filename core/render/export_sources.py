"""Where an export's pictures come from: decoders of its own, and pictures fetched ahead of the compositor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from core.media.cube import Cube
from core.media.info import Frame, FrameSource, MediaInfo
from core.media.reader import open_source
from core.media.sources import WrappedSource
from core.media.viewpoint import Viewpoints
from core.motion.between import Betweens
from core.motion.steady import CameraPath
from core.project.project import LayerFile, Media, Project
from core.render.between import passing, place
from core.render.compositor import visible, wanted_size
from core.render.pixels import Floats
from core.render.placed import Raster
from core.render.plan import Layer, visuals
from core.render.resolver import Resolver
from core.render.sources import Sound, Sources
from core.timeline.model import Clip, Effect, Footage, MatteUse, Sequence
from core.timeline.nesting import reached

NETWORK = "core.retime.interpolate", "betweens"
AWAKE = 8
"""Decoders kept open; those used longest ago rest."""
Size = tuple[int, int] | None


class _NoPool:
    """Stands where a shared pool would; an export opens its files itself."""

    def source(self, path: Path, info: MediaInfo) -> FrameSource:
        raise NotImplementedError


class ExportResolver(Resolver):
    """Never proxies, always strict, and a decoder a lane: neighbours on a track and different tracks do not share
    one, so that a cross-fade within one file does not make a decoder jump to and fro."""

    def __init__(
        self,
        project: Project,
        sequence: Sequence,
        project_file: Path | None,
        data: Path | None,
    ) -> None:
        super().__init__(project, project_file, data, _NoPool(), strict=True)
        films = (
            sequence,
            *(self._films[name] for name in reached(sequence.id, self._shown) if name in self._films),
        )
        self._lanes = {
            clip.id: (film.id, track.id, number % 2)
            for film in films
            for track in film.tracks
            for number, (_, clip) in enumerate(track.clips())
        }
        self._open: OrderedDict[tuple[object, ...], FrameSource] = OrderedDict()
        self._unmasked: dict[str, set[int]] = {}

    def _plain(self, clip: Clip, media: Media) -> FrameSource:
        key = (self._lanes.get(clip.id), media.id)
        with self._lock:
            if key not in self._open:
                self._open[key] = open_source(self._present(media), media.info)
                for old in list(self._open.values())[:-AWAKE]:
                    if rest := getattr(old, "rest", None):
                        rest()
            self._open.move_to_end(key)
            return self._open[key]

    def film(self, media: Media) -> FrameSource:
        with self._lock:
            key = ("matte", media.id)
            if key not in self._open:
                self._open[key] = open_source(self._present(media), media.info)
            self._open.move_to_end(key)
            return self._open[key]

    def _betweens(self, frame: Callable[[int], Frame], count: int) -> Betweens:
        # By name: nothing that the window imports may reach torch.
        made: Betweens = getattr(import_module(NETWORK[0]), NETWORK[1])(frame, count)
        return made

    def stored_matte(self, media: Media, index: int, label: int) -> Floats | None:
        found = super().stored_matte(media, index, label)
        if found is None:
            self._unmasked.setdefault(media.name, set()).add(index)
        return found

    def notes(self) -> tuple[str, ...]:
        """What the user should know of the film that was written: damaged pictures, frames without a mask."""
        damaged = (note for source in self._open.values() for note in getattr(source, "notes", ()))
        unmasked = (
            f"{len(frames)} frames of {name} have no mask, the first is {min(frames)}: track the object there"
            if len(frames) > 1
            else f"frame {min(frames)} of {name} has no mask: track the object there"
            for name, frames in self._unmasked.items()
        )
        return (*dict.fromkeys(damaged), *unmasked)

    def require(self, clip: Clip) -> None:
        """Raises MediaError when the clip's media is not there, or some that a compound clip shows."""
        film = self.film_of(clip)
        for _, _, inner in film.clips() if film is not None else ():
            if inner.enabled:
                self.require(inner)
        if clip.media_id is not None:
            self._present(self.media(clip))

    def close(self) -> None:
        super().close()
        with self._lock:
            for source in self._open.values():
                source.close()
            self._open.clear()


@dataclass(frozen=True)
class Ahead:
    """Sources that answer from pictures fetched before; the rest goes to `behind`.

    pictures: by clip, index, size.
    made: those between frames, by clip, index, t, size.
    """

    behind: Sources
    pictures: dict[tuple[str, int, Size], Frame]
    made: dict[tuple[str, int, float, Size], Frame]

    @property
    def strict(self) -> bool:
        return self.behind.strict

    def source(self, clip: Clip) -> FrameSource:
        return _Fetched(self.behind.source(clip), clip.id, self.pictures)

    def matte(self, clip: Clip, source_index: int, use: MatteUse, size: tuple[int, int]) -> Floats:
        return self.behind.matte(clip, source_index, use, size)

    def between(self, clip: Clip, index: int, t: float, size: Size) -> Frame:
        found = self.made.get((clip.id, index, t, size))
        return self.behind.between(clip, index, t, size) if found is None else found

    def matte_between(self, clip: Clip, index: int, t: float, use: MatteUse, size: tuple[int, int]) -> Floats:
        return self.behind.matte_between(clip, index, t, use, size)

    def layer(self, clip: Clip) -> LayerFile | None:
        return self.behind.layer(clip)

    def viewpoints(self, clip: Clip) -> Viewpoints | None:
        return self.behind.viewpoints(clip)

    def look(self, effect: Effect) -> Cube | None:
        return self.behind.look(effect)

    def camera(self, clip: Clip, source_index: int) -> tuple[CameraPath, int] | None:
        return self.behind.camera(clip, source_index)

    def audio(self, clip: Clip) -> Sound | None:
        return self.behind.audio(clip)


@dataclass(frozen=True)
class _Fetched(WrappedSource):
    """A FrameSource with some of its frames at hand."""

    inner: FrameSource
    clip_id: str
    pictures: dict[tuple[str, int, Size], Frame]

    def frame(self, index: int, size: Size = None) -> Frame:
        found = self.pictures.get((self.clip_id, index, size))
        return self.inner.frame(index, size) if found is None else found

    def close(self) -> None:
        """The source belongs to the resolver."""


def fetch(sequence: Sequence, time: int, raster: Raster, resolver: Resolver) -> Ahead:
    """Decode what the compositor will ask for at that time; mattes land in the resolver's memory."""
    ahead = Ahead(resolver, {}, {})
    for visual in visible(visuals(sequence, time), raster, resolver):
        for layer in (visual.earlier, visual.layer):
            if layer is not None and isinstance(layer.clip.content, Footage) and layer.opacity > 0:
                _fetch_layer(layer, raster, resolver, ahead)
    return ahead


def _fetch_layer(layer: Layer, raster: Raster, resolver: Resolver, ahead: Ahead) -> None:
    clip = layer.clip
    source = resolver.source(clip)
    size = wanted_size(clip, source, raster)
    index, t = place(layer, source)
    if t:
        ahead.made[(clip.id, index, t, size)] = resolver.between(clip, index, t, size)
        return
    mattes = [effect.matte for effect in clip.effects if effect.enabled and clip.media_id is not None]
    for number in [n for n, _ in passing(layer, source)] or [index]:
        picture = ahead.pictures[(clip.id, number, size)] = source.frame(number, size)
        for use in mattes:
            if use is not None:
                resolver.matte(clip, number, use, (picture.shape[1], picture.shape[0]))
