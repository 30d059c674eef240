"""Training of the networks: footage, samples and the loops that fit weights. Nothing the program runs imports it."""
