"""Files in and out through PyAV: probe, exact frames, audio, proxies, writing."""
