"""Lost and found: where the object in hand is missing, where it was seen again, and the user's word on it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSignalBlocker, QSize
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app import theme
from app.editor import Editor
from app.jobs.records import JobRecord
from app.masks import tracking
from app.masks.found_again import Entry, crops, entries
from app.masks.proposals import proposals_of
from app.masks.track_records import records_of
from app.timeline.pictures import to_image
from app.widgets.buttons import command_button
from app.widgets.captions import heading, note
from app.widgets.columns import panel_column
from core.errors import LaminarError
from core.media.appearances import Box
from core.media.info import Frame
from core.project import mask_edits
from core.project.paths import readable_path
from core.project.project import Media, TrackedObject

SIZE = (88, 58)
"""Of a thumbnail, pixels."""
KEPT = 500
"""Thumbnails in memory."""


class LostFoundPanel(QWidget):
    """A list in the order of the film; what is chosen in it is shown in the mask view."""

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self._editor = editor
        self._records, self._proposals = records_of(editor), proposals_of(editor)
        self._entries: list[Entry] = []
        self._icons: dict[tuple[str, int, Box], QIcon] = {}
        self._asked: set[tuple[str, int, Box]] = set()
        self._make()
        state = editor.state
        editor.document.changed.connect(lambda before, after: self.refresh())
        for happened in (
            state.view_changed,
            state.media_changed,
            state.label_changed,
            self._records.ready,
            self._proposals.changed,
        ):
            happened.connect(self.refresh)
        for changed in (editor.jobs.added, editor.jobs.changed, editor.jobs.finished):
            changed.connect(self._job_changed)
        self.setAccessibleName(self.tr("Lost and found"))
        self.refresh()

    def _make(self) -> None:
        tr = self.tr
        self.heading = heading(self)
        self.about = note(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName(tr("Gaps and appearances of the object in hand"))
        self.list.setIconSize(QSize(*SIZE))
        self.list.setSpacing(2)
        self.list.setWordWrap(True)
        self.list.setMinimumHeight(96)
        self.list.currentRowChanged.connect(self._chose)
        self.list.itemClicked.connect(lambda item: self.go_to())
        self.list.itemActivated.connect(lambda item: self.go_to())
        make = partial(command_button, self, self._editor)
        self.yes = make(tr("Accept"), "mask.found_yes", tr("Take this as the object, however unsure"))
        self.no = make(tr("Refuse"), "mask.found_no", tr("Never take this as the object"))
        self.open = make(tr("Automatic"), "mask.found_open", tr("Let the program decide"))
        tip = tr("Track with what was said here; shown before it counts")
        self.again = make(tr("Track again"), "mask.track_whole", tip)
        self.search = QCheckBox(tr("Look for it after it was hidden"), self)
        self.search.setToolTip(tr("Also after a scene cut; holds for the next tracking"))
        self.search.setChecked(self._editor.settings.flag("reidentify"))
        self.search.toggled.connect(self._set_search)
        self._editor.setting_kept.connect(self._setting_kept)
        column = panel_column(self, self.heading, self.about)
        column.addWidget(self.list, 1)
        grid = QGridLayout()
        grid.setSpacing(4)
        for place, button in enumerate((self.yes, self.no, self.open, self.again)):
            grid.addWidget(button, place // 2, place % 2)
        column.addLayout(grid)
        column.addWidget(self.search)

    # What is shown

    @property
    def media(self) -> Media | None:
        """In the mask view, as it is shown: a proposed track stands for the one there is."""
        return self._proposals.shown(self._editor.player.media) if self._editor.player.in_media else None

    @property
    def thing(self) -> TrackedObject | None:
        """The object in hand."""
        return self.media.known_object(self._editor.state.label) if self.media else None

    @property
    def chosen(self) -> Entry | None:
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def refresh(self, *_: object) -> None:
        media, thing = self.media, self.thing
        found = entries(self._records.of(media), media, thing.label) if media and thing else []
        self.heading.setText(thing.name if thing is not None else self.tr("No object in hand"))
        self.about.setText(self._words(media, found))
        row = self.list.currentRow()
        same = [entry.frame for entry in found] == [entry.frame for entry in self._entries]
        self._entries = found
        with QSignalBlocker(self.list):
            self.list.clear()
            for entry in found:
                self.list.addItem(self._item(entry))
            self.list.setCurrentRow(row if same else -1)
        self._ask_pictures()
        self._enable()

    def _words(self, media: Media | None, found: list[Entry]) -> str:
        if media is None:
            return self.tr("Turn to Masks to see where its objects were lost and found again.")
        if media.track is None:
            return self.tr("Track the object; what happens while it is hidden is listed here.")
        gaps = [entry for entry in found if entry.box is None]
        if not gaps and not found:
            return self.tr("It is there in every frame that was tracked.")
        missing = sum(entry.last - entry.first + 1 for entry in gaps)
        counted = (self.tr("Never missing"), self.tr("Missing in one frame"))
        text = counted[missing] if missing < 2 else self.tr("Missing in {0} frames").format(missing)
        text += self.tr(", {0} gaps").format(len(gaps)) if len(gaps) > 1 else ""
        pending = sum(entry.pending for entry in found)
        return text + (self.tr(" · {0} to track again for").format(pending) if pending else "")

    def text(self, entry: Entry) -> str:
        """Two lines on an entry."""
        if entry.box is None:
            frames = entry.last - entry.first + 1
            if frames == 1:
                return self.tr("Missing\nin frame {0}").format(entry.first)
            return self.tr("Missing\n{0} to {1} · {2} frames").format(entry.first, entry.last, frames)
        states = {
            "found": self.tr("found"),
            "accepted": self.tr("accepted"),
            "candidate": self.tr("only a guess"),
            "refused": self.tr("refused"),
        }
        state = states[entry.state] + (self.tr(", track again") if entry.pending else "")
        score = f"{entry.score:.0%} · " if entry.score else ""
        return self.tr("Seen at {0} · {1}\n{2}{3} to {4}").format(
            entry.frame, state, score, entry.first, entry.last
        )

    def _item(self, entry: Entry) -> QListWidgetItem:
        item = QListWidgetItem(self.text(entry))
        item.setSizeHint(QSize(160, SIZE[1] + 8 if entry.box is not None else 42))
        media = self.media
        if entry.box is not None and media is not None:
            known = self._icons.get((media.info.fingerprint, entry.frame, entry.box))
            item.setIcon(known or blank_icon())
        else:
            item.setIcon(gap_icon())
        if entry.state in ("candidate", "refused") and entry.box is not None:
            item.setForeground(theme.colours().dim_text)
        return item

    def _enable(self) -> None:
        entry, media = self.chosen, self.media
        asked = entry is not None and entry.box is not None
        self.yes.setEnabled(asked and entry is not None and entry.state != "accepted")
        self.no.setEnabled(asked and entry is not None and entry.state != "refused")
        self.open.setEnabled(asked and entry is not None and entry.state in ("accepted", "refused"))
        idle = media is not None and tracking.running(self._editor, media.id) is None
        self.again.setEnabled(idle and media is not None and media.track is not None)

    def _job_changed(self, record: JobRecord) -> None:
        if record.order.job == "track":
            self._enable()

    # Thumbnails

    def _ask_pictures(self) -> None:
        """Have the missing thumbnails made beside the window."""
        media = self.media
        if media is None or media.missing or not self.isVisible():
            return
        print_ = media.info.fingerprint
        wanted = [(entry.frame, entry.box) for entry in self._entries if entry.box is not None]
        wanted = [key for key in wanted if (print_, *key) not in self._asked]
        if not wanted:
            return
        self._asked |= {(print_, *key) for key in wanted}
        path = readable_path(self._editor.document.path, media)
        self._editor.background.run(
            partial(crops, self._editor.player.pool, path, media, wanted, SIZE),
            partial(self._keep_pictures, print_),
            self._failed,
        )

    def _keep_pictures(self, fingerprint: str, found: dict[tuple[int, Box], Frame]) -> None:
        for (frame, box), picture in found.items():
            self._icons[fingerprint, frame, box] = fitted_icon(QPixmap.fromImage(to_image(picture)))
        for old in list(self._icons)[:-KEPT]:
            del self._icons[old]
            self._asked.discard(old)
        self.refresh()

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, LaminarError):  # a missing file is told by the picture already
            self._editor.notify.failure(error)

    def showEvent(self, event: object) -> None:
        self._ask_pictures()

    # Hands

    def _chose(self, row: int) -> None:
        self._enable()
        if self.list.hasFocus():  # by the arrow keys
            self.go_to()

    def go_to(self) -> None:
        """Show the chosen gap's first frame, or the frame where the object was seen."""
        if self.chosen is not None:
            self._editor.player.pause()
            self._editor.state.set("media_frame", self.chosen.frame)

    def say(self, accept: bool | None) -> None:
        """The user's word on the chosen appearance; None takes it back. One undo step."""
        entry, media, thing = self.chosen, self.media, self.thing
        if entry is None or entry.box is None or media is None or thing is None:
            return
        if accept is None:
            self._editor.document.edit(
                self.tr("Leave appearance open"),
                mask_edits.without_verdict,
                media.id,
                entry.verdict(thing.label, True),
            )
            return
        name = self.tr("Accept appearance") if accept else self.tr("Refuse appearance")
        verdict = entry.verdict(thing.label, accept)
        self._editor.document.edit(name, mask_edits.with_verdict, media.id, verdict)

    def _set_search(self, on: bool) -> None:
        self._editor.keep_setting("reidentify", on)

    def _setting_kept(self, name: str) -> None:
        if name == "reidentify":
            with QSignalBlocker(self.search):
                self.search.setChecked(self._editor.settings.flag(name))


def fitted_icon(picture: QPixmap) -> QIcon:
    """A picture in the middle of a thumbnail."""
    pixmap = QPixmap(*SIZE)
    pixmap.fill(theme.colours().background)
    painter = QPainter(pixmap)
    painter.drawPixmap((SIZE[0] - picture.width()) // 2, (SIZE[1] - picture.height()) // 2, picture)
    painter.end()
    return _untinted(pixmap)


def blank_icon() -> QIcon:
    """Stands in until the thumbnail is made."""
    pixmap = QPixmap(*SIZE)
    pixmap.fill(theme.colours().background)
    return _untinted(pixmap)


def gap_icon() -> QIcon:
    """Hatched, as gaps are on the strips."""
    pixmap = QPixmap(SIZE[0], 24)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    painter.fillRect(QRectF(0, 4, SIZE[0], 16), theme.colours().background)
    painter.setClipRect(0, 4, SIZE[0], 16)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colours().dim_text, 1.2))
    for x in range(-16, SIZE[0], 6):
        painter.drawLine(x, 22, x + 20, 2)
    painter.end()
    return _untinted(pixmap)


def _untinted(pixmap: QPixmap) -> QIcon:
    """An icon that looks the same when it is selected."""
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
