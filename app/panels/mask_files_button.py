"""The button that brings masks in from files, writes them out, or clears them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QToolButton, QWidget

from app import mask_editing, mask_files, theme
from app.editor import Editor
from core.errors import EditError, LaminarError


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
        menu.addSeparator()
        menu.addAction(tr("Export as palette PNG (DAVIS)…"), lambda: self.ask_export("palette"))
        menu.addAction(tr("Export as white on black…"), lambda: self.ask_export("binary"))
        menu.addAction(tr("Export as soft PNG…"), lambda: self.ask_export("soft"))
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
            try:
                self._editor.document.edit(self.tr("Import masks"), mask_editing.with_masks, media.id, *found)
            except EditError as error:
                self._editor.notify.failure(error)

        self._editor.background.run(
            lambda: mask_files.import_masks(data, media, size, path, frame), done, self._failed
        )

    def ask_export(self, style: mask_files.Style) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Export masks into a folder"))
        if path:
            self.export_masks(Path(path), style)

    def export_masks(self, folder: Path, style: mask_files.Style) -> None:
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
