package checks

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/caselink"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/proof"
	"afterpress/shared/kernel/token"
	"afterpress/shared/store/table"
)

// sealedLives says how long each thing that a seal key sealed may be of use. What has no end of its own is 0: it
// opens while its key stays.
var sealedLives = map[string]time.Duration{
	token.UseForm:     form.StampLife,
	token.UseConfirm:  gate.ConfirmLife,
	token.UseArtwork:  artwork.Invited,
	token.UseChoices:  0,
	caselink.Use:      caseLife,
	"reply":           caseLife,       // a mail about a complaint is answered as long as the complaint may be reopened
	token.UseComplain: proof.Life,     // then its code is over
	"thanks":          24 * time.Hour, // the page after an enquiry is looked at once
	"cursor":          table.CursorLife,
}

// caseLife is from the delivery of a job until its complaint can no longer be reopened.
const caseLife = caselink.LatestDefect + complaint.MostReopenDays*24*time.Hour

var useNamed = regexp.MustCompile(`(?m)^(?:const |\t)Use\w*\s*= "(\w+)"`)

// keyFaults lists uses of tokens whose life is not known here, and lives that are longer than a key stays.
func keyFaults(files []file, lives map[string]time.Duration) []string {
	var faults []string
	for _, f := range files {
		if !strings.HasPrefix(f.path, "shared/") || !strings.HasSuffix(f.path, ".go") {
			continue
		}
		for _, use := range firsts(useNamed.FindAllStringSubmatch(f.text, -1)) {
			if _, known := lives[use]; !known {
				faults = append(faults, fmt.Sprintf("%s: how long is a token of the use %s needed?", f.path, use))
			}
		}
	}
	for _, use := range slices.Sorted(maps.Keys(lives)) {
		if lives[use] > token.KeyStays {
			faults = append(faults, fmt.Sprintf("%s lives %s, and a seal key stays %s", use, lives[use], token.KeyStays))
		}
	}
	return faults
}

func TestASealKeyStaysAsLongAsWhatItSealed(t *testing.T) {
	files := project(t)
	holds(t, keyFaults(files, sealedLives))
	years := fmt.Sprintf("%d years", token.KeyStays/(365*24*time.Hour))
	if i := slices.IndexFunc(files, func(f file) bool { return f.path == "infra/DEPLOY.md" }); i < 0 ||
		!strings.Contains(files[i].text, years) {
		t.Errorf("infra/DEPLOY.md does not say that a seal key stays %s", years)
	}
}

func TestKeyFaultsAreFound(t *testing.T) {
	finds(t, keyFaults([]file{
		{"shared/kernel/token/token.go", "package token\n\nconst (\n\tUseForm    = \"form\"\n\tUseNew = \"new\" // x\n)\n"},
		{"shared/crm/joblink/joblink.go", "package joblink\n\nconst Use = \"job\"\n"},
		{"functions/api/use.go", "package api\n\nconst Use = \"other\"\n"},
	}, map[string]time.Duration{"form": time.Hour, "case": token.KeyStays, "long": token.KeyStays + 1}),
		"of the use new", "of the use job", "long lives")
}
