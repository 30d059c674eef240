"""Everything Laminar can do, without a window: media, timeline, rendering, masks, jobs."""
