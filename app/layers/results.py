"""What comes back from the job: attached to the media, kept when stopped, and its films as media for the bin."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from app.editor import Editor
from app.jobs.media_work import require_same_file
from app.jobs.records import JobRecord
from app.threads.long_work import require_place
from core.errors import EditError, LaminarError
from core.files import link_or_copy
from core.job import read_manifest, write_manifest
from core.layers.as_media import films_of
from core.layers.result import LAYERS, REPORT, LayersResult, read_layers, read_report
from core.media.guard import Guard
from core.project import layers, results
from core.project.project import LayerChoice, LayerSet, Media


def take_result(editor: Editor, record: JobRecord, folder: Path | None = None) -> None:
    """A job's result is attached to its media, once it has been read beside the window.

    Args:
        folder: the result; the finished job's own when not given.
    """
    folder = folder or record.folder
    data = editor.document.data
    assert folder is not None, "a finished job has its folder"
    media_id = record.media_id
    if data is None:
        raise EditError("the project was closed meanwhile", "Open it again; the layers are still there")

    def work() -> LayerSet:
        return layer_set(results.bring(folder, data))

    def done(found: LayerSet) -> None:
        with editor.notify.failures():
            require_place(editor, data)
            require_same_file(editor.document.project, record)
            name = editor.document.project.require_media(media_id).name
            editor.document.edit(f"Layers of {name}", layers.with_layers, media_id, found)

    editor.background.run(work, done, editor.notify.failure)


def layer_set(folder: Path) -> LayerSet:
    """A result folder as the layers of a media.

    Raises:
        EditError: when there is no whole set of layers in it.
    """
    found = read_layers(folder)
    if not all((folder / name).is_file() for name in _films(found)):
        raise EditError("the layers are not whole yet", "Let the job run a little longer")
    objects = tuple(LayerChoice(one.label, one.name) for one in found.objects)
    return LayerSet(folder.name, found.first, found.frames, objects)


def _films(found: LayersResult) -> list[str]:
    """The films that the editor uses."""
    names = [found.plate_film]
    for one in found.objects:
        names += [name for name in (one.object, one.effect) if name]
    return names


def keep_stopped(folder: Path) -> Path | None:
    """Keep what a stopped job has made as a result of its own, so that the job can still go on from its folder.

    Returns:
        The new folder beside it; None when there are no layers yet.
    """
    manifest = read_manifest(folder)
    try:
        found, report = read_layers(folder), read_report(folder)
    except LaminarError:
        return None
    names = [*_films(found), *(one.layer for one in found.objects), found.plate, found.recon, LAYERS, REPORT]
    if manifest is None or not all((folder / name).is_file() for name in _films(found)):
        return None
    number = max(1, round(report.seconds * 10)) % 10**9
    kept = folder.with_name(f"{folder.name.removesuffix('.partial')}-{number}")
    if not kept.exists():
        making = kept.with_name(f"{kept.name}.copy")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir()
        for name in (name for name in names if (folder / name).is_file()):
            if name.endswith(".png"):  # written anew in its place when the job goes on
                shutil.copyfile(folder / name, making / name)
            else:
                link_or_copy(folder / name, making / name)
        whole = msgspec.structs.replace(manifest, complete=True)
        write_manifest(making, whole)
        making.rename(kept)
    return kept


def with_films(editor: Editor, media: Media, then: Callable[[tuple[Media, ...]], object]) -> None:
    """Call `then` with the layers of a media as media for the bin; at once when the bin has them all, else as soon as
    they are looked into beside the window. Errors of `then` become notices.

    Raises:
        EditError: when the media has no layers.
    """
    chosen = layers.layers_of(media)
    data, project = editor.document.data, editor.document.project
    if data is None:
        raise EditError("there is no project yet", "Import a clip first")
    if layers.film_of(project, media, "plate") is not None and all(
        layers.film_of(project, media, "object", one.label) is not None for one in chosen.objects
    ):
        then(())
        return

    def done(films: tuple[Media, ...]) -> None:
        with editor.notify.failures():
            require_place(editor, data)
            then(films)

    editor.background.run(partial(guarded_films, data, media), done, editor.notify.failure)


def guarded_films(data: Path, media: Media) -> tuple[Media, ...]:
    """The films of a media's layers as media, looked into in a process of its own. Raises as core.layers.as_media."""
    with Guard() as helper:
        return films_of(data, media, helper.probe)
