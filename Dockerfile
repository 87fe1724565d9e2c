# imagelint with nothing around it: docker run --rm --network none --volume "$PWD:/src:ro" IMAGE manifests/
ARG PYTHON=docker.io/library/python:3.14.8-slim-trixie@sha256:f85c5697265c178cc6887276c55fe16cf3d14ca35c3df6a5eab3b360534a55d2

FROM ${PYTHON} AS build
COPY . /build
RUN python -m venv /opt/imagelint \
    && /opt/imagelint/bin/pip install --no-cache-dir --disable-pip-version-check \
        --require-hashes --requirement /build/constraints.txt \
    && /opt/imagelint/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps /build \
    && /opt/imagelint/bin/pip uninstall --yes pip

FROM ${PYTHON}
ARG PYTHON
LABEL org.opencontainers.image.title="imagelint" \
    org.opencontainers.image.description="Predict which Kubernetes pods will fail with ImagePullBackOff" \
    org.opencontainers.image.licenses="Apache-2.0" \
    org.opencontainers.image.base.name="$PYTHON"
COPY --from=build /opt/imagelint /opt/imagelint
ENV PATH="/opt/imagelint/bin:$PATH"
USER 65532:65532
WORKDIR /src
ENTRYPOINT ["imagelint"]
