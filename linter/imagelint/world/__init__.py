"""What is known besides the manifests: settings, knowledge, inventories."""
