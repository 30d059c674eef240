"""What a package holds beside the program: licences; and names that its files share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TOP = Path(__file__).parents[1]


def test_every_library_that_is_shipped_has_its_licence() -> None:
    done = subprocess.run(
        [sys.executable, str(TOP / "packaging" / "licences.py")], capture_output=True, text=True, check=True
    )
    parts = {part.split()[0]: part for part in done.stdout.split("=" * 80) if part.strip()}
    for name in ("torch", "av", "PySide6-Essentials", "opencv-python-headless", "numpy", "pillow", "typer"):
        assert name in parts
    for name in ("torch", "numpy", "opencv-python-headless"):
        assert len(parts[name].splitlines()) > 20, f"the text of the licence of {name}"
    assert "pytest" not in parts


def test_projects_open_with_the_program() -> None:
    entry = (TOP / "packaging" / "laminar.desktop").read_text()
    mime = ElementTree.fromstring((TOP / "packaging" / "laminar.xml").read_text())
    kind = mime[0].attrib["type"]
    assert f"MimeType={kind};" in entry
    globs = [part.attrib["pattern"] for part in mime[0] if part.tag.endswith("glob")]
    assert globs == ["*.laminar"]
