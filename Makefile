# make run   一条命令:建环境、备数据库和示例社区、在 PORT(缺省 8000)上开始服务
# make test  建环境,跑全部测试        make check  风格、类型、房间规则、错别字
PORT ?= 8000
PY := .venv/bin/python
unexport PYTHONDONTWRITEBYTECODE  # compiled once, not at every start of a command

.PHONY: run test check setup dev lock clean

run: setup
	PORT=$(PORT) $(PY) bot.py serve

# One worker more than cores: many tests wait for a browser or a process.
test: dev
	$(PY) -m pytest -n $$(($$(getconf _NPROCESSORS_ONLN) + 1)) --dist worksteal

check: dev
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/codespell

setup: .venv/.setup
dev: .venv/.dev

.venv/bin/python:
	python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "需要 Python 3.11 或更新的版本")'
	python3 -m venv .venv

.venv/.setup: requirements.lock | .venv/bin/python
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) bot.py prepare
	touch $@

.venv/.dev: requirements-dev.lock .venv/.setup
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Needs uv (pip install uv). Hashes cover every platform's files.
lock:
	uv pip compile -q pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 -o requirements.lock
	uv pip compile -q pyproject.toml --group dev --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 -o requirements-dev.lock

clean:
	rm -rf .venv data/run .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
