"""The rules of Kubernetes that decide a pull, each by itself: they know nothing of files."""
