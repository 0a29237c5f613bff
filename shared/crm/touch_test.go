package crm_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"afterpress/shared/crm"
)

func doing(l crm.Lead) []string {
	var out []string
	for _, r := range l.Rungs {
		out = append(out, l.Progress().Key(r)+" "+r.Do)
	}
	return out
}

func TestAReplyWakesTheProcess(t *testing.T) {
	rung := []crm.Rung{{Name: "half", Do: crm.DoRemind, At: told.Add(time.Hour)}}
	for _, c := range []struct {
		what   string
		lead   crm.Lead
		round  int
		rungs  []string
		closed bool // once somebody has spoken with him
	}{
		{"assigned: its clock goes on", crm.Lead{State: crm.LeadAssigned, Round: 1, Turn: 2, Rungs: rung}, 1, []string{"2/half remind", "2/reply-1 tell-reply"}, false},
		{"contacted: the process begins again", crm.Lead{State: crm.LeadContacted, Round: 1, Turn: 1, Rungs: nil}, 2, []string{"1/reply-1 tell-reply"}, false},
		{"contacted, and a reply waits", crm.Lead{State: crm.LeadContacted, Round: 2, Turn: 1, Replies: 1, Unanswered: 1, Rungs: []crm.Rung{{Name: "reply-1", Do: crm.DoTellReply}}}, 2,
			[]string{"1/reply-1 tell-reply", "1/reply-2 tell-reply"}, false},
		{"lost", crm.Lead{State: crm.LeadLost, Round: 1, Turn: 1}, 2, []string{"1/reply-1 tell-reply"}, true},
		{"lost, again", crm.Lead{State: crm.LeadLost, Round: 2, Turn: 1, Replies: 1, Unanswered: 1, Rungs: []crm.Rung{{Name: "reply-1", Do: crm.DoTellReply}}}, 3, []string{"1/reply-2 tell-reply"}, true},
	} {
		c.lead.Version, c.lead.Due = 5, told.Add(time.Hour)
		before := slices.Clone(c.lead.Rungs)
		next, event, err := c.lead.Reply(crm.Reporter("mail"), "tch_1", told)
		if err != nil || next.Round != c.round || !slices.Equal(doing(next), c.rungs) || next.State != c.lead.State || !next.Due.Equal(c.lead.Due) {
			t.Errorf("%s: round %d, %v, %v", c.what, next.Round, doing(next), err)
		}
		if next.Version != 6 || !event.Pending || event.Type != crm.LeadReplied || event.Progress.Closed || event.Data["touch"] != "tch_1" || event.Cause != "hook:mail" {
			t.Errorf("%s: event %+v", c.what, event)
		}
		if !slices.Equal(c.lead.Rungs, before) {
			t.Errorf("%s: the rule changed what it was given", c.what)
		}
	}
}

func TestPlainText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"hello\r\nyou\rthere", "hello\nyou\nthere"},
		{"  a\tb \n", "a\tb"},
		{"a\x00\x1b[31m\u202eb\u2028c", "a[31mb\nc"},
		{"\xff\xfe", "\uFFFD"},
		{"<script>alert(1)</script>", "<script>alert(1)</script>"},
	} {
		if got, _ := crm.Plain(c.in, 100); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
	got, shortened := crm.Plain(strings.Repeat("字", 101), 100)
	if !shortened || utf8.RuneCountInString(got) != 100 {
		t.Errorf("%d characters, shortened %t", utf8.RuneCountInString(got), shortened)
	}
}

func TestReplyAddresses(t *testing.T) {
	const lead = "lead_019b0000-1234-7abc-8def-0123456789ab"
	mine, err := crm.NewReplyAddresses([]byte("a seal key for tests, 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	other, err := crm.NewReplyAddresses([]byte("another seal key of 32 bytes or more"))
	if err != nil {
		t.Fatal(err)
	}
	address := mine.For(lead, "reply.shop.example")
	local, domain, _ := strings.Cut(address, "@")
	if len(local) > 64 || domain != "reply.shop.example" {
		t.Fatalf("address %s", address)
	}
	for _, same := range []string{address, strings.ToUpper(address), local + "@elsewhere.example"} {
		if got, ok := mine.Lead(same); !ok || got != lead {
			t.Errorf("%s: %s", same, got)
		}
	}
	if _, ok := other.Lead(address); ok {
		t.Error("another installation's address was taken")
	}
	for i := range len(local) {
		for _, letter := range "abcdefghijklmnopqrstuvwxyz234567=+" {
			forged := local[:i] + string(letter) + local[i+1:]
			if got, ok := mine.Lead(forged + "@reply.shop.example"); ok && forged != local {
				t.Fatalf("%s names %s", forged, got)
			}
		}
	}
	const complaint = "cmp_019b0000-1234-7abc-8def-0123456789ab" // the same number as the lead's
	of := mine.For(complaint, "reply.shop.example")
	if got, ok := mine.Complaint(of); !ok || got != complaint || of == address {
		t.Errorf("%s names the complaint %s", of, got)
	}
	if got, ok := mine.Lead(of); ok {
		t.Errorf("the address of a complaint names the lead %s", got)
	}
	if got, ok := mine.Complaint(address); ok {
		t.Errorf("the address of a lead names the complaint %s", got)
	}
	for _, none := range []string{"", "@", "reply+@x", "reply@x", local + "a@x", local[:20] + "@x", "hello@shop.example"} {
		if got, ok := mine.Lead(none); ok {
			t.Errorf("%q names %s", none, got)
		}
	}
	for _, id := range []string{"", "lead_", "cus_019b0000-1234-7abc-8def-0123456789ab", "lead_1"} {
		if a := mine.For(id, "reply.shop.example"); a != "" {
			t.Errorf("%s has the address %s", id, a)
		}
	}
	if mine.For(lead, "") != "" {
		t.Error("an address without a domain")
	}
}
