package message_test

import (
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/fault"
)

func TestWhatAColleagueMayWrite(t *testing.T) {
	t.Parallel()
	const mail, sms = message.ChannelEmail, message.ChannelSMS
	for _, c := range []struct {
		about string
		in    message.Written
		want  string // the fields with a fault
	}{
		{"a letter", message.Written{Channel: mail, Subject: "Your cards", Text: "They are ready on Friday."}, ""},
		{"a bare domain", message.Written{Channel: mail, Subject: "样品", Text: "见 shop.example 的样品册"}, ""},
		{"no subject", message.Written{Channel: mail, Text: "Ready."}, "/subject"},
		{"no text", message.Written{Channel: mail, Subject: "Cards", Text: " \n"}, "/text"},
		{"a link", message.Written{Channel: mail, Subject: "Cards", Text: "see HTTPS://evil.example/x"}, "/text"},
		{"a link without a scheme", message.Written{Channel: mail, Subject: "www.evil.example", Text: "x"}, "/subject"},
		{"a link as a page has it", message.Written{Channel: mail, Subject: "x", Text: `< a href="//x.example">`}, "/text"},
		{"an SMS", message.Written{Channel: sms}, ""},
		{"an SMS with words", message.Written{Channel: sms, Text: "call me"}, "/text"},
	} {
		var got []string
		for _, f := range c.in.Check() {
			got = append(got, f.Pointer)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: faults at %v, want %q", c.about, got, c.want)
		}
	}
}

func TestTextsThatAreAlike(t *testing.T) {
	t.Parallel()
	first := message.Written{Channel: message.ChannelEmail, Subject: "Offer", Text: "Dear Li Na, 20% off until 3 May."}
	mark := first.Alike("shanghai", "Li Na")
	for _, c := range []struct {
		about, reader, text string
		channel             string
		alike               bool
	}{
		{"another name, figure and spacing", "Wang Wei", "DEAR Wang Wei: 15 % off, until 9 May", message.ChannelEmail, true},
		{"other words", "Li Na", "Dear Li Na, your proof is ready.", message.ChannelEmail, false},
		{"another channel", "Li Na", first.Text, message.ChannelSMS, false},
		{"a salutation by surname", "Wang Wei", "Dear Ms Wang:\n20% off until 3 May.", message.ChannelEmail, false},
		{"no name", "", "Dear, 20% off until 3 May.", message.ChannelEmail, true},
	} {
		got := message.Written{Channel: c.channel, Subject: first.Subject, Text: c.text}.Alike("shanghai", c.reader)
		if (got == mark) != c.alike {
			t.Errorf("%s: alike %t, want %t", c.about, got == mark, c.alike)
		}
	}
}

// TestLettersThatDifferInTheSalutation: a letter to a hundred people is one, whatever each is called in its first line.
func TestLettersThatDifferInTheSalutation(t *testing.T) {
	t.Parallel()
	mark := func(branch, reader, text string) string {
		return message.Written{Channel: message.ChannelEmail, Subject: "样品", Text: text}.Alike(branch, reader)
	}
	one := mark("shanghai", "王芳", "王女士，您好：\n样品已备好。")
	if two := mark("shanghai", "李强", "李先生，您好！\n样品已备好。"); one != two {
		t.Error("the salutation makes a letter another one")
	}
	if two := mark("hangzhou", "王芳", "王女士，您好：\n样品已备好。"); one == two {
		t.Error("branches are counted together")
	}
	if two := mark("shanghai", "王芳", "王女士，您好：\n样品有色差。"); one == two {
		t.Error("other words are alike")
	}
	if sms := (message.Written{Channel: message.ChannelSMS}).Alike("shanghai", "王芳"); sms != "" {
		t.Error("an SMS is counted")
	}
}

// Twenty alike may go within any hour, whichever minute it begins at. The twenty-first waits until the oldest of them
// is an hour old.
func TestTheTwentyFirstAlikeWaitsForTheOldest(t *testing.T) {
	t.Parallel()
	first := time.Date(2026, 11, 24, 7, 50, 0, 0, time.UTC)
	var sent []time.Time
	for n := range message.MostAlike { // across the full hour
		next, err := message.Again(sent, first.Add(time.Duration(n)*time.Minute))
		if err != nil || len(next) != n+1 {
			t.Fatalf("letter %d: %d, %v", n+1, len(next), err)
		}
		sent = next
	}
	for _, c := range []struct{ after, wait time.Duration }{
		{20 * time.Minute, 40 * time.Minute}, {time.Hour - time.Second, time.Second}, {time.Hour, 0}, {3 * time.Hour, 0},
	} {
		next, err := message.Again(sent, first.Add(c.after))
		refused, ok := err.(*fault.Error)
		if ok != (c.wait > 0) || ok && (refused.Kind != fault.TooMany || refused.RetryAfter != c.wait ||
			!strings.Contains(refused.Text.En, "20 times")) {
			t.Errorf("after %s: %+v", c.after, err)
		}
		if !ok && (len(next) > message.MostAlike || !next[len(next)-1].Equal(first.Add(c.after))) {
			t.Errorf("after %s: %v", c.after, next)
		}
	}
}
