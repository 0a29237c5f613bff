package page

import (
	"strings"

	"afterpress/shared/kernel/words"
)

// Words is everything that the frame of a page and its parts say by themselves, in one language.
type Words struct {
	OtherLang   words.Lang
	OtherName   string // of the other language, in that language
	Optional    string
	Choose      string
	Trap        string // label of the field that no person sees; a screen reader that shows it anyway reads this
	FaultTitle  func(n int) string
	FaultMark   string // begins the page's title, so that it is heard first
	Says        string // stands between a field's label and what is wrong with it
	Call        string // stands before the branch's phone number
	Privacy     string // leads to the privacy notice
	Reference   string
	Missing     Notice
	Unreadable  Notice
	Busy        Notice
	Broken      Notice
	Flooded     Notice
	SendAgain   string
	StillThere  string
	RequestName string // stands before the id by which the request is found in the log
}

// About puts a field's label before what is wrong with it; one that asks needs no colon.
func (w *Words) About(label, text string) string {
	if strings.HasSuffix(label, "?") {
		return label + " " + text
	}
	return label + w.Says + text
}

// WordsIn are the words of a language.
func WordsIn(lang words.Lang) *Words {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
