"""Every command once, by area; see registry."""
