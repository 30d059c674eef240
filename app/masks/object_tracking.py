"""The row of tracking buttons of the objects panel, and how far the running one is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QProgressBar, QToolButton, QVBoxLayout, QWidget

from app import theme
from app.editor import Editor
from app.jobs.records import JobRecord
from app.masks import tracking
from app.masks.suggestions import suggestions_of
from app.threads.long_work import long_work_of
from app.widgets.amounts import length
from app.widgets.buttons import tool_button
from app.widgets.captions import note
from core.project.project import Media
from core.settings import SETTINGS

AFTER_TRACKING = frozenset({"mask.worst", "mask.suggest"})
"""Commands that need a result rather than a key mask, and do not wait for the running job."""


class TrackRow(QWidget):
    """The row of buttons that track the object in hand.

    run: runs a command by its id.
    """

    def __init__(self, editor: Editor, run: Callable[[str], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._editor = editor
        self.buttons: list[QToolButton] = []
        row = self._row_of_buttons(run)
        self.how = self._choice_of_how()
        self._setting_kept("tracking")
        self.progress = QProgressBar(self)
        self.progress.setAccessibleName(self.tr("Tracking"))
        self.progress.setTextVisible(True)
        self.progress.setRange(0, 1000)
        self.hold = tool_button(self, "pause", self.tr("Pause tracking, or let it go on"), "mask.pause")
        self.hold.clicked.connect(lambda: run("mask.pause"))
        running = QHBoxLayout()
        running.setSpacing(4)
        running.addWidget(self.progress, 1)
        running.addWidget(self.hold)
        self.words = note(self)
        self.words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addLayout(running)
        column.addWidget(self.words)
        self._work = long_work_of(editor)
        self._work.moved.connect(self.refresh)
        self._suggestions = suggestions_of(editor)
        self._suggestions.changed.connect(self._suggest)
        editor.state.media_frame_changed.connect(lambda frame: self.refresh())
        for happened in (editor.jobs.added, editor.jobs.changed, editor.jobs.finished):
            happened.connect(self._job_changed)

    def _row_of_buttons(self, run: Callable[[str], None]) -> QHBoxLayout:
        tr, row = self.tr, QHBoxLayout()
        row.setSpacing(0)
        for action_id, icon, name in (
            ("mask.track_back", "track-back", tr("Track backward")),
            ("mask.track_one_back", "step-back", tr("Track one frame back")),
            ("mask.stop", "stop", tr("Stop tracking")),
            ("mask.track_one", "step-forward", tr("Track one frame forward")),
            ("mask.track_forward", "track-forward", tr("Track forward")),
            ("mask.track_both", "track-both", tr("Track both ways")),
            ("mask.track_again", "track-again", tr("Track again from the mended frame")),
            ("mask.suggest", "suggest", tr("Suggest the next frame to fix")),
            ("mask.worst", "worst", tr("Go to the worst frame")),
        ):
            button = tool_button(self, icon, name, action_id)
            button.clicked.connect(lambda checked=False, action_id=action_id: run(action_id))
            button.setObjectName(action_id)
            self.buttons.append(button)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _choice_of_how(self) -> QComboBox:
        how, tr = QComboBox(self), self.tr
        how.setAccessibleName(tr("How to track"))
        how.setToolTip(SETTINGS["tracking"].help)
        titles = {"fast": tr("Fast"), "normal": tr("Normal"), "learning": tr("Learning")}
        for choice in SETTINGS["tracking"].choices:
            how.addItem(titles.get(choice, choice.capitalize()), choice)
        how.activated.connect(self._set_how)
        self._editor.setting_kept.connect(self._setting_kept)
        return how

    def _job_changed(self, record: JobRecord) -> None:
        if record.order.job == "track":
            self.refresh()

    def _set_how(self, index: int) -> None:
        self._editor.keep_setting("tracking", self.how.itemData(index))

    def _setting_kept(self, name: str) -> None:
        if name == "tracking":
            self.how.setCurrentIndex(self.how.findData(self._editor.settings.text(name)))

    def _suggest(self) -> None:
        self.words.setText(self._suggestions.words)
        self.words.setVisible(bool(self._suggestions.words))

    def _on_key(self, media: Media) -> bool:
        return any(key.frame == self._editor.state.media_frame for key in media.key_masks)

    def refresh(self) -> None:
        """What can be done now, and how far the running job is."""
        player = self._editor.player
        media = player.media if player.in_media else None
        record = tracking.running(self._editor, media.id) if media is not None else None
        for button in self.buttons:
            done = button.objectName() in AFTER_TRACKING
            ready = media is not None and bool(media.track if done else media.key_masks)
            if button.objectName() == "mask.stop":
                button.setEnabled(record is not None or self._work.busy)
                continue
            if button.objectName() == "mask.track_again":
                ready = media is not None and media.track is not None and self._on_key(media)
            button.setEnabled(ready and (done or record is None))
        for widget in (self.progress, self.hold):
            widget.setVisible(record is not None)
        if record is not None:
            self.hold.setEnabled(record.state != "queued")
            self.hold.setIcon(theme.icon("resume" if record.state == "paused" else "pause"))
            self.progress.setValue(round(1000 * record.progress.part))
            self.progress.setFormat(self._told(record))

    def _told(self, record: JobRecord) -> str:
        """How far a tracking is, in words."""
        part = f"{record.progress.part:.0%}"
        if record.state == "queued":
            return self.tr("waiting")
        if record.state == "paused":
            return self.tr("paused at {0}").format(part)
        if record.progress.part >= 1:  # rounds of looking for lost objects
            part = record.progress.message or part
        return part if record.eta is None else self.tr("{0} · {1} left").format(part, length(record.eta))
