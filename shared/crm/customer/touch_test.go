package customer_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/ladder"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"
)

func doing(l lead.Lead) []string {
	var out []string
	for _, r := range l.Rungs {
		out = append(out, l.Progress().Key(r)+" "+r.Do)
	}
	return out
}

func TestAReplyWakesTheProcess(t *testing.T) {
	rung := []ladder.Rung{{Name: "half", Do: ladder.DoRemind, At: crmtest.Told.Add(time.Hour)}}
	for _, c := range []struct {
		what   string
		lead   lead.Lead
		round  int
		rungs  []string
		closed bool // once somebody has spoken with the customer
	}{
		{"assigned: its clock goes on", lead.Lead{State: lead.StateAssigned, Round: 1, Turn: 2, Rungs: rung}, 1,
			[]string{"2/half remind", "2/reply-1 tell-reply"}, false},
		{"contacted: the process begins again", lead.Lead{State: lead.StateContacted, Round: 1, Turn: 1, Rungs: nil}, 2,
			[]string{"1/reply-1 tell-reply"}, false},
		{"contacted, and a reply waits",
			lead.Lead{State: lead.StateContacted, Round: 2, Turn: 1, Replies: 1, Unanswered: 1,
				Rungs: []ladder.Rung{{Name: "reply-1", Do: ladder.DoTellReply}}}, 2,
			[]string{"1/reply-1 tell-reply", "1/reply-2 tell-reply"}, false},
		{"lost", lead.Lead{State: lead.StateLost, Round: 1, Turn: 1}, 2, []string{"1/reply-1 tell-reply"}, true},
		{"lost, again", lead.Lead{State: lead.StateLost, Round: 2, Turn: 1, Replies: 1, Unanswered: 1,
			Rungs: []ladder.Rung{{Name: "reply-1", Do: ladder.DoTellReply}}}, 3, []string{"1/reply-2 tell-reply"}, true},
	} {
		c.lead.Version, c.lead.Due = 5, crmtest.Told.Add(time.Hour)
		before := slices.Clone(c.lead.Rungs)
		next, e, err := c.lead.Reply(message.Reporter("mail"), "tch_1", crmtest.Told)
		if err != nil || next.Round != c.round || !slices.Equal(doing(next), c.rungs) || next.State != c.lead.State ||
			!next.Due.Equal(c.lead.Due) {
			t.Errorf("%s: round %d, %v, %v", c.what, next.Round, doing(next), err)
		}
		if next.Version != 6 || !e.Pending || e.Type != event.LeadReplied || e.Progress.Closed ||
			e.Data["touch"] != "tch_1" || e.Cause != "hook:mail" {
			t.Errorf("%s: event %+v", c.what, e)
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
		if got, _ := words.Plain(c.in, 100); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
	got, shortened := words.Plain(strings.Repeat("字", 101), 100)
	if !shortened || utf8.RuneCountInString(got) != 100 {
		t.Errorf("%d characters, shortened %t", utf8.RuneCountInString(got), shortened)
	}
}

func TestReplyAddresses(t *testing.T) {
	const l = "lead_019b0000-1234-7abc-8def-0123456789ab"
	mine := token.NewReplyAddresses(kerneltest.Ring("ours"))
	other := token.NewReplyAddresses(kerneltest.Ring("another"))
	address := mine.For(l, "reply.shop.example")
	local, domain, _ := strings.Cut(address, "@")
	if len(local) > 64 || domain != "reply.shop.example" {
		t.Fatalf("address %s", address)
	}
	for _, same := range []string{address, strings.ToUpper(address), local + "@elsewhere.example"} {
		if got, ok := mine.Lead(same); !ok || got != l {
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
	const asked = "hld_019b0000-1234-7abc-8def-0123456789ab"
	if got, ok := mine.Hold(mine.For(asked, "reply.shop.example")); !ok || got != asked {
		t.Errorf("the address of a question names %q", got)
	}
	const whom = "cus_019b0000-1234-7abc-8def-0123456789ab"
	if got, ok := mine.Customer(mine.For(whom, "reply.shop.example")); !ok || got != whom {
		t.Errorf("the address of a customer names %q", got)
	}
	for kind, wrong := range map[string]string{"lead": address, "complaint": of} {
		if got, ok := mine.Hold(wrong); ok {
			t.Errorf("the address of a %s names the question %s", kind, got)
		}
	}
	for _, none := range []string{"", "@", "reply+@x", "reply@x", local + "a@x", local[:20] + "@x",
		"hello@shop.example"} {
		if got, ok := mine.Lead(none); ok {
			t.Errorf("%q names %s", none, got)
		}
	}
	for _, id := range []string{"", "lead_", "con_019b0000-1234-7abc-8def-0123456789ab", "lead_1"} {
		if a := mine.For(id, "reply.shop.example"); a != "" {
			t.Errorf("%s has the address %s", id, a)
		}
	}
	if mine.For(l, "") != "" {
		t.Error("an address without a domain")
	}
}
