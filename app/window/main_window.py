"""The window: menu bar, start page or workspace, status bar, notices; `build` puts an editor together.

The window itself is light and paints at once. The menus, the player, the queue of jobs and the workspace with its
panels are made after the first paint, because they load the media libraries: in steps between events
(`begin_workspace`), or at once (`make_workspace`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QPaintEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QMainWindow,
    QMessageBox,
    QStackedWidget,
    QTabBar,
)

from app import theme
from app.actions import registry
from app.commands import Commands
from app.editor import Editor
from app.panels.start import StartPage
from app.project.autosave import Autosave
from app.project.desk import ProjectDesk
from app.project.dropped import dropped_files
from app.threads.background import Background
from app.widgets.tabs import lies_behind
from app.window import remembered
from app.window.notices import Notices
from app.window.notify import Notice
from app.window.status import BusyNote, EditStatus, FilmStatus, JobStatus, WorkStatus
from app.window.workspace import Workspace
from core.project.recovery import Left
from core.settings import folders

log = logging.getLogger("laminar.window")
HINT_MS = 5_000
"""So long the status bar says why a command is not possible."""
_K = Qt.Key
MEDIA_LIBRARIES = (
    "numpy",
    "cv2",
    "av",
    "core.masks.selection",
    "core.render.mixer",
    "core.render.compositor",
    "core.drive",
)
"""What the workspace needs and takes longest to load; none of it knows Qt, so a thread may load it."""
MOVE_KEYS = frozenset(
    {
        _K.Key_Left,
        _K.Key_Right,
        _K.Key_Up,
        _K.Key_Down,
        _K.Key_Home,
        _K.Key_End,
        _K.Key_PageUp,
        _K.Key_PageDown,
    }
)
PRESS_KEYS = frozenset({_K.Key_Space, _K.Key_Return, _K.Key_Enter})
LIST_KEYS = MOVE_KEYS | {_K.Key_Return, _K.Key_Enter, _K.Key_F2}


class MainWindow(QMainWindow):
    """Signals: first_painted(), when the window can be seen; workspace_made(), once the panels stand."""

    commands: Commands
    first_painted = Signal()
    workspace_made = Signal()

    def __init__(self, editor: Editor) -> None:
        super().__init__()
        self.editor = editor
        self.workspace: Workspace | None = None
        self._closing = False
        self.ask_jobs: Callable[[list[str]], bool] = self._ask_jobs
        """Whether to close although jobs, told by their titles, are under way; tests answer it."""
        self._painted = False
        self._steps = self._make()
        self._stepper = QTimer(self, interval=0)
        self._stepper.timeout.connect(lambda: next(self._steps, None))
        editor.background = Background(editor)
        editor.desk = ProjectDesk(editor, self)
        editor.add_panel(self)
        self.autosave = Autosave(editor, self)
        self.autosave.found.connect(self._offer_recovery)
        self.setObjectName("laminar")
        self.setWindowTitle("Laminar")
        self.setAcceptDrops(True)
        self.setMinimumSize(QSize(960, 600))
        self.start = StartPage(editor)
        self.start.asked.connect(self._run_command)
        self.start.project_asked.connect(editor.desk.open_asking)
        self.start.dropped.connect(self.take_files)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.setCentralWidget(self.stack)
        self.notices = Notices(self)
        self.menuBar().setMinimumHeight(self.fontMetrics().height() + 12)  # its menus come with the workspace
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(FilmStatus(editor))
        self.status = JobStatus(editor)
        self.statusBar().addPermanentWidget(self.status)
        self.busy = BusyNote(self)
        editor.desk.busy.connect(self.busy.say)
        editor.document.changed.connect(self._show_what_is_open)
        editor.document.renamed.connect(self._name)
        editor.document.unsaved_changed.connect(self._name)
        editor.notify.posted.connect(self.show_notice)
        editor.notify.said.connect(self.statusBar().showMessage)
        editor.notify.hinted.connect(self._hint)
        self._name()
        self.start.refresh()
        remembered.restore_size(self)

    def _hint(self, words: str) -> None:
        self.statusBar().showMessage(words, HINT_MS)

    def _run_command(self, action_id: str) -> None:
        self.make_workspace()
        self.commands.run(action_id)

    # ------------------------------------------------------------------------------------------ putting together

    def make_workspace(self) -> Workspace:
        """Menus, player, queue and panels, made now as far as they are not there yet."""
        self._stepper.stop()
        for _ in self._steps:
            pass
        assert self.workspace is not None
        return self.workspace

    def begin_workspace(self) -> None:
        """Make the workspace while the window answers; `workspace_made` tells when it stands."""
        self.editor.background.run(
            _load_media_libraries, lambda _: self._stepper.start(), self.editor.notify.failure
        )

    def _make(self) -> Iterator[None]:
        """Each step takes well under 100 ms once the libraries are loaded."""
        for name in registry.modules():
            import_module(name)
            yield
        from app.jobs.runner import JobRunner
        from app.playing.playback import Player

        editor = self.editor
        editor.jobs = JobRunner(editor.settings, editor.notify, editor, queue_folder=folders().cache / "jobs")
        editor.player = Player(editor)
        workspace = Workspace(editor)
        yield from workspace.fill()
        self.commands = Commands(editor, self)  # last, so that no key meets a panel that is not there yet
        self.commands.fill(self.menuBar())
        remembered.connect_recent(self)
        yield
        self._show_workspace(workspace)

    def _show_workspace(self, workspace: Workspace) -> None:
        from app.actions.media import attach_proxy
        from app.jobs import steady
        from app.playing.sound import load_library
        from app.project.file_watch import file_watch_of
        from app.project.media_watch import watch_of

        editor, self.workspace = self.editor, workspace
        editor.background.run(load_library, lambda there: None, editor.notify.failure)
        editor.add_panel(workspace)
        self.stack.addWidget(workspace)
        remembered.restore_layout(self, workspace)
        self.commands.show_keys()
        self.status.follow(editor.jobs)
        for status in (EditStatus(editor), WorkStatus(editor)):
            self.statusBar().addPermanentWidget(status)
        for notice in editor.notify.connect_window():
            self.show_notice(notice)
        self._show_what_is_open()
        editor.jobs.handle("proxy", partial(attach_proxy, editor))
        editor.jobs.handle(steady.JOB, partial(steady.take_result, editor))
        editor.jobs.restore()
        watch_of(editor).start()
        file_watch_of(editor).start()
        self._stepper.stop()
        self.workspace_made.emit()

    def shut_down(self) -> None:
        """Stop playback, jobs and threads; after it the editor can be let go."""
        if self._stepper.isActive():  # closed while the panels are made: half of them cannot be put away
            self.make_workspace()
        if self.workspace is not None:
            self.editor.player.close()
            self.editor.jobs.shutdown()
        self.autosave.close(keep=not self._closing)
        self.editor.background.close()
        self.editor.desk.close()
        self.editor.close()
        if self._closing:  # saved or given up; else it is kept to be recovered
            self.editor.desk.drop_scratch()

    # ------------------------------------------------------------------------------------------ what is shown

    def show_notice(self, notice: Notice) -> None:
        self.notices.show_notice(notice)

    def _show_what_is_open(self) -> None:
        if self.editor.document.is_open and self.workspace is not None:
            self.stack.setCurrentWidget(self.workspace)
        elif not self.editor.document.is_open:
            self.start.refresh()
            self.stack.setCurrentWidget(self.start)

    def show_start_page(self) -> None:
        """Look at the start page; the project stays open."""
        self.start.refresh()
        self.stack.setCurrentWidget(self.start)

    def show_workspace(self) -> None:
        self.stack.setCurrentWidget(self.make_workspace())

    def _name(self) -> None:
        document = self.editor.document
        if not document.is_open:
            self.setWindowTitle("Laminar")
            self.setWindowModified(False)
            return
        name = document.path.stem if document.path is not None else self.tr("Untitled")
        state = self.tr(" (read-only)") if document.read_only else ""
        self.setWindowTitle(f"{name}[*]{state} — Laminar")
        self.setWindowModified(document.unsaved)

    def set_theme(self, name: str) -> None:
        self.editor.keep_setting("theme", name)
        self.take_setting("theme")

    def take_setting(self, name: str) -> None:
        """A setting has a new value: whatever the window itself makes of it."""
        if name == "theme":
            theme.change(theme.application(), self.editor.settings.text("theme"))
        elif name == "shortcuts":
            self.commands.refresh_shortcuts()
        elif name == "autosave_seconds":
            self.autosave.take_interval()
        elif name == "audio_device" and self.workspace is not None:
            self.editor.player.pause()  # the next play opens it
        elif name == "frame_cache_mb" and self.workspace is not None:
            self.editor.player.pool.cache.resize(int(self.editor.settings.number(name)) * 2**20)

    # ------------------------------------------------------------------------------------------ files and closing

    def take_files(self, paths: list[Path]) -> None:
        """Dropped from a file manager: a project is opened, anything else goes to the bin."""
        with self.editor.notify.failures():
            self.editor.desk.take_files(paths)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.take_files(dropped_files(event.mimeData()))

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab passes over panels that lie behind others: nobody would see where the focus is."""
        first = None
        while super().focusNextPrevChild(forward):
            at = QApplication.focusWidget()
            if at is None or at is first or not lies_behind(at):
                return True
            first = first or at
        return False

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._closing and not (self._may_stop_work() and self.editor.desk.may_leave(self.close_now)):
            event.ignore()
            return
        self._closing = True
        remembered.save(self)
        self.hide()  # at once: a worker has a moment to write its checkpoint
        self.shut_down()
        event.accept()

    def _may_stop_work(self) -> bool:
        """Whether a recording or jobs under way do not keep the window; the user is asked."""
        if self.workspace is None:
            return True
        from app.playing.recording import VoiceRecorder

        recorder = self.editor.findChild(VoiceRecorder)
        if isinstance(recorder, VoiceRecorder) and recorder.recording:
            recorder.stop()
            self.editor.notify.warning(
                self.tr("The recording was ended, and is laid in the film"),
                self.tr("Close once more to leave"),
            )
            return False
        titles = [record.order.title for record in self.editor.jobs.records if record.active]
        return not titles or self.ask_jobs(titles)

    def _ask_jobs(self, titles: list[str]) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.NoIcon)
        one = self.tr("“{0}” is not done yet")
        many = self.tr("{1} jobs are not done yet, “{0}” among them")
        box.setText((one if len(titles) == 1 else many).format(titles[0], len(titles)))
        box.setInformativeText(
            self.tr("What is closed now can be resumed in the Jobs panel at the next start.")
        )
        leave = box.addButton(self.tr("Close"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Stay"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        return box.clickedButton() is leave

    def _offer_recovery(self, left: list[Left]) -> None:
        from app.dialogs.recovery import RecoveryDialog

        self.editor.show_dialog(RecoveryDialog(self.editor, left, self))

    def close_now(self) -> None:
        """Close without asking; the work is saved or given up."""
        self._closing = True
        self.close()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self.first_painted.emit)

    # ------------------------------------------------------------------------------------------ keys

    def event(self, event: QEvent) -> bool:
        asked = event.type() == QEvent.Type.ShortcutOverride and self.workspace is not None
        if asked and isinstance(event, QKeyEvent) and self._leave_key_to_widget(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that no widget wanted, and whose command is not possible: say why."""
        key, ready = QKeySequence(event.keyCombination()), self.workspace is not None
        if words := self.commands.why_not(key) if ready else "":
            self.editor.notify.hint(words)
        else:
            super().keyPressEvent(event)

    def _leave_key_to_widget(self, event: QKeyEvent) -> bool:
        """Whether a key goes to the widget that has the focus, not to a command: what moves about in a list, Space
        on a button that was reached by Tab, and keys whose commands are not possible now."""
        widget, key = QApplication.focusWidget(), Qt.Key(event.key())
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        by_key = self.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if plain and isinstance(widget, QAbstractItemView) and key in LIST_KEYS:
            return True
        if plain and by_key and isinstance(widget, QAbstractButton | QComboBox) and key in PRESS_KEYS:
            return True
        if (
            plain
            and by_key
            and isinstance(widget, QAbstractSlider | QTabBar | QComboBox)
            and key in MOVE_KEYS
        ):
            return True
        return not self.commands.possible(QKeySequence(event.keyCombination()))


def _load_media_libraries() -> None:
    for name in MEDIA_LIBRARIES:
        import_module(name)


def build(editor: Editor) -> MainWindow:
    """The whole window with all panels, ready to be shown."""
    theme.apply(theme.application(), editor.settings.text("theme"))
    window = MainWindow(editor)
    window.make_workspace()
    return window
