"""From a clip to its pixels: the media or the film behind it, its proxy, its mattes, its sound.

The compositor and the mixer ask through `core.render.sources.Sources`; `Resolver` answers from a project on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import MediaError
from core.media.audio import AudioSource, open_audio
from core.media.cube import Cube
from core.media.info import Frame, FrameSource, MediaInfo
from core.media.made import made_folder, read_made
from core.media.matte import MaskFolder, refine
from core.media.proxy import proxy_info, proxy_path
from core.media.shake import read_camera
from core.media.viewpoint import Viewpoints, read_viewpoints
from core.motion.between import Betweens
from core.motion.steady import CameraPath
from core.project.key_masks import read_key_mask, tracked_from
from core.project.looks import read_look
from core.project.paths import readable_path, results_folder
from core.project.project import LayerFile, Media, Project
from core.recent import Recent
from core.render import pixels
from core.render.atlas_source import Atlases
from core.render.between import ClipFrames, MadeFrames
from core.render.nested import NestedFilm, NestedSound, sounds
from core.render.pixels import Floats, resized
from core.render.sources import Pool, Sound
from core.timeline.model import Clip, Effect, MatteUse, Sequence
from core.timeline.nesting import reached, shown_in

MATTES_KEPT = 24


class Resolver:
    """Finds what a project's clips need. Safe to use from several threads.

    Args:
        project: the value to render; replace it by `show` when the document changes.
        project_file: relative media paths start at its folder; None for a project that was never saved.
        data: the project's data folder with results and key masks; None when there is none.
        proxies: use a media's proxy where there is one (previews).
        strict: see `Sources`.
        atlases: what edits on unrolled objects need; shared with others who show them.
    """

    def __init__(
        self,
        project: Project,
        project_file: Path | None,
        data: Path | None,
        pool: Pool,
        proxies: bool = False,
        *,
        strict: bool = False,
        atlases: Atlases | None = None,
    ) -> None:
        self._strict = strict
        self._made = MadeFrames(self._betweens)
        self.atlases = atlases or Atlases(strict=strict)
        self._pool, self._proxies = pool, proxies
        self._lock = threading.Lock()
        self._mattes: Recent[tuple[object, ...], Floats] = Recent(MATTES_KEPT)
        self._known_proxies: dict[str, tuple[Path, MediaInfo]] = {}
        self._key_masks_of: dict[Path, frozenset[str]] = {}
        self._sounds: dict[tuple[Path, str], AudioSource] = {}
        self._viewpoints: dict[Path, Viewpoints | None] = {}
        self._cameras: dict[str, CameraPath | None] = {}
        self.show(project, project_file, data)

    @property
    def strict(self) -> bool:
        return self._strict

    def show(self, project: Project, project_file: Path | None, data: Path | None) -> None:
        """Render another value from now on; open media stay open."""
        self.project, self._project_file, self._data = project, project_file, data
        self._media = {media.id: media for media in project.media}
        self._films = {film.id: film for film in project.sequences}
        self._shown = {film.id: shown_in(film) for film in project.sequences}
        self._nested_sounds: dict[str, NestedSound] = {}

    def shows(self, project: Project, project_file: Path | None, data: Path | None) -> bool:
        """Whether this very value is rendered, from that very place."""
        return self.project is project and (self._project_file, self._data) == (project_file, data)

    def media(self, clip: Clip) -> Media:
        """The media of a clip. Raises MediaError when the bin does not have it."""
        media = self._media.get(clip.media_id or "")
        if media is None:
            raise MediaError(f"the media of the clip {clip.name} is not in the bin", "Import it again")
        return media

    def film_of(self, clip: Clip) -> Sequence | None:
        """What a compound clip shows; None for other clips. Raises MediaError when it is not there or shows itself."""
        if clip.sequence_id is None:
            return None
        film = self._films.get(clip.sequence_id)
        if film is None:
            raise MediaError(
                f"the film in the compound clip {clip.name} is not in the project", "Undo its removal"
            )
        if film.id in reached(film.id, self._shown):
            raise MediaError(f"the film {film.name} would have to show itself", "Take it out of itself")
        return film

    def source(self, clip: Clip) -> FrameSource:
        film = self.film_of(clip)
        if film is not None:
            return NestedFilm(film, self)
        media = self.media(clip)
        return self.atlases.edited(self._data, media, self._plain(clip, media))

    def _plain(self, clip: Clip, media: Media) -> FrameSource:
        """The clip's media without what was painted on it. Raises MediaError when it is not there."""
        if self._proxies and (proxy := self._proxy(media)) is not None:
            return self._pool.source(*proxy)
        return self._pool.source(self._present(media), media.info)

    def layer(self, clip: Clip) -> LayerFile | None:
        media = self._media.get(clip.media_id or "")
        return media.layer if media is not None else None

    def viewpoints(self, clip: Clip) -> Viewpoints | None:
        try:
            folder = self._present(self.media(clip)).parent
        except MediaError:
            return None  # told by whoever asks for the picture
        with self._lock:
            if folder not in self._viewpoints:
                self._viewpoints[folder] = read_viewpoints(folder)
            return self._viewpoints[folder]

    def camera(self, clip: Clip, source_index: int) -> tuple[CameraPath, int] | None:
        if clip.media_id is None:
            return None
        media, number = self._masked(self.media(clip), source_index)
        path = self._camera(media.camera) if media.camera and self._data is not None else None
        if path is None and self.strict:
            raise MediaError(
                f"{media.name} is to be stabilised, but its camera's motion is not known yet",
                "Wait until the camera is followed, or choose Clip › Effects › Stabilise again",
            )
        return None if path is None else (path, min(max(number, 0), len(path.steps) - 1))

    def look(self, effect: Effect) -> Cube | None:
        try:
            if effect.look is None or self._data is None:
                raise MediaError("an effect has no look", "Choose its .cube file again")
            return read_look(self._data, effect.look.file)
        except MediaError:
            if self.strict:
                raise
            return None

    def _camera(self, key: str) -> CameraPath | None:
        assert self._data is not None
        with self._lock:
            if self._cameras.get(key) is None:  # one that is not there may come yet
                self._cameras[key] = read_camera(results_folder(self._data) / key)
            return self._cameras[key]

    def audio(self, clip: Clip) -> Sound | None:
        film = self.film_of(clip)
        if film is not None:
            return self._nested_sounds.setdefault(film.id, NestedSound(film, self)) if sounds(film) else None
        media = self.media(clip)
        if media.info.audio is None:
            return None
        path = self._present(media)
        key = (path, media.info.heard)
        with self._lock:
            if key not in self._sounds:
                self._sounds[key] = open_audio(path, media.info)
            return self._sounds[key]

    def matte(self, clip: Clip, source_index: int, use: MatteUse, size: tuple[int, int]) -> Floats:
        """The object's matte on a source frame; nothing inside where the object was never tracked."""
        media, number = self._masked(self.media(clip), source_index)
        key = (media.id, media.layers, media.track, media.key_masks, number, use, size)
        with self._lock:
            known = self._mattes.get(key)
        if known is not None:
            return known
        found = self._layer_matte(media, number, use.label, size) if use.layer else None
        if found is None:
            found = self.stored_matte(media, number, use.label)
        if found is None:  # not remembered: a job may be about to write it
            return np.full(size[::-1], float(use.invert), np.float32)
        factor = size[0] / found.shape[1]
        matte = refine(resized(found, size), use.grow * factor, use.feather * factor)
        matte = np.asarray(1 - matte if use.invert else matte, np.float32)
        with self._lock:
            self._mattes.put(key, matte)
        return matte

    def between(self, clip: Clip, index: int, t: float, size: tuple[int, int] | None) -> Frame:
        source, film = self.source(clip), clip.sequence_id
        if film is not None:
            of = self.project.sequences, self.project.media
            return self._made.picture(ClipFrames(film, of, source, size), clip.between, index, t)
        media = self.media(clip)
        if self._data is not None and self.keeps_made(clip):
            folder = made_folder(self._data, media.info.seen)
            found = read_made(folder, index, t, size or (source.width, source.height), self._strict)
            if found is not None:
                return found
        return self._made.picture(ClipFrames(media.id, media, source, size), clip.between, index, t)

    def keeps_made(self, clip: Clip) -> bool:
        """Whether pictures between the clip's frames may be made beforehand: along the motion, of media as they are."""
        return clip.between == "flow" and self.unpainted(clip)

    def unpainted(self, clip: Clip) -> bool:
        """Whether the clip shows media, and nothing is painted on it."""
        return clip.sequence_id is None and not any(edit.enabled for edit in self.media(clip).atlas_edits)

    def matte_between(self, clip: Clip, index: int, t: float, use: MatteUse, size: tuple[int, int]) -> Floats:
        media, source = self.media(clip), self.source(clip)
        mattes = self.matte(clip, index, use, size), self.matte(clip, index + 1, use, size)
        frames = ClipFrames(media.id, media, source, size)
        return self._made.matte(frames, clip.between, index, t, mattes)

    def _betweens(self, frame: Callable[[int], Frame], count: int) -> Betweens:
        """How pictures between frames are made: quickly, for a preview."""
        return Betweens(frame, count, fast=True)

    def film(self, media: Media) -> FrameSource:
        """The frames of a media whose layers a matte is made of. Raises MediaError when it is not there."""
        return self._pool.source(self._present(media), media.info)

    def _masked(self, media: Media, index: int) -> tuple[Media, int]:
        """The media whose masks a frame has: of a layer's, the media that was taken apart, and the frame there."""
        layer = media.layer
        return (
            (self._media.get(layer.of, media), index + layer.first) if layer is not None else (media, index)
        )

    def _layer_matte(self, media: Media, number: int, label: int, size: tuple[int, int]) -> Floats | None:
        """Where an object's layers show anything on a frame of the media, at `size` where that is
        smaller than they are; None when the bin has no such layer."""
        layers = media.layers
        if layers is None or not 0 <= number - layers.first < layers.frames:
            return None
        wanted = (layers.key, label)
        films = [one for one in self.project.media if one.layer is not None and one.layer.part != "plate"
                 and (one.layer.key, one.layer.label) == wanted]  # fmt: skip
        alphas = []
        for film in films:
            source = self.film(film)
            smaller = size if size[0] < source.width and size[1] < source.height else None
            picture = source.frame(min(number - layers.first, source.frame_count - 1), smaller)
            opaque = picture.shape[2] == 3
            alphas.append(np.full(picture.shape[:2], 255, np.uint8) if opaque else picture[..., 3])
        return pixels.shows(alphas) if alphas else None

    def close(self) -> None:
        """Close the sound files; the pool belongs to whoever made it."""
        with self._lock:
            for sound in self._sounds.values():
                sound.close()
            self._sounds.clear()

    def stored_matte(self, media: Media, index: int, label: int) -> Floats | None:
        """As stored: of a key mask drawn on that very frame since the tracking, else of the tracking result, else of
        any key mask of the frame; None when there is none."""
        if self._data is None:
            return None
        drawn = next((key for key in media.key_masks if key.frame == index), None)
        track = media.track
        if track is not None and track.first <= index <= track.last:
            folder = results_folder(self._data) / track.key
            masks = MaskFolder(folder)
            # There may be holes between tracked stretches.
            if index in masks and (drawn is None or drawn.file in self._tracked_from(folder)):
                return masks.soft(index, label)
        if drawn is None:
            return None
        return (read_key_mask(self._data, drawn) == label).astype(np.float32)

    def _tracked_from(self, result: Path) -> frozenset[str]:
        """Names of the key masks that a finished tracking result was made from."""
        with self._lock:
            if result not in self._key_masks_of:
                self._key_masks_of[result] = tracked_from(result)
            return self._key_masks_of[result]

    def _proxy(self, media: Media) -> tuple[Path, MediaInfo] | None:
        """The finished proxy of a media; None when there is none, then the media itself is used."""
        if not media.proxy or self._data is None:
            return None
        folder = results_folder(self._data) / media.proxy
        with self._lock:
            if media.proxy not in self._known_proxies:
                try:
                    self._known_proxies[media.proxy] = (proxy_path(folder), proxy_info(folder))
                except MediaError:
                    return None
            return self._known_proxies[media.proxy]

    def _present(self, media: Media) -> Path:
        path = readable_path(self._project_file, media)
        if not path.exists():
            raise MediaError(f"{path} is not there", "Relink the media or put the file back")
        return path
