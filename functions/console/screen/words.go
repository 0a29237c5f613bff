package screen

import (
	"time"

	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// Words is what the frame of the console and its common pages say, in one language.
type Words struct {
	Console           string
	Skip              string // leads past the header
	Areas             map[string]string
	AreasName         string // of the navigation, for those who hear the page
	SignIn            string
	SignOut           string
	SignOutEverywhere string
	Account           string // of the menu, for those who hear the page
	SignedOut         page.Notice
	Stranger          page.Notice
	Expired           page.Notice
	SignInFirst       string
	SendAgain         string
	StillThere        string
	Titles            map[int]string // of problems, by status
	Stale             string         // said with a refused form whose page was out of date
	SentBefore        string         // said of a form that was sent before with other content
	StartAgain        string
	Nowhere           string // said of an address at which there is nothing
	ToDesk            string
	Left              func(time.Duration) string
	Over              func(time.Duration) string
	More              string
	Nobody            string
	Yes, No           string
}

// WordsIn are the words of a language.
func WordsIn(lang words.Lang) *Words {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}

// Span is how long something lasts, in words: "2 h 10 min".
func Span(d time.Duration, lang words.Lang) string {
	if lang == words.Zh {
		return spanZh(d)
	}
	return spanEn(d)
}

// span is how long something lasts, to the minute: hours and minutes.
func span(d time.Duration) (hours, minutes int64) {
	all := int64(d.Round(time.Minute) / time.Minute)
	return all / 60, all % 60
}
