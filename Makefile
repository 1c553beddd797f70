# Every target installs what it needs into this folder first; a second run of it finds everything in place.
# A fresh machine needs git, make and Python 3.11 or newer.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON := .venv/bin/python
# Measured: half of the start of every tool is compiling, where a machine switches byte code off.
unexport PYTHONDONTWRITEBYTECODE
export SAM_CLI_TELEMETRY := 0
export PATH := $(CURDIR)/.venv/bin:$(PATH)
# `sam validate` wants a Region, though it makes no call.
VALIDATE_REGION := us-east-1
TEMPLATES := $(wildcard examples/*.yaml blueprints/*/*.yaml rollout/*.yaml rollout/*/*.yaml) local_aws/demo.yaml

.PHONY: attacks help preview-pictures proofs demo docs picture mutants parity soak test test-all test-e2e check format bench package local-up local-down deploy lock clean \
        python3 dev local-aws scan

help: ## What there is
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: dev local-aws ## Watch the main job on a local AWS: deploy, read back, change, delete
	@$(PYTHON) -m local_aws demo

test: dev local-aws ## The test suite
	@$(PYTHON) -m pytest -n 2 -m "not slow" --ignore tests/proofs

proofs: dev ## Contract, all crash points, the model, fuzzing: prints what was tried and survived
	@$(PYTHON) -m pytest -n 2 tests/proofs

test-all: dev local-aws ## The test suite with the longer variants
	@$(PYTHON) -m pytest -n 2

test-e2e: dev local-aws ## Only the tests that run on a local AWS
	@$(PYTHON) -m pytest -m e2e

docs: python3 ## The documentation as a site, in build/site: no warnings, every link checked
	@python3 bootstrap.py docs
	@NO_MKDOCS_2_WARNING=1 .venv-docs/bin/python -m mkdocs build --strict --quiet
	@.venv-docs/bin/python -m docs.site.check build/site

picture: dev local-aws ## Draw the README's picture from a run of the demo
	@python3 bootstrap.py docs
	@mkdir -p build
	$(PYTHON) -m local_aws demo > build/demo.txt
	@.venv-docs/bin/python -m docs.site.picture build/demo.txt docs/pictures/demo.svg

check: dev scan docs ## Format, lint, types, templates, security, generated pages
	ruff format --check .
	ruff check .
	mypy
	sam validate --lint --region $(VALIDATE_REGION)
	cfn-lint $(TEMPLATES)
	bandit --quiet --configfile pyproject.toml --recursive functions layers/cfn_backup/cfn_backup
	ast-grep scan --config .ast-grep/sgconfig.yml --error functions layers/cfn_backup/cfn_backup
	$(PYTHON) -m distribution.application build/plain.template.json
	.venv-scan/bin/checkov --config-file .checkov.yaml --file template.yaml build/plain.template.json
	@# Without KeywordDetector, which takes every name with "key" in it, such as EncryptionKeyArn, for a secret's.
	git ls-files -z -- ':!*.lock' | xargs -0 -P 2 -n 300 .venv-scan/bin/detect-secrets-hook --disable-plugin KeywordDetector
	$(PYTHON) -m distribution.audit
	$(PYTHON) -m cfn_backup_tools.reference_pages --check

format: dev ## Put the code into the one format
	@ruff check --fix-only --quiet .
	@ruff format .

bench: dev local-aws ## The benchmarks: a table, and benchmarks/results.json
	@$(PYTHON) -m benchmarks

package: dev ## The packages of the application and the wheel, reproducible, with hashes and SBOM, in dist/
	@$(PYTHON) -m distribution

parity: dev ## Synthesize every parity case anew with the AWS CDK (needs Node.js) and compare
	@command -v node >/dev/null || { echo "error: node was not found: install Node.js, then run make parity again" >&2; exit 1; }
	@python3 bootstrap.py parity
	@.venv-parity/bin/python -m tests.parity.synthesize --check

preview-pictures: dev ## Take the pictures of docs/preview.md anew (needs Chromium)
	@$(PYTHON) -m tests.preview.pictures > /dev/null

SAMPLE := 100

mutants: dev ## SAMPLE=100 small changes to protocol and reconcile: which do the tests not notice?
	@$(PYTHON) -m tests.proofs.mutants --sample $(SAMPLE)

attacks: dev local-aws ## Some 180 attempts to get in through the provider, with the code's checks and without
	@$(PYTHON) -m tests.attacks

STACKS := 200

soak: dev local-aws ## STACKS=200 stacks one by one, then eight at a time: is anything left over?
	@$(PYTHON) -m local_aws soak $(STACKS)

local-up: dev local-aws ## A local AWS with the provider, left running; then: source .local-aws/env
	@$(PYTHON) -m local_aws up

local-down: dev ## Stop it
	@$(PYTHON) -m local_aws down

deploy: dev ## Build and deploy to the AWS account of your credentials
	@sam build
	@sam deploy

lock: dev ## Pin the newest versions that requirements/*.in allow
	@$(PYTHON) requirements/lock.py

clean: ## Remove everything that was installed or built here
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m local_aws down; fi
	rm -rf .venv .venv-local-aws .venv-scan .venv-parity .venv-docs .tools .aws-sam .cache .local-aws build dist *.egg-info \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- what the targets above need ----

python3:
	@command -v python3 >/dev/null || \
	  { echo "error: python3 was not found: install Python 3.11 or newer, then run make again" >&2; exit 1; }

dev local-aws scan: python3
	@python3 bootstrap.py $@
