"""What the parts of the window share: the document, the state, settings, jobs, frames, notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from app.project.document import Document
from app.state import EditorState
from app.threads.background import Background
from app.window.notify import Notifier
from core.settings import Settings, Value

if TYPE_CHECKING:
    from app.jobs.runner import JobRunner
    from app.playing.playback import Player
    from app.project.desk import ProjectDesk

T = TypeVar("T", bound=QWidget)
One = TypeVar("One", bound=QObject)


class Editor(QObject):
    """One editing session. Panels take it as their first argument and keep no state of the film themselves.

    `jobs` and `player` are set by `app.window.main_window.build` before any panel is made, `desk`
    and `background` by the window.

    Signals: setting_kept(name): a setting has another value, whoever set it.
    """

    setting_kept = Signal(str)
    jobs: JobRunner
    player: Player
    desk: ProjectDesk
    """New, open, save, recent."""
    background: Background
    """Short work that must not hold up the window: reading and writing files."""

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.document = Document(self)
        self.state = EditorState(self)
        self.notify = Notifier(self)
        self._writer = Background(self, threads=1)
        self._panels: dict[type[QWidget], QWidget] = {}

    def one(self, kind: type[One]) -> One:
        """The session's one object of a kind, made with the editor when it is first asked for."""
        found = self.findChild(kind)
        return found if isinstance(found, kind) else kind(self)

    def keep_setting(self, name: str, value: Value) -> None:
        """Set a setting, and write it beside the window; where the disk refuses, it holds until the program ends, and
        that is told."""
        self.settings.set(name, value)
        self._writer.run(self.settings.write, lambda _: None, self._not_kept)
        self.setting_kept.emit(name)

    def _not_kept(self, error: BaseException) -> None:
        reason = error.strerror if isinstance(error, OSError) else None
        self.notify.warning(
            self.tr("The settings cannot be kept: {0}").format(reason or error),
            self.tr("They hold until you quit"),
        )

    def close(self) -> None:
        """Wait until the settings are on the disk; later ones are not written any more."""
        self._writer.finish()

    def add_panel(self, panel: QWidget) -> None:
        self._panels[type(panel)] = panel

    def panel(self, kind: type[T]) -> T:
        """The panel of that class. Raises KeyError when the window has none."""
        panel = self._panels[kind]
        assert isinstance(panel, kind)
        return panel

    @property
    def window(self) -> QWidget | None:
        """Parent for dialogs."""
        return next((panel for panel in self._panels.values() if panel.isWindow()), None)

    def show_dialog(self, dialog: QDialog) -> None:
        """Open a dialog without waiting for it; it is deleted when it is closed."""
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def has_panel(self, kind: type[QWidget]) -> bool:
        return kind in self._panels
