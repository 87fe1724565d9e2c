"""Charts, rendered by the helm of the user where it can reach nothing."""
