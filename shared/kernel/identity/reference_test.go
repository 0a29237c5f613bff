package identity_test

import (
	"strings"
	"testing"

	"afterpress/shared/kernel/identity"
	"afterpress/shared/kernel/words"
)

const anID = "lead_019e0c3a-7b21-7c41-9d55-1f2e9f3a09bc"

// TestWhatCountsAsAReference is the table of what people type and paste.
func TestWhatCountsAsAReference(t *testing.T) {
	whole := "019E0C3A7B217C419D551F2E9F3A09BC"
	for raw, want := range map[string]string{
		"9F3A09BC": "9F3A09BC", "9f3a09bc": "9F3A09BC", " 9F3A 09BC ": "9F3A09BC", "9f3a-09bc": "9F3A09BC",
		"９Ｆ３Ａ０９ＢＣ": "9F3A09BC", "9F3A–09BC": "9F3A09BC", "9F3A\u200b09BC": "9F3A09BC",
		"9F3A\u00a009BC": "9F3A09BC",
		"lead_9f3a09bc":  "9F3A09BC", "LEAD_9F3A09BC": "9F3A09BC", "受理编号：9F3A09BC": "9F3A09BC", "编号 9F3A09BC": "9F3A09BC",
		"Reference: 9F3A09BC": "9F3A09BC", "ref 9f3a09bc": "9F3A09BC", "No. 9F3A09BC": "9F3A09BC", "#9F3A09BC": "9F3A09BC",
		"№ 9F3A09BC": "9F3A09BC", "1f2e9f3a09bc": "1F2E9F3A09BC", anID: whole, strings.ToUpper(anID): whole,
		strings.TrimPrefix(anID, "lead_"): whole, "13812345678": "13812345678",
		"": "", "9F3A09B": "", "9F3A": "", "9F3A09BG": "", "J-2026-118": "", "李娜": "", "lina@example.com": "",
		whole + "0": "", "lead_": "", "_9F3A09BC": "", "受理编号": "", "9F3A09BC, 9F3A09BD": "", "9F3A09BC.": "",
	} {
		got, ok := identity.Reference(raw)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v, want %q", raw, got, ok, want)
		}
	}
}

// What people see of an id finds it, and so does the whole id.
func TestTheReferenceOfAnID(t *testing.T) {
	of, ok := identity.ReferenceOf(anID)
	seen, read := identity.Reference(words.Reference(anID))
	whole, _ := identity.Reference(anID)
	if !ok || !read || !strings.HasSuffix(of, seen) || of != whole || len(seen) != identity.ReferenceLength {
		t.Errorf("%q, seen %q", of, seen)
	}
	for _, id := range []string{"", "lead_1", "019e0c3a7b217c419d551f2e9f3a09bc", "lead_9f3a09bc",
		"message_lead/x#thank#sms"} {
		if got, ok := identity.ReferenceOf(id); ok {
			t.Errorf("%q has the reference %q", id, got)
		}
	}
}

func TestJobNumbers(t *testing.T) {
	for raw, want := range map[string]string{
		"J-2026-118": "J2026118", "j 2026 118": "J2026118", "Ｊ－２０２６－１１８": "J2026118", "J—2026—118": "J2026118",
		"#118": "118", "工单 118/2": "工单118/2", " ": "", "-#-": "", strings.Repeat("1", 65): "",
	} {
		if got := identity.JobNumber(raw); got != want {
			t.Errorf("%q is %q, want %q", raw, got, want)
		}
	}
}

// FuzzReference reads any text, and reads what it has read the same way.
func FuzzReference(f *testing.F) {
	for _, seed := range []string{anID, "受理编号：9F3A 09BC", "J-2026-118", "#", "\u200b9f3a09bc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if got, ok := identity.Reference(raw); ok {
			if again, still := identity.Reference(got); !still || again != got || len(got) > 32 {
				t.Errorf("%q is %q, then %q", raw, got, again)
			}
		}
		if job := identity.JobNumber(raw); identity.JobNumber(job) != job || strings.ContainsAny(job, "#- ") {
			t.Errorf("%q is %q, then %q", raw, job, identity.JobNumber(job))
		}
	})
}
