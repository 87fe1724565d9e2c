"""imagelint compared with the real code of Kubernetes: random cases, and every answer that differs."""
