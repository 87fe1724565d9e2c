"""Text as it was read: places, nodes, parsers, files, and what may be shown of it. Imports no other folder."""
