"""How property tests run here: what they check does not depend on how busy the machine is."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("laminar", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("laminar")
