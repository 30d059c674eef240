"""Where a project keeps its things: `My Film.laminar` beside `My Film_data/`."""

from __future__ import annotations

from pathlib import Path

from core.errors import MediaError
from core.project.project import LayerFile, Media

SUFFIX = ".laminar"


def data_folder(project_file: Path) -> Path:
    """The folder beside the project file that holds results, key masks, proxies and thumbnails."""
    return project_file.with_name(f"{project_file.stem}_data")


def results_folder(data: Path) -> Path:
    """Root of the content-keyed results: `results_folder(data) / KEY`."""
    return data / "results"


def key_masks_folder(data: Path) -> Path:
    """Masks drawn by the user: work, not to be thrown away."""
    return data / "key_masks"


def atlas_edits_folder(data: Path) -> Path:
    """Pictures painted on atlases: work, not to be thrown away."""
    return data / "atlas_edits"


def looks_folder(data: Path) -> Path:
    """Looks that effects use: work, not to be thrown away."""
    return data / "looks"


def recordings_folder(data: Path) -> Path:
    """Sound that was recorded with the program: work, not to be thrown away."""
    return data / "recordings"


def is_recording(path: Path) -> bool:
    """Whether a media's file lies as recordings of some project do."""
    return path.parent.name == recordings_folder(Path()).name


def layer_path(data: Path, layer: LayerFile) -> Path:
    """Where the film of a layer lies in a data folder."""
    return results_folder(data) / layer.key / layer.file


def media_path(project_file: Path | None, media: Media) -> Path:
    """The media's file on this machine; relative paths start at the project file's folder."""
    path = Path(media.path)
    return path if path.is_absolute() or project_file is None else project_file.parent / path


def clip_of(project_file: Path | None, media: Media) -> dict[str, str]:
    """The parameters by which a job opens a media as the project shows it: its file, and how its fields are shown where
    the user chose that."""
    fields = media.info.fields
    chosen = {"fields": fields} if fields else {}
    return {"clip": str(readable_path(project_file, media)), **chosen}


def readable_path(project_file: Path | None, media: Media) -> Path:
    """The same, for whoever is about to read the file. A media marked missing may be one that nobody on this
    computer has chosen (core.project.trust), so its file is not touched.

    Raises:
        MediaError: when the media is marked missing.
    """
    if media.missing:
        raise MediaError(
            f"{media.name} is missing, or lies outside the project's folder and was never chosen here",
            "Show where it is with File > Find missing files",
        )
    return media_path(project_file, media)
