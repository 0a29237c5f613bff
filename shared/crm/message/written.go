package message

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"afterpress/shared/kernel/fault"
)

// Written is what a colleague writes to a customer by hand. An SMS has no words of the colleague: carriers take
// registered words only, so it asks for a call.
type Written struct {
	Channel string // ChannelEmail or ChannelSMS
	Subject string
	Text    string
}

// WrittenChannels are the channels by which a colleague can write.
var WrittenChannels = []string{ChannelEmail, ChannelSMS}

// A branch sends at most MostAlike letters that are alike within any AlikeHour.
const (
	MostAlike = 20
	AlikeHour = time.Hour
)

// linkForm finds an address of a web page. Bare names of a domain are left alone: shops write theirs into a letter.
var linkForm = regexp.MustCompile(`(?i)\b(?:https?|ftp|file)://|\bwww\.|javascript:|<\s*a\s`)

// Check lists what is wrong with the message, by the names of the request's fields.
func (w Written) Check() (f fault.List) {
	if w.Channel == ChannelSMS {
		if w.Subject != "" || w.Text != "" {
			f.Add("/text", "短信只能发送固定内容：请客户回电。请去掉主题和正文，或改用邮件。",
				"An SMS has fixed words: it asks for a call. Leave subject and text out, or write an e-mail.")
		}
		return f
	}
	for _, part := range []struct{ pointer, said string }{{"/subject", w.Subject}, {"/text", w.Text}} {
		switch {
		case strings.TrimSpace(part.said) == "":
			f.Add(part.pointer, "请填写此项。", "Fill this in.")
		case linkForm.MatchString(part.said):
			f.Add(part.pointer, "请勿写入网址：客户分不清哪些链接来自我们。请用文字说明。",
				"Leave web addresses out: customers cannot tell which links are ours. Say it in words.")
		}
	}
	return f
}

// salutation is a first line such as "王女士，您好：" or "Dear Ms Wang,".
var salutation = regexp.MustCompile(`^\s*[^\n]{1,40}[，,：:！!。.]\s*\n`)

// Alike is the mark by which letters of a branch to different people are recognised as one. It leaves out the
// salutation, the reader's name, digits, spaces and punctuation, and tells nothing of the text. An SMS has none: its
// words are the same for everybody, and it has caps of its own.
func (w Written) Alike(branch, reader string) string {
	if w.Channel == ChannelSMS {
		return ""
	}
	said := strings.ToLower(w.Subject + "\n" + salutation.ReplaceAllString(w.Text, ""))
	if name := strings.ToLower(strings.TrimSpace(reader)); utf8.RuneCountInString(name) > 1 {
		said = strings.ReplaceAll(said, name, "")
	}
	letters := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, said)
	sum := sha256.Sum256([]byte(branch + "\n" + letters))
	return hex.EncodeToString(sum[:12])
}

// Again is when letters that are alike were sent within the last AlikeHour, with one more now; the oldest comes first.
// Beyond MostAlike it is TooMany, with the time until the oldest of them no longer counts.
func Again(sent []time.Time, now time.Time) ([]time.Time, error) {
	recent := slices.DeleteFunc(slices.Clone(sent), func(at time.Time) bool { return !at.After(now.Add(-AlikeHour)) })
	if len(recent) < MostAlike {
		return append(recent, now), nil
	}
	e := fault.Fail(fault.TooMany, "相同内容在一小时内已发出 20 次，属于群发。请稍后再发，或为每位客户单独撰写。",
		"The same text went out 20 times within an hour: that is a campaign. Wait, or write to each person in other words.")
	e.RetryAfter = recent[len(recent)-MostAlike].Add(AlikeHour).Sub(now)
	return nil, e
}
