# `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Tests of one file stay together, in one of two processes: they share what is dear to make.
PYTEST := $(BIN)/python -m pytest -q --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: run test test-all check bench preview system clean lock docs release container

run: $(VENV)/installed            ## builds today's edition from seeds/ and "delivers" it to out/outbox/
	@rm -rf out var/demo.db var/demo.db-wal var/demo.db-shm
	@$(BIN)/briefing send --all --config config.yaml --out out; status=$$?; test $$status -le 1 || exit $$status
	@echo "Look at out/edition.html in a browser, out/edition.txt in a terminal, out/outbox/*.eml in a mail program."
	@echo "(The seeds hold one broken file on purpose, so one source above is reported as unreadable.)"

test: $(VENV)/tested              ## all but the slow tests; what needs a missing system part is skipped with the cure
	@HYPOTHESIS_PROFILE=quick $(PYTEST) -m "not slow"

test-all: $(VENV)/tested          ## the whole suite
	@$(PYTEST)

check: $(VENV)/tested             ## format, lint, types, import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy --num-workers 2
	@$(BIN)/lint-imports

bench: $(VENV)/benched            ## everything beside its peers (10 min); writes docs/benchmarks.md and its charts
	@$(BIN)/python -m benchmarks --write --date $$(date +%F)

preview: $(VENV)/installed        ## the exact bytes that would be sent, on a local page
	@$(BIN)/briefing preview --config config.yaml

docs: $(VENV)/documented          ## the reference made anew from the code, its spelling, and the site in var/site/
	@$(BIN)/briefing config schema > docs/config.schema.json.new && mv docs/config.schema.json.new docs/config.schema.json
	@$(BIN)/briefing config schema --into docs/config.md
	@$(BIN)/python -m briefing.cli.manual docs/briefing.1
	@$(BIN)/python -m docs.reference_pages
	@$(BIN)/codespell
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Look at var/site/index.html."

release: $(VENV)/releasing        ## wheel, sdist, SBOM and sums of the last commit in dist/, built twice and tried
	@.ci/release $(BIN)

container: $(VENV)/tested         ## the image of Containerfile, built and run (as root; docs/container.md)
	@.ci/container $(BIN)/python

# The mail servers are for the tests, which start their own: Debian's are neither set up nor left running, unless they
# were there before.
MAIL_SERVERS := postfix dovecot-core opendkim

system:                           ## Debian and npm packages that the full suite uses (as root; node comes with the machine)
	apt-get update
	@fresh=$$(for one in $(MAIL_SERVERS); do dpkg -s $$one >/dev/null 2>&1 || echo $${one%-core}; done); \
	case "$$fresh" in *postfix*) echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections;; \
	esac; \
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	  chromium spamassassin w3m lynx mutt default-jre-headless openssl \
	  postfix dovecot-imapd dovecot-lmtpd opendkim gcc libc6-dev systemd fish groff mandoc zsh || exit; \
	if [ -d /run/systemd/system ] && [ -n "$$fresh" ]; then systemctl disable --now $$fresh; fi
	npm install --silent --ignore-scripts --no-package-lock --no-save --prefix var/email-tools \
	  axe-core@4.14.1 caniemail@1.0.5 html-validate@10.17.0 mjml@5.4.1 nodemailer@10.6.0 playwright-core@1.65.1 \
	  vnu-jar@26.9.27

# Every lock agrees with the first; the peers of the benchmarks want an older dateutil than dateparser has, and do without.
COMPILE := uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --allow-unsafe \
  pyproject.toml build-tools.in

lock:                             ## pins every dependency with its hashes, without any index address
	@command -v uv >/dev/null || { echo "needs uv: pip install uv"; exit 2; }
	printf 'editables\nhatchling\nsetuptools\nwheel\n' > build-tools.in
	$(COMPILE) -o requirements.lock
	$(COMPILE) --extra dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --extra release -c requirements.lock -o requirements-release.lock
	$(COMPILE) --extra postgres -c requirements.lock -o requirements-postgres.lock
	$(COMPILE) --extra docs -c requirements.lock -c requirements-dev.lock -o requirements-docs.lock
	printf 'newspaper4k>=0.9.6\n' > bench-peers.in; printf 'python-dateutil>=4\n' > bench-overrides.in
	$(COMPILE) bench-peers.in --override bench-overrides.in --extra dev --extra bench \
	  -c requirements-dev.lock -o requirements-bench.lock
	rm build-tools.in bench-peers.in bench-overrides.in

clean:                            ## everything that can be made again
	rm -rf $(VENV) out var build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage

# The lock is installed as it stands (--no-deps): pip 23.2, on many fresh machines, crashes while resolving it. The
# build tools come first because three small packages are published as sources only.
$(VENV)/tools: requirements.lock
	@$(PYTHON) -m venv $(VENV)
	@sed -n '/^\(editables\|hatchling\|packaging\|pathspec\|pluggy\|setuptools\|trove-classifiers\|wheel\)==/,/[^\\]$$/p' \
	  requirements.lock > $(VENV)/tools.lock
	@$(PIP) install --no-deps --require-hashes -r $(VENV)/tools.lock
	@touch $@

$(VENV)/installed: $(VENV)/tools pyproject.toml
	@echo "installing (once) …"
	@$(PIP) install --no-deps --no-build-isolation --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/tested: $(VENV)/installed requirements-dev.lock
	@echo "installing what the tests need (once) …"
	@$(PIP) install --no-deps --no-build-isolation --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/releasing: $(VENV)/installed requirements-release.lock
	@echo "installing what a release is made with (once) …"
	@$(PIP) install --no-deps --no-build-isolation --require-hashes -r requirements-release.lock
	@touch $@

$(VENV)/documented: $(VENV)/installed requirements-docs.lock
	@echo "installing what the site is made with (once) …"
	@$(PIP) install --no-deps --no-build-isolation --require-hashes -r requirements-docs.lock
	@touch $@

$(VENV)/benched: $(VENV)/tested requirements-bench.lock
	@echo "installing the peers of the benchmarks (once) …"
	@$(PIP) install --no-deps --no-build-isolation --require-hashes -r requirements-bench.lock
	@touch $@
