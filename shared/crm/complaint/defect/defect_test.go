package defect_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/crmtest"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/valid"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// TestDefectCatalogue prints the catalogue for people and holds that it is whole: every word in both languages,
// every limit with its measure, unit and source.
func TestDefectCatalogue(t *testing.T) {
	var b strings.Builder
	seen, used, byContract := map[defect.Kind]bool{}, map[defect.Measure]bool{}, map[defect.Measure]bool{}
	group := ""
	groups := []string{defect.Content, defect.Colour, defect.Press, defect.Finishing, defect.Delivery}
	for _, d := range defect.Defects() {
		if seen[d.Kind] || valid.Validate(d.Name) != nil || d.Severity < 1 || d.Severity > 4 || len(d.Evidence) == 0 ||
			len(d.Causes) == 0 || len(d.Remedies) == 0 {
			t.Errorf("%s stands there twice, or lacks something: %+v", d.Kind, d)
		}
		seen[d.Kind] = true
		if _, known := staff.RoleWords[d.Looks]; !known {
			t.Errorf("%s: nobody looks at it", d.Kind)
		}
		if d.Group != group {
			group = d.Group
			fmt.Fprintf(&b, "== %s\n", group)
		}
		if len(groups) > 0 && groups[0] == group {
			groups = groups[1:]
		}
		fmt.Fprintf(&b, "%s %s · %s, severity %d, looked at by %s\n", d.Kind, d.Name.Zh, d.Name.En, d.Severity, d.Looks)
		for _, tol := range d.Tolerances {
			used[tol.Measure] = true
			checkTolerance(t, d, tol)
			way := ""
			if tol.Way != "" {
				way = "; way: " + tol.Way
			}
			fmt.Fprintf(&b, "    %-15s %-16s %-16s %s%s\n", tol.Class, tol.Measure, tol.Words(), tol.Source.En, way)
		}
		for _, m := range d.ByContract {
			byContract[m] = true
			if defect.Measures[m].Unit == "" ||
				slices.ContainsFunc(d.Tolerances, func(tol defect.Tolerance) bool { return tol.Measure == m }) {
				t.Errorf("%s: %s is no measure, or has a limit without a contract", d.Kind, m)
			}
			fmt.Fprintf(&b, "    %-15s %-16s %-16s\n", "", m, "by contract alone")
		}
		for _, e := range d.Evidence {
			if _, known := defect.EvidenceWords[e]; !known {
				t.Errorf("%s: evidence %s has no words", d.Kind, e)
			}
		}
		for _, c := range d.Causes {
			if _, known := defect.CauseFactors[c.Factor]; !known || valid.Validate(c.Words) != nil {
				t.Errorf("%s: cause %+v", d.Kind, c)
			}
		}
		for _, r := range d.Remedies {
			if !slices.Contains(remedy.Kinds, r) {
				t.Errorf("%s: remedy %s", d.Kind, r)
			}
		}
	}
	if len(groups) > 0 {
		t.Errorf("no defects in order for the groups %v", groups)
	}
	for m, entry := range defect.Measures {
		if valid.Validate(entry.Name) != nil || entry.Unit == "" || !used[m] && !byContract[m] {
			t.Errorf("measure %s: %+v, used %v", m, entry, used[m])
		}
	}
	kerneltest.Golden(t, "defects.txt", b.String())
}

func checkTolerance(t *testing.T, d defect.Defect, tol defect.Tolerance) {
	t.Helper()
	entry, known := defect.Measures[tol.Measure]
	_, classed := defect.ProductClasses[tol.Class]
	if !known || tol.Unit != entry.Unit || tol.Limit < 0 || !classed && tol.Class != defect.ClassAny ||
		valid.Validate(tol.Source) != nil {
		t.Errorf("%s: %+v", d.Kind, tol)
	}
	if tol.Verified != (tol.Source != defect.SourceShop) {
		t.Errorf("%s: %+v is verified without a source, or the other way round", d.Kind, tol)
	}
	if others := defect.TolerancesFor(d.Kind, tol.Class, nil); !slices.ContainsFunc(others,
		func(o defect.Tolerance) bool {
			return (o.Way == "") == (tol.Way == "") && (o.Way == "" || o.Way != tol.Way)
		}) {
		t.Errorf("%s: %q has no other way beside it, or limits outside of any", d.Kind, tol.Way)
	}
	if first := defect.TolerancesFor(d.Kind, tol.Class,
		nil)[0]; defect.Measures[first.Measure].Computed != entry.Computed || entry.Computed &&
		first.Measure != tol.Measure {
		t.Errorf("%s: computed and measured limits are mixed for %q", d.Kind, tol.Class)
	}
}

func TestTolerancesFor(t *testing.T) {
	agreed := &defect.Tolerance{Measure: defect.MeasureDECMC, Limit: 1_800, Unit: "ΔECMC"}
	for _, c := range []struct {
		kind     defect.Kind
		class    defect.ProductClass
		contract *defect.Tolerance
		words    string
		verified bool
	}{
		{defect.ColourDeviation, defect.ClassGeneral, nil, "≤ 3.5 ΔE00", true},
		{defect.ColourDeviation, defect.ClassCigarettePack, nil, "≤ 2 ΔECMC", true},
		{defect.ColourDeviation, defect.ClassCarton, agreed, "≤ 1.8 ΔECMC", true},
		{defect.Misregister, defect.ClassFine, nil, "≤ 0.1 mm", false},
		{defect.Misregister, defect.ClassNewspaper, nil, "≤ 0.5 mm", true},
		{defect.Misregister, defect.ClassFilm, nil, "≤ 0.3 mm", true},
		{defect.Misregister, defect.ClassPaperback, nil, "≤ 0.2 mm", false},
		{defect.Trim, defect.ClassPaperback, nil, "< 2 mm", true},
		{defect.Trim, defect.ClassHardback, nil, "< 1.5 mm", true},
		{defect.Trim, defect.ClassAny, nil, "≤ 1 mm", true},
		{defect.Short, defect.ClassPaperback, nil, "≤ 3 %", true},
		{defect.Short, defect.ClassGeneral, nil, "≤ 10 %", true},
		{defect.Barcode, defect.ClassLabel, nil, "≥ 1.5 ISO 15416", true},
		{defect.Pages, defect.ClassPaperback, nil, "≤ 0 %", false},
	} {
		got := defect.TolerancesFor(c.kind, c.class, c.contract)[0]
		if got.Words() != c.words || got.Verified != c.verified {
			t.Errorf("%s %s: %+v", c.kind, c.class, got)
		}
		if c.contract != nil && got.Source != defect.SourceContract {
			t.Errorf("%s: the contract is not the source: %+v", c.kind, got)
		}
	}
	for _, c := range []struct {
		kind defect.Kind
		want string
	}{
		{defect.ColourDeviation, "≤ 1.8 ΔECMC, ≤ 3.5 ΔE00, ≤ 5 ΔE00"}, {defect.SpotColour, "≤ 1.8 ΔECMC, ≤ 3 ΔE00"},
		{defect.WrongContent, "≤ 0 %"}, {defect.Short, "≤ 10 %"}, {defect.Ghosting, ""},
	} {
		var text []string
		for _, tol := range defect.TolerancesFor(c.kind, defect.ClassGeneral, agreed) {
			text = append(text, tol.Words())
		}
		if got := strings.Join(text, ", "); got != c.want {
			t.Errorf("%s with a contract for ΔECMC: %s", c.kind, got)
		}
	}
	if agreed.Source != (words.Text{}) {
		t.Error("the contract's own record was changed")
	}
	for _, kind := range []defect.Kind{defect.Ghosting, defect.Metamerism, "smell"} {
		if got := defect.TolerancesFor(kind, defect.ClassGeneral, nil); len(got) > 0 {
			t.Errorf("%s: %+v", kind, got)
		}
	}
	if all := defect.TolerancesFor(defect.Spine, defect.ClassHardback, nil); len(all) != 4 {
		t.Errorf("%+v", all)
	}
}

func TestToleranceWithin(t *testing.T) {
	trim := defect.TolerancesFor(defect.Trim, defect.ClassPaperback, nil)[0]
	colour := defect.TolerancesFor(defect.ColourDeviation, defect.ClassAny, nil)[0]
	pull := defect.TolerancesFor(defect.LoosePage, defect.ClassAny, nil)[0]
	above := pull
	above.Under = true
	for _, c := range []struct {
		t     defect.Tolerance
		value int64
		want  bool
	}{
		{trim, 1_999, true}, {trim, 2_000, false}, {trim, -1_999, true}, {trim, -2_000, false}, {colour, 3_500, true},
		{colour, 3_501, false},
		{pull, 4_500, true}, {pull, 4_499, false}, {above, 4_500, false}, {colour, math.MinInt64, false},
		{colour, math.MaxInt64, false},
	} {
		if c.t.Within(c.value) != c.want {
			t.Errorf("%s: %d", c.t.Words(), c.value)
		}
	}
	if above.Words() != "> 4.5 N/cm" {
		t.Error(above.Words())
	}
}

func TestThousandths(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 1: "0.001", 50: "0.05", 500: "0.5", 1_000: "1", 3_500: "3.5",
		-1_250: "-1.25", -7: "-0.007",
		300_000: "300", math.MinInt64: "-9223372036854775.808"} {
		if got := defect.Thousandths(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1_000_000_000, 1_000_000_000).Draw(t, "n")
		r := &crmtest.CaseReader{}
		if back := r.Scaled(defect.Thousandths(n), 3); back != n || r.Err != nil {
			t.Fatalf("%d reads %d: %v", n, back, r.Err)
		}
	})
}
