"""imagelint's own kustomize compared with the real one: random trees, upstream's own cases, and whole repositories."""
