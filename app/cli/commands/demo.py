"""laminar demo: the whole journey, and a picture of the window with the project open."""

from __future__ import annotations

import subprocess
from pathlib import Path

import msgspec

from app.cli.terminal import Terminal, counted
from core import processes
from core.demo import demo
from core.errors import LaminarError


def run(out: Path, *, json: bool) -> None:
    terminal = Terminal(json)
    terminal.follow("Demo", demo(out))
    report = msgspec.json.decode((out / "report.json").read_bytes(), type=dict)
    window = out / "pictures" / "window.png"
    # In a process of its own: Qt is never loaded into the one that did the work.
    done = subprocess.run(
        processes.command("app.window.picture", report["project"], str(window)),
        env=processes.environment(),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode or not window.exists():
        raise LaminarError(
            "the window could not be drawn",
            f"Run make again to install Qt's system libraries ({done.stderr.strip()[-300:]})",
        )
    report["pictures"].append(str(window))
    outputs = [report["film"], report["project"], report["masks"], *report["pictures"]]
    scores = "; ".join(
        f"{keys}: " + ", ".join(f"{name} {score}" for name, score in of.items())
        for keys, of in report["scores"]["J"].items()
    )
    terminal.say(
        {"outputs": outputs, "frames": report["frames"], "scores": report["scores"]},
        f"film      {report['film']} ({counted(report['frames'], 'frame')})\nproject   {report['project']}\n"
        f"masks     {report['masks']} (J against the drawn truth: {scores})\npictures  {out / 'pictures'}",
    )
