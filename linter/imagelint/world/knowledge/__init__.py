"""What is known of registries, as data: see the YAML files beside this module."""

# When the entries were last compared with their sources.
AS_OF = "2026-11-26"
