"""How tests run here: without a screen, and property tests without a limit that depends on how busy the machine is."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("laminar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laminar")
