"""The rules of Kubernetes that decide a pull, each by itself: they know nothing of files."""

# The version that the model follows; `oracle/go.mod` pins the modules that it is compared with.
KUBERNETES = "1.36.3"
