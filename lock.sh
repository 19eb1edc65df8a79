#!/bin/sh
# Writes the lock files from pyproject.toml: exact versions with hashes, and no address to download from, so that every
# mirror serves. Run by `make lock`; without --upgrade, versions stay where the present lock files have them.
set -eu
cd "$(dirname "$0")"

compile() { # lock file, further arguments
    lock=$1
    shift
    .venv/installer/bin/uv pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --output-file "$lock" "$@"
    if grep -q '://' "$lock"; then
        echo "$lock: 不应含有下载地址 / holds a download address" >&2
        exit 1
    fi
    echo "$lock"
}

compile requirements-dev.lock pyproject.toml --group dev "$@"
# What runs is what was tested: the runtime's versions are those of the development lock.
compile requirements.lock pyproject.toml --constraint requirements-dev.lock "$@"
compile requirements-image.lock --group image "$@"
compile requirements-node.lock --group node "$@"
compile requirements-uv.lock --group installer "$@"
compile bench/peers/requirements.lock bench/peers/requirements.in "$@"
