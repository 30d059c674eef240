"""The job behind the Speed panel's views: looks into made pictures as the export's network sees them.

The window cannot ask the network, so it shows what a splat would do until the files of core.media.made are there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from core.job import Progress
from core.media.info import Fields
from core.media.made import look_path, made_folder, write_made
from core.media.reader import open_source
from core.motion.splat import Picture
from core.render.slow_views import LOOKS, Look, look_size, untouched
from core.retime.interpolate import betweens
from core.retime.synthesis import NetBetweens
from core.retime.views import views_of


def looks(
    out: Path, *, clip: str, fields: Fields = "", seen: str, data: str, moments: Sequence[tuple[int, float]]
) -> Iterator[Progress]:
    """Write the views of some moments of a clip into the project's data folder.

    Args:
        out: not written to; the job interface hands it over.
        clip, fields, seen: the media's file, how its fields are shown, and the name of what is seen so.
        data: the project's data folder.
        moments: frames of the media, and parts of the way to the next.

    Raises:
        MediaError: when the clip cannot be read. OutOfMemory.
    """
    folder = made_folder(Path(data), seen)
    with closing(open_source(Path(clip), fields=fields)) as source:
        size = look_size(source.width, source.height)
        between = betweens(lambda n: source.frame(n, size)[..., :3], source.frame_count)
        assert isinstance(between, NetBetweens)
        yield Progress(0, len(moments), "Looking into pictures")
        for number, (index, t) in enumerate(moments, 1):
            for look, picture in _seen(between, index, t).items():
                write_made(look_path(folder, index, t, look), np.ascontiguousarray(picture))
            yield Progress(number, len(moments), "Looking into pictures", fields={"frame": index})


def _seen(between: NetBetweens, index: int, t: float) -> dict[Look, Picture]:
    pair = between.neighbours(index)
    real = untouched(pair, t)
    if real is not None:
        return dict.fromkeys(LOOKS, real)
    return views_of(pair, between.synthesizer.look(pair, t), t)
