"""imagelint: an offline model of how the kubelet pulls images, and the findings that follow from it."""

__version__ = "0.1.0"
