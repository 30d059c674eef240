"""The button that brings masks in from files, writes them out, or clears them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from app import theme
from app.editor import Editor
from app.masks import mask_files, matte_files, tracking
from app.threads.long_work import long_work_of, require_place
from core.errors import LaminarError
from core.job import Report
from core.media.mask_exchange import PngStyle
from core.media.matte_video import FORMATS
from core.project import mask_edits
from core.project.project import TrackedRange

T = TypeVar("T")


class MaskFilesButton(QToolButton):
    """A menu; files are read and written off the GUI thread."""

    def __init__(self, editor: Editor, clear: Callable[[], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        tr = self.tr
        self.setText(tr("Files"))
        self.setIcon(theme.icon("more"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setAccessibleName(tr("Import, export or clear masks"))
        menu = QMenu(self)
        menu.addAction(tr("Import mask for this frame…"), self.ask_file)
        menu.addAction(tr("Import folder of masks…"), self.ask_folder)
        menu.addAction(tr("Import folder of soft mattes for the object…"), self.ask_soft_folder)
        menu.addAction(tr("Import matte video for the object…"), self.ask_video)
        menu.addSeparator()
        menu.addAction(tr("Export as palette PNG (DAVIS)…"), lambda: self.ask_export("palette"))
        menu.addAction(tr("Export as white on black…"), lambda: self.ask_export("binary"))
        menu.addAction(tr("Export as soft PNG…"), lambda: self.ask_export("soft"))
        menu.addAction(tr("Export the object as matte video…"), self.ask_export_video)
        menu.addSeparator()
        menu.addAction(tr("Clear all masks"), clear)
        self.setMenu(menu)

    def ask_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self.tr("Import mask"), "", self.tr("PNG (*.png)"))
        if path:
            self.import_masks(Path(path))

    def ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Import folder of masks"))
        if path:
            self.import_masks(Path(path))

    def ask_soft_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Import folder of soft mattes"))
        if path:
            self.import_mattes(Path(path))

    def ask_video(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self,
            self.tr("Import matte video"),
            "",
            self.tr("Videos (*.mov *.mkv *.mp4 *.webm *.avi);;All files (*)"),
        )
        if path:
            self.import_mattes(Path(path))

    def import_mattes(self, path: Path) -> None:
        """Take a matte video, or a folder of soft PNGs, over for the object in hand; a shorter video begins at the
        frame in hand."""
        media, data, state = self._editor.player.media, self._editor.document.data, self._editor.state
        if media is None or data is None or media.info.video is None:
            return
        label, frame, count = state.label, state.media_frame, tracking.frame_count(media)

        def done(track: TrackedRange) -> None:
            require_place(self._editor, data)
            name = self.tr("Import mattes")
            self._editor.document.edit(name, mask_edits.with_track, media.id, track, [label])

        self._begin(
            self.tr("Importing mattes"),
            lambda report: matte_files.import_mattes(data, media, path, label, frame, count, report),
            done,
        )

    def ask_export_video(self) -> None:
        kinds = ";;".join(f"{kind.title} (*{kind.suffix})" for kind in FORMATS.values())
        path, chosen = QFileDialog.getSaveFileName(self, self.tr("Export matte video"), "", kinds)
        if path:
            suffix = next((kind.suffix for kind in FORMATS.values() if kind.title in chosen), ".mkv")
            self.export_video(Path(path) if Path(path).suffix else Path(f"{path}{suffix}"))

    def export_video(self, path: Path) -> None:
        """Write the mattes of the object in hand, over the whole clip."""
        media, data, label = self._editor.player.media, self._editor.document.data, self._editor.state.label
        if media is None or data is None or media.info.video is None:
            return
        count = tracking.frame_count(media)
        self._begin(
            self.tr("Exporting the matte"),
            lambda report: matte_files.export_video(data, media, path, label, count, report),
            lambda written: self._editor.notify.info(
                self.tr("{0} frames written to {1}").format(written, path)
            ),
        )

    def _begin(self, title: str, work: Callable[[Report], T], done: Callable[[T], object]) -> None:
        with self._editor.notify.failures():
            long_work_of(self._editor).run(title, work, done)

    def import_masks(self, path: Path) -> None:
        """Take a PNG for this frame, or a folder of PNGs, over as key masks."""
        media, data, frame = (
            self._editor.player.media,
            self._editor.document.data,
            self._editor.state.media_frame,
        )
        if media is None or data is None or media.info.video is None:
            return
        size = (media.info.video.width, media.info.video.height)

        def done(found: tuple[dict[int, str], set[int]]) -> None:
            with self._editor.notify.failures():
                self._editor.document.edit(self.tr("Import masks"), mask_edits.with_masks, media.id, *found)

        self._editor.background.run(
            lambda: mask_files.import_masks(data, media, size, path, frame), done, self._failed
        )

    def ask_export(self, style: PngStyle) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Export masks into a folder"))
        if path:
            self.export_masks(Path(path), style)

    def export_masks(self, folder: Path, style: PngStyle) -> None:
        """Write the masks of all frames into a folder."""
        media, data = self._editor.player.media, self._editor.document.data
        if media is None or data is None or media.info.video is None:
            return
        size = (media.info.video.width, media.info.video.height)

        def done(count: int) -> None:
            self._editor.notify.info(self.tr("{0} masks written to {1}").format(count, folder))

        self._editor.background.run(
            lambda: mask_files.export_masks(data, media, size, folder, style), done, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        known = error if isinstance(error, LaminarError) else LaminarError(f"that did not work: {error}")
        self._editor.notify.failure(known)
