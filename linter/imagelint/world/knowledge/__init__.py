"""What is known of registries, as data: see the YAML files beside this module."""
