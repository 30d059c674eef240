"""The files that an atlas fit leaves: pictures, mappings, mattes, the film put together, index and report."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import cv2
import numpy as np
from av.video.reformatter import VideoReformatter

from core.arrays import packed_arrays, to_bytes
from core.atlas.fit import BACKGROUND, Fit, note_quality
from core.atlas.page import PageFit
from core.atlas.render import apart, rebuild
from core.atlas.report import AtlasReport, write_report
from core.files import write_atomic, write_json
from core.job import Progress
from core.layers.score import Errors
from core.media.atlas_files import INDEX, AtlasIndex, AtlasObject, Page, alpha_file, pack
from core.media.matte import write_soft
from core.media.writer import FilmWriter, VideoSpec, colours_for, to_encoder, write_png

RECON = "recon.mkv"
FFV1 = VideoSpec("ffv1", "bgr0", {"level": "3", "slicecrc": "1", "slices": "4"})


def write_result(fit: Fit, clip: str, names: Mapping[str, str]) -> Iterator[Progress]:
    """Write all files of the result, mattes and the film frame by frame.

    Raises:
        MediaError, OSError: when the disk refuses.
    """
    fitted = fit.seconds
    objects = [_entry(fit, "Background", "bg", fit.pages[BACKGROUND], fit.background_pages)]
    for label in fit.labels:
        long = fit.pages.get(f"page_{label:02d}_long")
        if long is not None:
            parts = [page for page in fit.film.pages[label] if page is not long]
            name = names.get(str(label), f"Object {label}")
            objects.append(_entry(fit, name, f"{label:02d}", long, parts))
    light = fit.light
    write_atomic(
        fit.out / "light.npz",
        packed_arrays(
            {
                "frames": np.array(sorted(light), np.int64),
                "gains": np.stack([light[n] for n in sorted(light)]) if light else np.zeros((0, 1, 1, 3)),
            }
        ),
        sync=False,
    )
    width, height = fit.footage.size
    index = AtlasIndex(
        width, height, fit.footage.count, fit.footage.rate, tuple(objects), clip, fit.footage.first
    )
    write_json(fit.out / INDEX, index)
    errors = Errors()
    yield from _write_frames(fit, errors)
    _write_report(fit, fitted, errors, objects)


def _write_frames(fit: Fit, errors: Errors) -> Iterator[Progress]:
    """The mattes and recon.mkv; adds up their errors."""
    for label in fit.labels:
        (fit.out / alpha_file(label, 0)).parent.mkdir(parents=True, exist_ok=True)
    part = fit.out / f".part.{RECON}"
    writer = FilmWriter(
        part, "matroska", size=fit.footage.size, rate=fit.footage.rate, video=FFV1, threads=1, name=RECON
    )
    colours, reformatter = colours_for(fit.footage.size[1]), VideoReformatter()
    film, told = fit.film, 0.0
    try:
        for n in range(fit.footage.count):
            picture, mattes = rebuild(film, fit.views, n)
            shown = to_bytes(picture)
            writer.write_video(to_encoder(shown, FFV1, colours, reformatter))
            for label, matte in mattes.items():
                write_soft(fit.out / alpha_file(label, n), matte)
            errors.add(*apart(fit.views, n, shown))
            if time.monotonic() - told > 0.3:
                told = time.monotonic()
                yield Progress(n, fit.footage.count, "Writing", "", {"seconds": fit.seconds})
        writer.close()
    except BaseException:
        writer.abort()
        raise
    part.replace(fit.out / RECON)


def _write_report(fit: Fit, fitted: float, errors: Errors, objects: list[AtlasObject]) -> None:
    note_quality(fit, errors.psnr)
    curve = [*fit.state.psnr[:-1], (round(fitted, 2), fit.state.psnr[-1][1])]
    report = AtlasReport(
        psnr_over_time=tuple(curve),
        psnr=errors.psnr,
        psnr_masks=errors.psnr_inside,
        psnr_outside=errors.psnr_outside,
        pages={str(each.label): max(1, len(each.pages)) for each in objects if each.label},
        frames=fit.footage.count,
        seconds=round(fit.seconds, 2),
        cpu_seconds=round(fit.state.cpu_seconds + time.process_time(), 2),
        notes=fit.footage.notes(),
    )
    write_report(fit.out, report)


def _entry(fit: Fit, name: str, stem: str, page: PageFit, parts: list[PageFit]) -> AtlasObject:
    """Write an object's pictures and mappings; the index's entry of it."""
    picture, mapping = _write_page(fit.out, f"{stem}", page)
    pages = []
    for number, part in enumerate(parts):
        files = _write_page(fit.out, f"{stem}_p{number + 1:02d}", part)
        pages.append(Page(part.first, part.last, part.key, *files, _size(part), part.scale, part.origin))
    return AtlasObject(
        label=page.label,
        name=name,
        picture=picture,
        mapping=mapping,
        size=_size(page),
        scale=page.scale,
        origin=page.origin,
        key=page.key,
        pages=tuple(pages),
    )


def _write_page(out: Path, stem: str, page: PageFit) -> tuple[str, str]:
    picture, mapping = f"atlas_{stem}.png", f"mapping_{stem}.npz"
    # Between splatted pixels lie gaps: what is close around them is known, too.
    known = cv2.GaussianBlur(page.weight, (0, 0), 0.6 * page.scale) > 0.02
    rgba = np.dstack([page.colour, known.astype(np.float32)])
    write_png(out / picture, to_bytes(rgba))
    write_atomic(out / mapping, packed_arrays(pack(page.grids, page.first, page.last, page.step)), sync=False)
    return picture, mapping


def _size(page: PageFit) -> tuple[int, int]:
    return page.colour.shape[1], page.colour.shape[0]
