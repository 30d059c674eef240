"""Pictures for the viewer: a film at a time, or one media's frame with its masks, ready to be painted.

Runs on the render thread only. A picture leaves as BGRA in memory (Qt's RGB32), the format that a plain widget
paints fastest; colour conversion never happens on the GUI thread.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from app.playing.mask_sights import Onion, matte_of, onion_of, veiled
from core.media.info import Fields, Frame, FrameSource
from core.media.made import made_folder, read_look
from core.media.mask_changes import difference
from core.media.matte import MASKS, MaskFolder, mask_name, read_labels
from core.media.pool import SourcePool
from core.motion.between import Betweens
from core.project.key_masks import read_key_mask, tracked_from
from core.project.paths import readable_path, results_folder
from core.project.project import Media, Project
from core.project.sequences import without_effects
from core.render.atlas_source import Atlases
from core.render.atlas_views import Look, looked_at
from core.render.compositor import render_frame
from core.render.pixels import premultiply
from core.render.resolver import Resolver
from core.render.slow_views import Look as SlowLook
from core.render.slow_views import Moment, moment_of, view
from core.time import TimeRange
from core.timeline.model import Clip, Content, Sequence

Labels = npt.NDArray[np.uint8]
Size = tuple[int, int]
Bare = Literal["none", "left", "all"]


@dataclass(frozen=True)
class Show:
    """What the viewer asks for: the film (`media` empty) at record time `time`, or frame `frame` of a media.

    size: (width, height) in pixels that the whole picture covers on the screen at most.
    proxies: small copies may stand in.
    alpha: keep transparency instead of black.
    live: result folder of a tracking job that is running, empty when none is.
    proposed: result folder that may take the track's place, empty when none is shown; live goes before it.
    mattes: labels whose soft mattes are wanted together in the mask view; none for hard masks.
    onion: the neighbours of the frame are wanted as well.
    look: for the atlas view, what to show of the media and of its object `label`; empty in the mask view.
    beside: another value of the project, whose film is shown in the left half and that of `project` in the right.
    bare: how much of the film is shown without effects: nothing, its left half, or all of it.
    slow: how to look into the picture that clip `slowed` shows between two frames (core.render.slow_views).
    """

    project: Project
    project_file: Path | None
    data: Path | None
    size: Size
    media: str = ""
    time: int = 0
    frame: int = 0
    proxies: bool = False
    alpha: bool = False
    live: str = ""
    proposed: str = ""
    mattes: tuple[int, ...] = ()
    onion: bool = False
    look: Look | Literal[""] = ""
    label: int = 1
    beside: Project | None = None
    bare: Bare = "none"
    slow: SlowLook | None = None
    slowed: str = ""


MaskKind = Literal["none", "key", "tracked"]
LINE = 255
"""Grey level of the line between the picture without effects and the one with them."""


@dataclass(frozen=True)
class Unseen:
    """What the network was not yet asked for: how it makes the picture between frame `index` of a media and the next at
    part `t` of the way. seen: the name of what is seen of the media in the file `clip`, its fields shown as chosen."""

    clip: Path
    fields: Fields
    seen: str
    data: Path
    index: int
    t: float


@dataclass(frozen=True)
class Picture:
    """A picture to paint. `pixels` is BGRA uint8 (H, W, 4), premultiplied; `image` shows the same memory.

    raster: (width, height) of the film or the media, which `pixels` may be a smaller version of.
    labels: uint8 masks at the media's own size, or None in the film. mask: where they come from.
    proxied: a proxy stood in. frames: how many frames the media has.
    difference: what a proposed result changes (core.media.mask_changes), uint8 (H, W); None when none is shown.
    matte: what was asked for by `Show.mattes`, uint8 (H, W); None where nothing soft is known.
    onion: masks of the neighbouring frames, before and after, as `labels`.
    unseen: for a look into slow motion, what the network would have to be asked for; None when it is shown as it says.
    """

    show: Show
    pixels: Frame
    image: QImage = field(compare=False)
    raster: Size
    frame: int = 0
    frames: int = 0
    proxied: bool = False
    labels: Labels | None = field(default=None, compare=False)
    mask: MaskKind = "none"
    difference: Labels | None = field(default=None, compare=False)
    matte: Labels | None = field(default=None, compare=False)
    onion: Onion = field(default=(None, None), compare=False)
    unseen: Unseen | None = None


def fitted(raster: Size, wanted: Size) -> Size:
    """The largest size with the shape of `raster` inside `wanted`, never larger than `raster`, even numbers."""
    scale = min(1.0, wanted[0] / raster[0], wanted[1] / raster[1])
    width, height = (max(2, round(side * scale / 2) * 2) for side in raster)
    return raster if scale == 1.0 else (width, height)


def to_image(frame: Frame, *, alpha: bool = False, straight: bool = False) -> tuple[Frame, QImage]:
    """RGB or RGBA uint8 (H, W, 3|4) as Qt paints it, with the memory that the image looks into.

    alpha: keep transparency. straight: the colours are not premultiplied yet.
    """
    if frame.shape[2] == 3:
        pixels = cv2.cvtColor(frame, cv2.COLOR_RGB2BGRA)
    else:
        pixels = cv2.cvtColor(premultiply(frame) if straight else frame, cv2.COLOR_RGBA2BGRA)
    kind = QImage.Format.Format_ARGB32_Premultiplied if alpha else QImage.Format.Format_RGB32
    height, width = pixels.shape[:2]
    return pixels.astype(np.uint8, copy=False), QImage(pixels.data, width, height, width * 4, kind)


def labels_of(project_data: Path | None, media: Media, frame: int, size: Size) -> tuple[Labels, MaskKind]:
    """The masks of a source frame, uint8 (H, W) of `size`: drawn ones first, else tracked ones, else nothing."""
    for key in media.key_masks:
        if key.frame == frame and project_data is not None:
            return read_key_mask(project_data, key, size), "key"
    track = media.track
    if track is not None and project_data is not None and track.first <= frame <= track.last:
        return tracked_labels(results_folder(project_data) / track.key, frame, size)
    return _nothing(size), "none"


def tracked_labels(folder: Path, frame: int, size: Size) -> tuple[Labels, MaskKind]:
    """The mask of a tracking result for a frame; nothing where it has none, as between tracked stretches."""
    masks = MaskFolder(folder, size, resize=True)
    return (masks.labels(frame), "tracked") if frame in masks else (_nothing(size), "none")


def _nothing(size: Size) -> Labels:
    return np.zeros((size[1], size[0]), np.uint8)


def live_labels(folder: Path, frame: int, size: Size) -> Labels | None:
    """The mask that a running tracking job has written for a frame; None when there is none yet."""
    path = folder / MASKS / mask_name(frame)
    return read_labels(path, size) if path.exists() else None


@dataclass(frozen=True)
class Masks:
    """What the mask view shows on a frame. result: the folder where their soft mattes are, None where they have none.
    changes: from the present track to a proposed one."""

    labels: Labels
    kind: MaskKind
    result: Path | None = None
    changes: Labels | None = None


def masks_of(show: Show, media: Media, frame: int, size: Size) -> Masks:
    """The masks of a source frame: drawn ones, else those of a running job, of a proposal, of the track."""
    labels, kind = labels_of(show.data, media, frame, size)
    result = _result_of(show, media)
    if kind == "key":
        name = next(key.file for key in media.key_masks if key.frame == frame)
        heard = result is not None and name in tracked_from(result)
        changes = difference(labels, labels) if show.proposed and not show.live else None
        return Masks(labels, kind, result if heard else None, changes)
    if show.live:
        live = live_labels(Path(show.live), frame, size)
        return Masks(labels, kind, result) if live is None else Masks(live, "tracked", Path(show.live))
    if show.proposed:
        after, kind = tracked_labels(Path(show.proposed), frame, size)
        return Masks(after, kind, Path(show.proposed), difference(labels, after))
    return Masks(labels, kind, result)


def _result_of(show: Show, media: Media) -> Path | None:
    if show.data is None or media.track is None:
        return None
    return results_folder(show.data) / media.track.key


class Engine:
    """Answers `Show` requests; keeps what is dear between them. Used by one thread at a time."""

    def __init__(self, pool: SourcePool, atlases: Atlases | None = None) -> None:
        self.pool = pool
        self.atlases = atlases or Atlases()
        self._resolvers: dict[bool, Resolver] = {}
        self._bare: tuple[Project, Project] | None = None
        self._looks: tuple[tuple[Content, tuple[Sequence, ...], Size], Betweens] | None = None

    def picture(self, show: Show) -> Picture:
        """Raises MediaError when the frame cannot be shown, KeyError or IndexError when there is none."""
        if not show.media:
            return self._film(show)
        return self._painted(show, show.look) if show.look else self._footage(show)

    def resolver(self, show: Show) -> Resolver:
        """One for proxies, one without; both keep their mattes when the document changes."""
        known = self._resolvers.get(show.proxies)
        if known is None:
            known = Resolver(
                show.project,
                show.project_file,
                show.data,
                self.pool,
                proxies=show.proxies,
                atlases=self.atlases,
            )
            self._resolvers[show.proxies] = known
        elif not known.shows(show.project, show.project_file, show.data):
            known.show(show.project, show.project_file, show.data)
        return known

    def _film(self, show: Show) -> Picture:
        sequence = show.project.sequence
        assert sequence is not None, "the player asks for no film without a sequence"
        raster = (sequence.width, sequence.height)
        size = fitted(raster, show.size)
        looked = [found for found in sequence.clips() if found[2].id == show.slowed and show.time in found[1]]
        unseen = None
        if show.slow is not None and looked:
            frame, unseen = self._look_into(show, *looked[0][1:], size)
        elif show.beside is not None and show.beside.sequence is not None:
            frame = self._halves(show, (show.beside, show.project), size)
        elif show.bare != "none":
            frame = self._without_effects(show, size)
        else:
            frame = render_frame(sequence, show.time, self.resolver(show), size)
        pixels, image = to_image(frame, alpha=show.alpha)
        proxied = show.proxies and shows_proxy(show.project, show.time)
        number = sequence.rate.frame_at(show.time)
        return Picture(show, pixels, image, raster, number, proxied=proxied, unseen=unseen)

    def _halves(self, show: Show, projects: tuple[Project, Project], size: Size) -> Frame:
        """Two films at the same time side by side, each at half size in the middle of its half."""
        out = np.zeros((size[1], size[0], 4), np.uint8)
        out[..., 3] = 255
        width, height = max(2, size[0] // 2 - 1), max(2, size[1] // 2)
        for project, left in zip(projects, (0, size[0] - width), strict=True):
            film = project.sequence
            assert film is not None, "both films are there"
            half = replace(show, project=project, beside=None)
            top = (size[1] - height) // 2
            out[top : top + height, left : left + width] = render_frame(
                film, show.time, self.resolver(half), (width, height)
            )
        return out

    def _without_effects(self, show: Show, size: Size) -> Frame:
        """The film without its effects, or the left half of it so beside the right half of the film as it is."""
        if self._bare is None or self._bare[0] is not show.project:
            self._bare = show.project, without_effects(show.project)
        bare = replace(show, project=self._bare[1], bare="none")
        film = bare.project.sequence
        assert film is not None, "the film is there"
        frame = render_frame(film, show.time, self.resolver(bare), size)
        if show.bare == "left" and show.project.sequence is not None:
            half = size[0] // 2
            left = frame[:, :half].copy()
            frame = render_frame(show.project.sequence, show.time, self.resolver(show), size).copy()
            frame[:, :half] = left
            frame[:, half] = LINE
        return frame

    def _look_into(self, show: Show, where: TimeRange, clip: Clip, size: Size) -> tuple[Frame, Unseen | None]:
        """The view of the made picture of one clip, as large as it fits: the network's where it is known."""
        assert show.slow is not None
        resolver = self.resolver(show)
        source = resolver.source(clip)
        moment = moment_of(clip, source, show.time - where.start)
        unseen = _unseen(show, resolver, clip, moment)
        picture = None
        if unseen is not None:
            folder = made_folder(unseen.data, unseen.seen)
            picture = read_look(folder, moment.index, moment.t, show.slow)
        if picture is not None:
            return _in_the_middle(picture, size), None
        shown = fitted((source.width, source.height), size)
        films = show.project.sequences if clip.sequence_id is not None else ()
        key = (clip.content, films, shown)
        if self._looks is None or self._looks[0] != key:
            betweens = Betweens(lambda n: source.frame(n, shown)[..., :3], source.frame_count, fast=True)
            self._looks = (key, betweens)
        return _in_the_middle(view(self._looks[1], moment, show.slow), size), unseen

    def _footage(self, show: Show) -> Picture:
        media = show.project.find_media(show.media)
        source: FrameSource = self.pool.source(readable_path(show.project_file, media), media.info)
        raster = (source.width, source.height)
        index = min(max(show.frame, 0), source.frame_count - 1)
        frame = source.frame(index, fitted(raster, show.size))
        pixels, image = to_image(frame, alpha=show.alpha, straight=True)
        found = masks_of(show, media, index, raster)
        labels, kind, changes = found.labels, found.kind, found.changes
        matte = matte_of(found.result, index, show.mattes, raster) if found.result and show.mattes else None
        picture = Picture(
            show=show,
            pixels=pixels,
            image=image,
            raster=raster,
            frame=index,
            frames=source.frame_count,
            proxied=False,
            labels=labels,
            mask=kind,
            difference=changes,
            matte=matte,
        )
        if not show.onion:
            return picture
        return replace(
            picture, onion=onion_of(media, index, lambda n: masks_of(show, media, n, raster).labels)
        )

    def _painted(self, show: Show, look: Look) -> Picture:
        """A media with what is painted on it, or another look at its unrolled objects."""
        media = show.project.find_media(show.media)
        source: FrameSource = self.pool.source(readable_path(show.project_file, media), media.info)
        raster = (source.width, source.height)
        index = min(max(show.frame, 0), source.frame_count - 1)
        size = fitted(raster, show.size)

        def read(number: int) -> Frame:
            return looked_at(self.atlases, show.data, media, source, number, size, look, show.label)

        frame = read(index)
        if show.onion:
            frame = veiled(frame, index, source.frame_count, read)
        pixels, image = to_image(frame, alpha=show.alpha, straight=True)
        return Picture(show, pixels, image, raster, index, source.frame_count)


def _unseen(show: Show, resolver: Resolver, clip: Clip, moment: Moment) -> Unseen | None:
    """What the network could be asked for; None where it looks at other pictures, or nothing could be kept."""
    if show.data is None or not resolver.unpainted(clip):
        return None
    media = resolver.media(clip)
    path = readable_path(show.project_file, media)
    return Unseen(path, media.info.fields, media.info.seen, show.data, moment.index, moment.t)


def _in_the_middle(picture: Frame, size: Size) -> Frame:
    """uint8 RGB (H, W, 3) on black of `size` (width, height), as large as it fits."""
    out = np.zeros((size[1], size[0], 3), np.uint8)
    scale = min(size[0] / picture.shape[1], size[1] / picture.shape[0])
    width, height = (max(1, min(most, round(side * scale)))
                     for side, most in zip(picture.shape[1::-1], size, strict=True))  # fmt: skip
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    top, left = (size[1] - height) // 2, (size[0] - width) // 2
    out[top : top + height, left : left + width] = cv2.resize(picture, (width, height), interpolation=how)
    return out


def shows_proxy(project: Project, time: int) -> bool:
    """Whether a media that has a proxy is on the screen at `time`."""
    sequence = project.sequence
    if sequence is None:
        return False
    shown = {
        clip.media_id
        for track, where, clip in sequence.clips()
        if track.kind == "video" and clip.enabled and time in where
    }
    return any(media.proxy and media.id in shown for media in project.media)
