"""Every setting once: type, default, bounds, help. One base folder moves everything that the program writes."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import platformdirs

from core.files import read_json, write_json

Value = bool | int | float | str


@dataclass(frozen=True)
class Setting:
    """kind: how the settings page edits it. low and high bound numbers; choices bound texts."""

    name: str
    title: str
    default: Value
    help: str
    group: str
    kind: Literal["switch", "number", "text", "choice", "device", "hidden"] = "text"
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    unit: str = ""


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting("theme", "Theme", "dark", "Colours of the window.", "Window", "choice", choices=("dark", "light")),
        Setting("size", "Size of everything", 100, "Larger for tired eyes, smaller for small screens; from the next start on.", "Window", "number",
                75, 250, unit="%"),
        Setting("shortcuts", "Shortcut preset", "laminar", "Keys you know from another editor.", "Window", "choice",
                choices=("laminar", "premiere", "resolve", "kdenlive")),
        Setting("custom_shortcuts", "Own shortcuts", "{}", "Changed keys as JSON.", "Window", "hidden"),
        Setting("autosave_seconds", "Write the journal every", 1, "Edits reach the disk at the latest after this time.",
                "Project", "number", 1, 60, unit="s"),
        Setting("backups", "Backups kept", 20, "Older saves kept beside the project, thinned with age.", "Project", "number", 0, 200),
        Setting("frame_cache_mb", "Frame cache", 768, "Memory for decoded frames.", "Playback", "number", 64, 16384, unit="MB"),
        Setting("preview_height", "Preview height", 540, "Preview is drawn at most this high.", "Playback", "number", 180, 2160, unit="px"),
        Setting("use_proxies", "Use proxies", True, "Play small all-intra copies where they exist; export never does.", "Playback", "switch"),
        Setting("proxy_height", "Proxy height", 360, "Height of new proxies.", "Playback", "number", 180, 1080, unit="px"),
        Setting("audio_device", "Sound output", "", "Empty: the system's default.", "Playback", "device"),
        Setting("scrub_sound", "Hear while scrubbing", False, "A moment of sound wherever the playhead is moved to.", "Playback", "switch"),
        Setting("snap_pixels", "Snapping distance", 8, "How near an edge must come to snap.", "Timeline", "number", 0, 40, unit="px"),
        Setting("still_seconds", "Length of stills", 5.0, "Duration of pictures and titles put on the timeline.", "Timeline", "number", 0.1, 600, unit="s"),
        Setting("speed_ripples", "Speed moves what follows", True, "When a clip gets another speed, what follows makes room or closes up; else it stays, and a longer clip is cut off where the next one begins.",
                "Timeline", "switch"),
        Setting("tracking", "Tracking", "normal", "Fast compares fewer places: about twice as quick, and a little rougher. Learning first trains on the masks of a single object for up to a minute: better on some clips, worse on others.",
                "Jobs", "choice", choices=("fast", "normal", "learning")),
        Setting("reidentify", "Find objects again", True, "Tracking looks for an object after it was hidden or after a cut.",
                "Jobs", "switch"),
        Setting("threads", "Worker threads", 0, "0: one less than the machine has.", "Jobs", "number", 0, 64),
        Setting("export_preset", "Export preset", "", "The one that was used last.", "Window", "hidden"),
        Setting("export_loudness", "Export loudness", 0.0, "The one that was used last, LUFS; 0: as mixed.", "Window", "hidden", -40, 0),
        Setting("recent", "Recent projects", "[]", "Paths as JSON.", "Window", "hidden"),
        Setting("layout", "Window layout", "", "Saved docks, base64.", "Window", "hidden"),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Folders:
    """Where the program writes: settings, cache, logs."""

    config: Path
    cache: Path
    logs: Path


def folders() -> Folders:
    """The platform's places, or one folder for all of it when LAMINAR_HOME is set."""
    home = os.environ.get("LAMINAR_HOME")
    if home:
        return Folders(Path(home) / "config", Path(home) / "cache", Path(home) / "logs")
    dirs = platformdirs.PlatformDirs("laminar", appauthor=False)
    return Folders(dirs.user_config_path, dirs.user_cache_path, dirs.user_log_path)


def checked(name: str, value: Any) -> Value:
    """`value` in the setting's own type and bounds; the default when it makes no sense.

    Raises:
        KeyError: for an unknown setting.
    """
    setting = SETTINGS[name]
    if setting.choices:
        return value if value in setting.choices else setting.default
    if isinstance(setting.default, bool):
        return value if isinstance(value, bool) else setting.default
    if isinstance(setting.default, int | float):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return setting.default
        bounded = min(max(value, setting.low), setting.high)
        return type(setting.default)(bounded)
    return value if isinstance(value, str) else setting.default


class Settings:
    """The user's choices, read once; a damaged file gives the defaults. `set` changes what holds, `write` keeps it."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or folders().config / "settings.json"
        stored = read_json(self.path, dict[str, Any]) or {}
        self._values: dict[str, Value] = {
            name: checked(name, value) for name, value in stored.items() if name in SETTINGS
        }

    def __getitem__(self, name: str) -> Value:
        return self._values.get(name, SETTINGS[name].default)

    def number(self, name: str) -> float:
        """Raises KeyError for an unknown setting; as `text` and `flag` do."""
        return float(self[name])

    def text(self, name: str) -> str:
        return str(self[name])

    def flag(self, name: str) -> bool:
        return bool(self[name])

    def set(self, name: str, value: Value) -> None:
        """The value holds for this run; on the disk it is after `write`."""
        self._values[name] = checked(name, value)

    def write(self) -> None:
        """Keep all values in the file; from any one thread. Raises OSError when the disk refuses."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_json(self.path, self._values.copy())
