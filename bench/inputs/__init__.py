"""Inputs that grow in one direction each: what `bench/growth.py` measures."""

from inputs import commands, configurations, credentials, folders, kustomizations, scripts, texts
from inputs.rows import Row

ROWS: tuple[Row, ...] = (
    *texts.ROWS,
    *credentials.ROWS,
    *kustomizations.ROWS,
    *configurations.ROWS,
    *folders.ROWS,
    *scripts.ROWS,
    *commands.ROWS,
)
