"""What changes files on disk: fixes that are applied, baselines, and how a file is replaced."""
