"""All files together: which pod gets which pull secrets, and where a name is defined."""
