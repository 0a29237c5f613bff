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

// CaseBlock is one numbered case of a file that a print person reads: a title and lines "标签 label   words".
type CaseBlock struct {
	Title string
	Lines []CaseLine
}

type CaseLine struct{ Label, Words string }

var caseTitle = regexp.MustCompile(`^(\d+)\. (.+) · (.+)$`)

// ReadCases reads a case file. Everything indented after a numbered title belongs to its case; lines before the
// first case and headings are for people.
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

// Parts splits "ordered 3000, delivered 3000" into its words and what follows each.
func (l CaseLine) Parts() [][2]string {
	var out [][2]string
	for _, p := range strings.Split(l.Words, ", ") {
		word, rest, _ := strings.Cut(p, " ")
		out = append(out, [2]string{word, rest})
	}
	return out
}

// CaseReader turns the words of one case into values and keeps the first fault.
type CaseReader struct{ Err error }

func (r *CaseReader) Fail(format string, args ...any) {
	if r.Err == nil {
		r.Err = fmt.Errorf(format, args...)
	}
}

func (r *CaseReader) Whole(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		r.Fail("%q is not a whole number", s)
	}
	return n
}

// Scaled reads a decimal with at most so many digits after the point, without a float.
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

var CaseZone, _ = time.LoadLocation("Asia/Shanghai")

func (r *CaseReader) Moment(s string) time.Time {
	for _, form := range []string{"2006-01-02 15:04", "2006-01-02"} {
		if at, err := time.ParseInLocation(form, s, CaseZone); err == nil {
			return at
		}
	}
	r.Fail("%q is not a time", s)
	return time.Time{}
}
