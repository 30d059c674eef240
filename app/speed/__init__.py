"""The Speed panel's parts: the curve, the speediness of pictures, adaptive speed-up, and comparing two of them."""
