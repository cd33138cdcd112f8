#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the autograder. Nothing is downloaded.
set -euo pipefail
base="$${AUTOGRADER:-/autograder}"
# answers and seed are for root alone; submissions run as users without rights
chmod -R go-rwx "$$base/source"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ptbasics needs Python 3.11 or newer: choose a newer base image")'
python3 -m venv --without-pip "$$base/ptbasics"
pip=("$$base"/source/wheelhouse/pip-*.whl)
"$$base/ptbasics/bin/python" "$${pip[0]}/pip" install --quiet --no-index \
    --find-links "$$base/source/wheelhouse" --constraint "$$base/source/constraints.txt" \
    'ptbasics[notebook,vision,grading]'
chmod -R go-rwx "$$base"/ptbasics/lib/python3*/site-packages/ptbasics/{$rooms}
