"""An object unrolled through a clip: pages of texture, the maps onto them, and the film put together again."""
