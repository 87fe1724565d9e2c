"""From the paths of the command line to the text of files, and to their facts."""
