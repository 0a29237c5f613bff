# One line per target: `make help`.

FUNCTIONS := api console intake stream worker
# The one place that says how a shipped binary is built. The tags leave out what is never called: Lambda's old protocol,
# a rule of the validator, and HTTP/2 in net/http, which no service of AWS that is asked over HTTP speaks here.
SHIP := go build -tags lambda.norpc,validator_novalidatefn,nethttpomithttp2 -ldflags "-s -w"
TOOL := go tool -modfile=infra/tools/go.mod
# All that is not the race detector is compiled as what ships is, so that every dependency is compiled twice on a fresh machine and not three times.
export CGO_ENABLED := 0
SHELL := bash
export GOFLAGS := $(GOFLAGS) -trimpath
ROLE ?= manager
FUZZTIME ?= 20s

.DEFAULT_GOAL := help
.PHONY: dev test check parts demo bench chaos strings plant token link case establish replay-intake reindex reconcile holidays build help fetch template style generated fuzz forgeries story plain raced crowd walks rig hostile gate consents crowds second-engine browser amazon schema clients planted faults letters FORCE

dev: build ## start everything here; FRESH=1 empties it first, SHOP=shop.yaml has your shop
	@go build -o .build/local ./infra/local && exec .build/local up $(if $(FRESH),-fresh) $(if $(ROUGH),-rough) $(if $(SHOP),-shop $(SHOP))

# Where each process notes what it used of the roles in template.yaml; what nobody used is listed at the end.
export CLOUD_USED := $(CURDIR)/.build/used
# Tests live for a second and collect little; the default would spend an eighth of their time on it.
export GOGC ?= 400

# The race detector makes a test four times as long, so it gets what runs things beside each other: packages whose code
# does, but for the long walks of one alone, and elsewhere the tests in which many act at once. What only plays AWS or
# measures is raced by `make check`, which alone starts and kills engines again and again. infra/checks holds the lists.
RACED := ./functions/console/... ./functions/intake/hook ./functions/stream/... ./functions/worker/... ./infra/plant ./workflows ./shared/boot ./shared/httpapi ./shared/kernel/calendar ./shared/kernel/token ./shared/crm/complaint/defect ./shared/crm/firm ./shared/crm/mailbox ./shared/crm/message ./shared/notify ./shared/store/...
ENGINES := ./infra/local/stack ./infra/local/engine ./infra/local/sink
RIG := ./infra/local/... ./infra/bench ./infra/chaos ./infra/reindex
CROWD := TestNoTwoMovesMakeACircle|TestOneQuestionHasOneOutcome|TestFiftyContactsAreEnough|TestARepeatBesideItsRequestIsAnsweredAlike|TestSixtyFourPostsWithOneKeyAreOneLead|TestParallelCreatesAreOneCustomer|TestClaimsKeepToTheDay|TestTwoWritersOfThePolicy|TestACustomerHasAtMostAHundredPreferences|TestTheLastOwnerStays|TestReleaseAndDiscardAtOnce|TestFloodWithOneVictim|TestWhatIsHeldBringsOneTaskADay|TestASecondClickIsTheFirst|TestDoubleClickMakesOneLead|TestOnePersonInEightSpellings
WALKS := HostileStrings|StoredRows|OneToOne|TurnsANoIntoAYes|BooksAgree|BrokeOff|ValuesStayText|ThatDiesAnywhere|StandsOnOneDesk|Bombs|AgainstTheOracle|EndsABrokenText|ManyContactsAreFound|EveryClockChange|EachIsListedOnce|GatesOfThoseWhoArePresent|ReadsFewRecords|LoseNoWord
WALKED := ./functions/intake/hook ./workflows ./shared/kernel/calendar ./shared/notify ./shared/store ./shared/store/centre ./shared/store/service
RACE := CGO_ENABLED=1 go test -race -trimpath=false -shuffle=on -p 3 -parallel 6
PLAIN := go test -shuffle=on -p 3 -parallel 6 # more at once than there are cores: most wait for an engine
test: fetch build ## run the tests on the real engines
	@rm -rf .build/used && mkdir -p .build/used
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=line story plain raced crowd walks
	@go run ./infra/checks/grants .build/used

# The story of the shop waits for its hours most of the time: the other tests run beside it.
story:
	go test -vet=all -shuffle=on ./infra/demo

plain:
	$(PLAIN) -vet=all $$(go list ./... | grep -vxFf <(go list ./infra/demo $(RACED) $(ENGINES)))

raced:
	$(RACE) -vet=all -skip '$(WALKS)' $(RACED)

crowd:
	$(RACE) -vet=off -run '^($(CROWD))$$' ./functions/api ./functions/intake

walks:
	$(PLAIN) -vet=off -run '$(WALKS)' $(WALKED)

check: generated ## run the longer proofs that .ci/run needs
	@$(MAKE) --no-print-directory parts
	@$(MAKE) --no-print-directory faults # alone: it counts what becomes of people while everything breaks

parts: template style rig hostile fuzz forgeries gate consents crowds second-engine browser amazon schema clients planted

demo: build ## play the story of a lead, a customer and a complaint
	go run ./infra/demo

bench: build ## measure every budget; AGAINST=commit takes turns with another commit
	go run ./infra/bench $(if $(AGAINST),-against $(AGAINST))

chaos: build ## kill every part at exact points and count what became of it
	go run ./infra/chaos

strings: fetch ## put every hostile string through every text field
	@go test -c -o .build/api.test ./functions/api; cd functions/api; \
	play="../../.build/api.test -test.timeout 0 -test.v -everyfield -test.run HostileStringsThroughEveryField/^"; \
	$${play}PATCH & other=$$!; $${play}POST; here=$$?; wait $$other && test $$here = 0

COUNT ?= 10000
letters: ## read letters as programs write them; COUNT=10000, SEED=1
	go test -count=1 ./functions/intake/hook -run LoseNoWord -letters $(COUNT) -letterseed $(or $(SEED),1)

plant: fetch ## plant every bug of infra/plant/bugs and see it noticed
	go run ./infra/plant

token: ## print a token of a seeded person; ROLE=manager
	@go run ./infra/local token $(if $(STACK),-dir $(STACK)) $(ROLE)

link: ## print a contact's link to choices; CONTACT=con_…
	@go run ./infra/local link $(CONTACT)

case: ## print the link of a complaint or question; ID=cmp_…, hld_…, con_…, JOB=number
	@go run ./infra/local case $(ID) $(JOB)

establish: ## give a stack its shop from a file; FILE=shop.yaml, STACK=.local
	@go run ./infra/establish $(if $(STACK),-dir $(STACK)) $(FILE)

replay-intake: ## run today's rules over old submissions; FROM=, TO=, APPLY=1, STACK=.local
	@go run ./infra/replay $(if $(STACK),-dir $(STACK)) $(if $(FROM),-from $(FROM)) $(if $(TO),-to $(TO)) $(if $(APPLY),-apply)

reindex: ## bring search rows and boards in line with today's rules; STACK=.local
	@go run ./infra/reindex $(if $(STACK),-dir $(STACK))

reconcile: ## start lost processes; RENEW=1, LIFT=1, STOP=1, STACK=.local
	@go run ./infra/reconcile $(if $(STACK),-dir $(STACK)) $(if $(RENEW),-renew) $(if $(LIFT),-lift) $(if $(STOP),-stop)

holidays: ## take over the official holidays that lunar-go knows
	@go run ./infra/holidays

build: $(FUNCTIONS:%=.build/%/bootstrap) ## build the binaries that ship, for this machine

help: ## print these lines
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s  %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.build/%/bootstrap: FORCE
	@$(SHIP) -o $@ ./functions/$*/bootstrap

# `sam build` calls these, one per function of template.yaml.
build-Api build-Console build-Intake build-Stream: build-%: FORCE
	GOOS=linux GOARCH=arm64 $(SHIP) -o "$(ARTIFACTS_DIR)/bootstrap" ./functions/$(shell echo $* | tr A-Z a-z)/bootstrap

fetch:
	@go run ./infra/local fetch

# The parts of `make check`, each of which runs alone as well.

.venv/bin/sam: infra/checks/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet --disable-pip-version-check $$(grep '^uv==' $<)
	.venv/bin/uv pip install --quiet --python .venv/bin/python --requirement $< # pip takes over a minute of a core
	@touch $@

template: .venv/bin/sam
	.venv/bin/cfn-lint template.yaml infra/scan.yaml
	SAM_CLI_TELEMETRY=0 .venv/bin/sam validate --lint --region us-east-1

style:
	@unformatted=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); test -z "$$unformatted" || { echo "gofmt: $$unformatted"; exit 1; }
	$(TOOL) staticcheck ./...
	$(TOOL) errcheck -exclude infra/tools/errcheck.txt ./...
	$(TOOL) workflowcheck ./workflows/...

# Sums before and after, so that work in progress passes as long as both sides of a page belong together.
TEMPL_SUMS = git ls-files -co --exclude-standard '*_templ.go' | sort | xargs -r cksum
generated:
	@before=$$($(TEMPL_SUMS)); $(TOOL) templ generate -log-level error; \
	test "$$before" = "$$($(TEMPL_SUMS))" || { echo "generated pages were stale: commit what templ generate wrote"; exit 1; }

# What plays AWS and what measures, under the race detector.
rig: fetch
	$(RACE) -count=1 -vet=off $(RIG)

# `go test` fuzzes one target of one package at a time.
fuzz:
	@git grep --untracked -E '^func Fuzz' -- '*_test.go' | sed -E 's/^(.*)\/[^/]*:func (Fuzz[A-Za-z0-9_]*).*/\1 \2/' | while read -r dir target; do \
		go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$dir" || exit 1; \
	done

# A hundred thousand changes of a signed call, of which none may be taken.
forgeries: fetch
	go test -count=1 ./functions/intake/hook -run Forgery -mutations 100000

# Four times as many hostile strings as `make test` puts through the fields.
hostile: fetch
	go test -count=1 -run 'HostileStringsThroughEveryField|HostileTextsInContacts' ./functions/api -shares 6

# A hundred thousand steps, of which none may turn a no into a yes by itself.
gate:
	go test -count=1 ./shared/crm/lead -run OwnLaw -rapid.checks=2000 -rapid.steps=50

# Whatever happens to people and their addresses: claims stay one to one, and no no becomes a yes. Two play at once, each half of the steps on an engine of its own.
STEPS ?= 5000
consents: fetch
	@go test -c -o .build/store.test ./shared/store/centre; cd shared/store/centre; \
	play="../../../.build/store.test -test.timeout 0 -test.run OneToOne|NoSequence -test.v -steps $$(( $(STEPS) / 2 ))"; \
	$$play & other=$$!; $$play; here=$$?; wait $$other && test $$here = 0

# Sixty-four people make one customer at once, fifty times: there is one, and the others learn who.
crowds: fetch
	go test -count=1 ./functions/api -run ParallelCreates -rounds 50

# AWS's own DynamoDB Local must agree with the default engine; it needs Java.
second-engine: fetch
	ENGINE=dynamodb-local go test -count=1 ./shared/store/...

# The SDK's requests against SES and SNS as moto plays them.
amazon: .venv/bin/sam
	go run ./infra/checks/aws

# The doors do what their description says, and nothing else; infra/checks/schema/schemathesis.toml says what is left out and why. MAXEXAMPLES=100 tries harder.
schema: fetch build .venv/bin/sam
	go run ./infra/checks/schema

# A TypeScript client and a Go client, made from the description, compile and call the doors.
clients: fetch build infra/checks/node_modules/.package-lock.json
	go run ./infra/checks/clients

# `make chaos` in two and a half minutes: each fault once, the worker at three points of a complaint, and a small flood.
faults: fetch build
	go run ./infra/chaos -short

# A twentieth of `make plant`, another one each day; TURN names it.
planted: fetch
	go run ./infra/plant -share 20 -limit 4m # beside other parts, a machine is slow

# The pages as people see them, in Chromium: both languages, a phone and a desk, without JavaScript; axe-core must find nothing. A redirect behind a form is tried in Firefox too.
browser: fetch build infra/checks/node_modules/.package-lock.json
	go run ./infra/checks/browser

infra/checks/node_modules/.package-lock.json: infra/checks/package-lock.json
	cd infra/checks && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

FORCE:
