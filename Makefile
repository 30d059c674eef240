# Every target first makes .venv with the project in it.
PY := .venv/bin/python
export QT_LOGGING_RULES := qt.qpa.*=false

.PHONY: venv demo run test check bench package clean

venv:
	@packaging/bootstrap

demo: venv  ## the whole journey on a clip the program draws itself; leaves film, project, masks, pictures
	$(PY) -m app demo -o demo-output

run: venv  ## the window
	$(PY) -m app edit

check: venv  ## style, types, import contracts
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports --no-cache

test: check  ## everything CI asks for
	OMP_NUM_THREADS=1 $(PY) -m pytest -n 2 --dist worksteal tests

bench: venv  ## slow quality and speed measurements; figures go to tests/bench/README.md
	$(PY) -m pytest -s tests/bench --override-ini addopts=

package: venv  ## dist/laminar, which needs no Python, and on Debian a .deb of it
	packaging/package

clean:
	rm -rf .venv demo-output build dist *.egg-info
