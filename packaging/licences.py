"""The licences of the libraries that a package holds, on stdout: python packaging/licences.py"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

NAMED = re.compile(r"^(licen[cs]e|copying|notice)[^/]*(\.txt|\.md|\.rst)?$", re.IGNORECASE)


def libraries(name: str, known: dict[str, Distribution]) -> dict[str, Distribution]:
    """What a distribution needs to run, and what that needs, by name; without extras."""
    for line in distribution(name).requires or ():
        needed = Requirement(line)
        wanted = needed.marker is None or needed.marker.evaluate({"extra": ""})
        if wanted and needed.name not in known:
            known[needed.name] = distribution(needed.name)
            libraries(needed.name, known)
    return known


def texts(library: Distribution) -> list[str]:
    """The licence files of a library, as they are shipped with it."""
    files = [Path(str(file.locate())) for file in library.files or () if NAMED.search(file.name)]
    return [file.read_text("utf-8", errors="replace") for file in files]


def main() -> None:
    lines = []
    for name, library in sorted(libraries("laminar", {}).items(), key=lambda each: each[0].lower()):
        told = library.metadata.get("License-Expression") or library.metadata.get("License") or "see below"
        lines += ["=" * 80, f"{name} {library.version}: {told.splitlines()[0]}", "", *texts(library), ""]
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    main()
