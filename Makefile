# 晨钟的全部日常命令；除 Python 3.11+（带 venv）和 make 外，不需要事先装任何东西。
# Everyday commands. They need Python 3.11+ (with venv) and make, nothing else.

PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin

# Compiled files are kept, whatever a machine is set to: without them each start, and the tests start many, takes
# seconds instead of a fraction of one.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-dev setup-strangers run test test-all check format bench chaos lock image-check

help:            ## 列出这些命令 / this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1	/p' Makefile

setup:           ## 在 .venv 里装好运行所需 / install what running needs
	@./setup.sh runtime

setup-dev:       ## 在 .venv 里装好开发所需 / install what tests and checks need
	@./setup.sh dev

setup-strangers: ## 在 .venv-bench、.venv-strangers 里装好测试用的外来客户端 / install the foreign clients of the tests
	@./setup.sh strangers

run:             ## 打开演示：整个产品，加一个模拟的微信（PORT=8000）/ the demo
	@./setup.sh port $(PORT)
	@./setup.sh runtime
	@exec $(BIN)/chenzhong demo --port $(PORT)

# One more than there are cores, since tests wait for other processes; four at most, since some measure each other.
PYTEST = $(BIN)/pytest -n $$(($$(nproc 2>/dev/null || echo 1) + 1)) --maxprocesses=4

test: setup-dev setup-strangers  ## 运行测试，最后说明跳过了什么、为什么 / the tests
	@$(PYTEST) -m "not storm and not again"

test-all: setup-dev setup-strangers ## 运行全部测试：每个故事在两种数据库上各一遍 / all tests: every story on both databases
	@$(PYTEST)

check: setup-dev ## 格式、静态检查、类型、引用方向、文档里的死链接 / format, lint, types, imports, links
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/test_docs_links.py

format: setup-dev ## 整理格式 / format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup-dev ## 性能测试，结果打印并写入 bench/results/ / the benchmarks
	@$(BIN)/python -m bench

chaos: setup-dev ## 杀进程、出故障，看消息丢不丢、重不重 / kills and faults: is anything lost, or sent twice?
	@$(BIN)/python -m bench.chaos

image-check:     ## 检查 Dockerfile，并真的构建、启动一次 / lint, build and start the image
	@./setup.sh image
	@deploy/image-check

# Only for whoever changes the dependencies in pyproject.toml.
lock: setup-dev  ## 按 pyproject.toml 重新锁定依赖（UPGRADE=1 升级）/ lock the dependencies again
	@./lock.sh $(if $(UPGRADE),--upgrade)
