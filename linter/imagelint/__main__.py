"""`python -m imagelint`."""

from imagelint.cli import main

main()
