// Package crmtest has the shop, the records and the case files that tests of several packages share.
package crmtest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// CaseBlock is one numbered case of a file that a print person reads: a title, and lines "标签 label   words".
type CaseBlock struct {
	Title string
	Lines []CaseLine
}

// CaseLine is one line of a case: its label, and the words after it.
type CaseLine struct{ Label, Words string }

var caseTitle = regexp.MustCompile(`^(\d+)\. (.+) · (.+)$`)

// ReadCases reads a case file from testdata. Every indented line after a numbered title belongs to that case.
// Headings and lines before the first case are for people. It ends the test when the numbers do not run from
// 1, or a line is not one of a case.
func ReadCases(t *testing.T, name string) []CaseBlock {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	var out []CaseBlock
	for i, line := range strings.Split(string(raw), "\n") {
		switch title := caseTitle.FindStringSubmatch(line); {
		case title != nil:
			if title[1] != strconv.Itoa(len(out)+1) {
				t.Fatalf("%s:%d: case %s stands where %d is due", name, i+1, title[1], len(out)+1)
			}
			out = append(out, CaseBlock{Title: line})
		case strings.HasPrefix(line, "   "):
			words := strings.Fields(line)
			if len(words) < 3 || len(out) == 0 {
				t.Fatalf("%s:%d: not a line of a case: %q", name, i+1, line)
			}
			last := &out[len(out)-1]
			last.Lines = append(last.Lines, CaseLine{words[1], strings.Join(words[2:], " ")})
		}
	}
	return out
}

// Parts splits "ordered 3000, delivered 3000" into pairs: the first word of each part, and what follows it.
func (l CaseLine) Parts() [][2]string {
	var out [][2]string
	for _, p := range strings.Split(l.Words, ", ") {
		word, rest, _ := strings.Cut(p, " ")
		out = append(out, [2]string{word, rest})
	}
	return out
}

// CaseReader turns the words of one case into values, and keeps the first fault in Err.
type CaseReader struct{ Err error }

// Fail keeps a fault, unless there is one already.
func (r *CaseReader) Fail(format string, args ...any) {
	if r.Err == nil {
		r.Err = fmt.Errorf(format, args...)
	}
}

// Whole reads a whole number; 0 with a fault.
func (r *CaseReader) Whole(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		r.Fail("%q is not a whole number", s)
	}
	return n
}

// Scaled reads a decimal without a float, as a whole number of units of the last digit. A decimal with more
// than digits digits after the point is a fault.
func (r *CaseReader) Scaled(s string, digits int) int64 {
	whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	if len(part) > digits || whole == "" {
		r.Fail("%q has more than %d digits after the point, or none before", s, digits)
		return 0
	}
	n := r.Whole(whole + part + strings.Repeat("0", digits-len(part)))
	if strings.HasPrefix(s, "-") {
		return -n
	}
	return n
}

// CaseZone is the time zone of the times in case files.
var CaseZone, _ = time.LoadLocation("Asia/Shanghai")

// Moment reads "2006-01-02 15:04" or "2006-01-02" in CaseZone; the zero time with a fault.
func (r *CaseReader) Moment(s string) time.Time {
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(form, s, CaseZone); err == nil {
			return at
		}
	}
	r.Fail("%q is not a time", s)
	return time.Time{}
}
