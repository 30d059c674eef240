"""The export dialog: what to write, where, which part; the job goes into the queue and editing goes on."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.jobs.film_export import playhead_frame, queue_export, suggested_target
from app.jobs.records import JobRecord
from app.widgets.amounts import size
from app.widgets.captions import note
from core.errors import ProjectError
from core.job import DISK_RESERVE
from core.render.presets import PRESETS, Preset, available_presets, estimate_bytes, export_size
from core.time import seconds, timecode
from core.timeline.model import Sequence

WIDTH, HEIGHT = 760, 480
SIDES = (2160, 1440, 1080, 720, 480)
"""Pixels of the shorter side of usual films."""


def said(text: str) -> str:
    """A preset's words in the user's language."""
    return QCoreApplication.translate("Preset", text)


def in_out_frames(sequence: Sequence) -> tuple[int, int] | None:
    """First and last frame between the in and out points, inclusive; None when there are none or nothing between."""
    if sequence.in_point is None and sequence.out_point is None:
        return None
    rate, end = sequence.rate, sequence.duration
    start = max(0, sequence.in_point or 0)
    stop = min(end, end if sequence.out_point is None else sequence.out_point)
    return (rate.frame_at(start), rate.frame_at(stop - 1)) if start < stop else None


def sizes_of(sequence: Sequence) -> list[tuple[int, int]]:
    """The usual sizes, other than its own, that a film of this shape can have; largest first."""
    own = min(sequence.width, sequence.height)
    found = []
    for side in SIDES:
        with suppress(ProjectError):  # a very wide one
            found.append(export_size(sequence.width, sequence.height, round(sequence.height * side / own)))
    return [size for size in found if size != (sequence.width, sequence.height)]


class ExportDialog(QDialog):
    """Everything it will use is frozen when Export is pressed: later edits do not change a queued film."""

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._presets = dict(PRESETS)
        self.setWindowTitle(self.tr("Export"))
        self.resize(theme.roomy(WIDTH, HEIGHT))
        self.presets = QListWidget()
        self.presets.setAccessibleName(self.tr("Preset"))
        self.presets.setFixedWidth(theme.grown(240))
        self.summary = QLabel(wordWrap=True)
        self.path = QLineEdit()
        self.path.setAccessibleName(self.tr("File"))
        self.browse = QPushButton(self.tr("Browse…"))
        self.browse.setAutoDefault(False)  # Enter exports
        self.browse.setAccessibleName(self.tr("Choose where to write"))
        self.range = QComboBox()
        self.range.setAccessibleName(self.tr("Range"))
        self.sizes = QComboBox()
        self.sizes.setAccessibleName(self.tr("Size"))
        self.loudness = QComboBox()
        self.loudness.setAccessibleName(self.tr("Loudness"))
        self.loudness.setToolTip(
            self.tr("The whole film is listened to first; moments that would be too loud are turned down")
        )
        self.facts = QLabel(wordWrap=True)
        self.note = note(self)
        self.box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.start = self.box.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.start.setDefault(True)
        self._lay_out()
        self._fill()
        self.presets.currentItemChanged.connect(self._preset_changed)
        self.path.textChanged.connect(self._refresh)
        self.range.currentIndexChanged.connect(self._refresh)
        self.sizes.currentIndexChanged.connect(self._refresh)
        self.browse.clicked.connect(self._browse)
        self.box.accepted.connect(self.queue)
        self.box.rejected.connect(self.reject)
        self.presets.setCurrentRow(0)
        self._choose(editor.settings.text("export_preset"))
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.path, 1)
        row.addWidget(self.browse)
        form = QFormLayout()
        form.setSpacing(8)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        for title, field in (
            (self.tr("&Range"), self.range),
            (self.tr("&Size"), self.sizes),
            (self.tr("&Loudness"), self.loudness),
            (self.tr("Film"), self.facts),
        ):
            form.addRow(title, field)
        label = QLabel(self.tr("&File"))
        label.setBuddy(self.path)
        form.insertRow(0, label, row)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addWidget(self.summary)
        right.addLayout(form)
        right.addWidget(self.note)
        right.addStretch(1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addWidget(self.presets)
        columns.addLayout(right, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(16, 16, 16, 16)
        outer.setSpacing(16)
        outer.addLayout(columns, 1)
        outer.addWidget(self.box)

    def _fill(self) -> None:
        self._list(self._presets)
        # Hardware encoders are tried in processes of their own, which takes a moment: they join the list later.
        self._editor.background.run(available_presets, self._add_hardware, self._editor.notify.failure)
        sequence = self._editor.document.sequence
        self.range.addItem(self.tr("Whole film"))
        if sequence is not None and in_out_frames(sequence) is not None:
            self.range.addItem(self.tr("From in point to out point"))
            self.range.setCurrentIndex(1)
        if sequence is not None:
            self.sizes.addItem(self.tr("As the film: {0} x {1}").format(sequence.width, sequence.height), 0)
            for width, height in sizes_of(sequence):
                self.sizes.addItem(f"{width} x {height}", height)
        self.loudness.addItem(self.tr("As it is mixed"), 0.0)
        for title, target in (
            (self.tr("Web video"), -14.0),
            (self.tr("Podcast"), -16.0),
            (self.tr("Television"), -23.0),
        ):
            self.loudness.addItem(f"{title}: {target:.0f} LUFS", target)
        used = self.loudness.findData(self._editor.settings.number("export_loudness"))
        self.loudness.setCurrentIndex(max(0, used))
        self.path.setText(str(suggested_target(self._editor, ".mp4")))

    def _list(self, presets: dict[str, Preset]) -> None:
        for preset in presets.values():
            item = QListWidgetItem(said(preset.title))
            item.setData(Qt.ItemDataRole.UserRole, preset.id)
            item.setToolTip(said(preset.summary))
            item.setSizeHint(QSize(0, 28))
            self.presets.addItem(item)

    def _add_hardware(self, found: dict[str, Preset]) -> None:
        fresh = {name: preset for name, preset in found.items() if name not in self._presets}
        self._presets |= fresh
        self._list(fresh)
        wanted = self._editor.settings.text("export_preset")
        if wanted in fresh and self.presets.currentRow() == 0:
            self._choose(wanted)

    def _choose(self, preset: str) -> None:
        for row, known in enumerate(self._presets):
            if known == preset:
                self.presets.setCurrentRow(row)

    @property
    def preset(self) -> Preset:
        return self._presets[self.presets.currentItem().data(Qt.ItemDataRole.UserRole)]

    @property
    def target(self) -> Path:
        return Path(self.path.text()).expanduser()

    @property
    def lines(self) -> int:
        """Of the picture that is written; 0: as the film has it."""
        return int(self.sizes.currentData() or 0)

    def frames(self, sequence: Sequence) -> tuple[int, int]:
        """First and last frame of the chosen range, inclusive; of a single picture, the one at the playhead."""
        if self.preset.kind == "picture":
            return (playhead_frame(self._editor, sequence),) * 2
        marked = in_out_frames(sequence) if self.range.currentIndex() == 1 else None
        return marked or (0, sequence.frame_count - 1)

    def _preset_changed(self) -> None:
        path = self.target
        known = {preset.suffix for preset in self._presets.values()}
        stem = path.stem if path.suffix in known else path.name
        self.path.setText(str(path.with_name(stem + self.preset.suffix)))
        self._refresh()

    def _browse(self) -> None:
        suffix, title = self.preset.suffix, self.tr("Export to")
        wanted = f"{said(self.preset.title)} (*{suffix})" if suffix else self.tr("Folder of pictures (*)")
        path, _ = QFileDialog.getSaveFileName(self, title, self.path.text(), wanted)
        if path:
            self.path.setText(path if not suffix or Path(path).suffix else path + suffix)

    def _refresh(self) -> None:
        """Say what will be written; the button is off with a reason while it cannot be."""
        self.summary.setText(said(self.preset.summary))
        sequence = self._editor.document.sequence
        if sequence is None or sequence.frame_count == 0:
            self._refuse(self.tr("There is nothing on the timeline yet. Put a clip on it first."))
            return
        single = self.preset.kind == "picture"
        self.range.setEnabled(not single)
        self.sizes.setEnabled(self.preset.video is not None)
        self.loudness.setEnabled(self.preset.kind == "sound" or self.preset.audio is not None)
        self.range.setToolTip(self.tr("The frame at the playhead") if single else "")
        first, last = self.frames(sequence)
        rate, count = sequence.rate, last - first + 1
        width, height = export_size(sequence.width, sequence.height, self.lines)
        needed = estimate_bytes(self.preset, width, height, count, seconds(rate.time_of(count)))
        self.facts.setText(
            (
                self.tr("{0} x {1}, the frame at {3}\nAbout {5}")
                if single
                else self.tr("{0} x {1}, {2} frames a second, {3} ({4} frames)\nAbout {5}")
            ).format(
                width,
                height,
                rate,
                timecode(rate.time_of(first if single else count), rate),
                count,
                size(needed),
            )
        )
        self._check_target(needed)

    def _check_target(self, needed: int) -> None:
        folder = self.target.parent
        if not self.path.text().strip() or not folder.is_dir():
            self._refuse(self.tr("The folder {0} is not there. Choose another one.").format(folder))
            return
        free = shutil.disk_usage(folder).free
        if free < needed + DISK_RESERVE:
            self._refuse(
                self.tr(
                    "{0} has {1} free. The film needs about {2}, and {3} must stay free. "
                    "Free some space or choose another folder."
                ).format(folder, size(free), size(needed), size(DISK_RESERVE))
            )
            return
        there = self.target.exists()
        words = self.tr("{0} is there already. It is replaced when the new one is complete.")
        self._say(words.format(self.target.name) if there else "", "dim")
        self.start.setEnabled(True)

    def _refuse(self, reason: str) -> None:
        self._say(reason, "warning")
        self.start.setEnabled(False)

    def _say(self, text: str, role: str) -> None:
        self.note.setText(text)
        if self.note.property("role") != role:
            self.note.setProperty("role", role)
            self.note.style().unpolish(self.note)
            self.note.style().polish(self.note)

    def queue(self) -> JobRecord | None:
        """Hand the film, as it is now, to the queue and close; None when there is nothing to export."""
        sequence = self._editor.document.sequence
        if sequence is None or sequence.frame_count == 0:
            return None
        loudness = float(self.loudness.currentData() or 0)
        record = queue_export(
            self._editor, self.preset, self.target, self.frames(sequence), self.lines, loudness
        )
        self._editor.keep_setting("export_preset", self.preset.id)
        self._editor.keep_setting("export_loudness", loudness)
        self.accept()
        return record
