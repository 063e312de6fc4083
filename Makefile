# What one does with this house. A machine with Python 3.11, git and make is enough.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 5000
BIN := .venv/bin
FLASK := $(BIN)/flask --app app
PYTEST_OPTIONS ?= -n auto --dist worksteal
export PORT

.PHONY: run test lint torture bench

run: .venv/run.stamp
	@$(BIN)/python -c "import socket; socket.create_server(('127.0.0.1', $(PORT))).close()" 2>/dev/null || \
		{ echo "Le port $(PORT) est déjà pris. Choisissez-en un autre : make run PORT=5001"; exit 1; }
	@$(FLASK) db upgrade
	@$(FLASK) demo --if-empty
	@echo "Ouvrez http://127.0.0.1:$(PORT) (Ctrl+C pour arrêter)"
	@$(FLASK) post & exec $(BIN)/gunicorn app:app

test: .venv/test.stamp
	@$(BIN)/python -m tests.equipment
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

lint: .venv/test.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

torture: .venv/test.stamp
	TORTURE=1 $(BIN)/python -m pytest -m torture $(PYTEST_OPTIONS)

bench: .venv/run.stamp
	$(BIN)/python -m bench

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 manque : apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "Il faut Python 3.11 ou plus récent."; exit 1; }
	@$(PYTHON) -c "import ensurepip, venv" 2>/dev/null || { echo "Il manque un paquet : apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.stamp: tests/requirements.txt requirements.txt | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@ .venv/run.stamp
