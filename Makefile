# Every target makes the environment it needs in .venv; nothing is installed elsewhere.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
BUILT  := $(VENV)/.built
SOURCES := $(wildcard solutions/*/*.md src/ptbasics/*.py src/ptbasics/*/*.py src/ptbasics/*/*/*.py autograder/*.py)
OUT    ?= out

.DEFAULT_GOAL := help
.PHONY: help env build check-generated grade test test-fast cheats fuzz chaos lint format lab bench gpu-check pages docs release clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  \033[1mmake %-16s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

env: $(READY) ## Make the environment: .venv with the pinned packages and ptbasics itself

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ptbasics needs Python 3.11 or newer; say which with make PYTHON=python3.11")'
	@echo "Making $(VENV) with the pinned packages, about 2 GB: some minutes, most of them to download torch"
	$(PYTHON) -m venv $(VENV)
	@echo "1 of 2: torch"
	# torch first and alone: a pin that names the build keeps the resolver from fetching another
	$(BIN)/pip install --quiet --constraint constraints.txt $$(grep '^torch==' constraints.txt)
	@echo "2 of 2: JupyterLab, nbgrader, the tools, and ptbasics itself"
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[notebook,vision,grading,cluster,postgresql,docs,dev]'
	@touch $@

build: $(BUILT) ## Make the notebooks in solutions/ and course/ from the lesson sources

$(BUILT): $(READY) $(SOURCES)
	@echo "Checking and building the lessons: two to four minutes"
	$(BIN)/ptbasics build
	@touch $@

check-generated: env ## Fail if a made file differs from what its sources give
	$(BIN)/ptbasics build --check

grade: build ## Main job: build the course, grade the sample class, write gradebook and report
	@echo "Grading the sample class: some minutes, with a bar for each lesson"
	$(BIN)/python -m autograder.sample_class.grade --output $(OUT)/sample_class

test: build lint ## Run every test that can run on this machine
	$(BIN)/pytest --numprocesses auto --dist loadfile

test-fast: build ## Run the tests that take no more than seconds each
	$(BIN)/pytest --numprocesses auto --dist loadfile -m 'not slow and not browser'

cheats: build ## Try some 170 hostile notebooks on the grader, in each mode, and print what they gained
	@echo "Trying the notebooks of tests/cheats: about ten minutes for each mode and user"
	$(BIN)/python -m tests.cheats

fuzz: env ## Feed the readers of hostile data with 200,000 inputs each: about an hour
	$(BIN)/pytest tests/cheats/test_fuzz.py --hypothesis-profile=long --timeout=0 -q

lint: env ## Check style, types and the direction of imports
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: env ## Repair style where a tool can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lab: build ## Open the course in JupyterLab
	$(BIN)/ptbasics lab course

bench: build ## Measure grading against stock nbgrader and against its floor, and how long lessons take
	$(BIN)/python benchmarks/grading_speed.py
	$(BIN)/python benchmarks/per_submission.py
	$(BIN)/python benchmarks/lesson_times.py

chaos: build ## Kill 50 processes of running graders, and see that nothing is lost
	$(BIN)/python -m tests.chaos.killing

gpu-check: build ## Run everything that needs a GPU, measure the card, and write the record
	$(BIN)/python benchmarks/gpu_check.py --output $(OUT)/gpu_record.json

pages: build ## Make the course to read: a page for each lesson under out/, offline
	$(BIN)/ptbasics pages --output $(OUT)/pages

docs: build ## Make the documentation: a site under out/docs, offline; after make pages, with the lessons
	$(BIN)/python docs/build.py $(OUT)/docs

release: build ## Make the students' bundle: a folder and a zip under out/
	$(BIN)/ptbasics release --output $(OUT)/release

clean: ## Remove the environment and everything that was made outside the repository
	rm -rf $(VENV) $(OUT) build dist src/*.egg-info
