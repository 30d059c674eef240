"""Commands of the View menu: panels, layout, theme, full screen."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.actions.registry import Action, Condition, needs
from app.editor import Editor
from app.window.workspace import Workspace

if TYPE_CHECKING:
    from app.window.main_window import MainWindow


def _window(editor: Editor) -> MainWindow:
    from app.window.main_window import MainWindow

    return editor.panel(MainWindow)  # which imports this table


@needs("Open or begin a project first")
def _has_workspace(editor: Editor) -> bool:
    return editor.has_panel(Workspace)


def _toggle_dock(name: str, editor: Editor) -> None:
    """Put a panel in front away; one that is away or behind another tab comes to the front, and the keys go to it."""
    editor.panel(Workspace).toggle(name)


def show_dock(name: str, editor: Editor) -> None:
    """Bring a panel of the window to the front, for a command whose answer it shows."""
    if _has_dock(name, editor):
        dock = editor.panel(Workspace).docks[name]
        dock.show()
        dock.raise_()


def _in_front(name: str, editor: Editor) -> bool:
    return _has_dock(name, editor) and editor.panel(Workspace).in_front(name)


def _has_dock(name: str, editor: Editor) -> bool:
    return _has_workspace(editor) and name in editor.panel(Workspace).docks


def _dock(name: str, title: str, key: str) -> Action:
    run: Callable[[Editor], None] = partial(_toggle_dock, name)
    shown = Condition(partial(_has_dock, name), "Open or begin a project first")
    return Action(
        f"view.{name}",
        title,
        run,
        (key,),
        "View",
        shown,
        partial(_in_front, name),
    )


def _next_panel(editor: Editor, way: int) -> None:
    editor.panel(Workspace).focus_next(way)


def _reset_layout(editor: Editor) -> None:
    editor.panel(Workspace).reset_layout()


def _large_picture(editor: Editor) -> None:
    editor.panel(Workspace).toggle_large_picture()


def _is_large(editor: Editor) -> bool:
    return _has_workspace(editor) and editor.panel(Workspace).large_picture


def _toggle_theme(editor: Editor) -> None:
    _window(editor).set_theme("dark" if editor.settings.text("theme") == "light" else "light")


def _light(editor: Editor) -> bool:
    return editor.settings.text("theme") == "light"


def _full_screen(editor: Editor) -> None:
    window = _window(editor)
    window.setWindowState(window.windowState() ^ Qt.WindowState.WindowFullScreen)


def _is_full_screen(editor: Editor) -> bool:
    return bool(_window(editor).isFullScreen())


@needs("Open or begin a project first")
def _is_open(editor: Editor) -> bool:
    return editor.document.is_open and _has_workspace(editor)


def _start_page(editor: Editor) -> None:
    _window(editor).show_start_page()


def _workspace(editor: Editor) -> None:
    _window(editor).show_workspace()


ACTIONS = (
    _dock("media", "&Media", "Ctrl+1"),
    _dock("inspector", "&Inspector", "Ctrl+2"),
    _dock("timeline", "&Timeline", "Ctrl+3"),
    _dock("history", "&History", "Ctrl+4"),
    _dock("jobs", "&Jobs", "Ctrl+5"),
    _dock("moments", "Mo&ments", "Ctrl+6"),
    _dock("scopes", "&Scopes", "Ctrl+7"),
    _dock("mixer", "Mi&xer", "Ctrl+8"),
    Action("view.next_panel", "&Next panel", partial(_next_panel, way=1), ("F6",), "View", _has_workspace,
           separator=True, help="The keys go on: viewer, inspector, timeline, panels on the left"),
    Action("view.previous_panel", "&Previous panel", partial(_next_panel, way=-1), ("Shift+F6",), "View",
           _has_workspace),
    Action("view.large_picture", "Lar&ge picture", _large_picture, ("Shift+Space",), "View", _has_workspace, _is_large,
           "fullscreen", "Viewer and inspector alone, to draw masks on a small screen; again to bring the other "
                         "panels back",
           separator=True),
    Action("view.reset_layout", "&Reset layout", _reset_layout, (), "View", _has_workspace,
           help="Put every panel back where it stood at first"),
    Action("view.light_theme", "&Light theme", _toggle_theme, (), "View", checked=_light, separator=True),
    Action("view.full_screen", "Full-screen &window", _full_screen, ("F11",), "View", checked=_is_full_screen,
           separator=True),
    Action("view.start_page", "&Start page", _start_page, (), "View", separator=True),
    Action("view.workspace", "&Back to the film", _workspace, (), "View", _is_open),
)  # fmt: skip
