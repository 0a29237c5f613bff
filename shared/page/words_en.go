package page

import (
	"fmt"

	"afterpress/shared/kernel/words"
)

var wordsEn = Words{
	OtherLang: words.Zh, OtherName: "中文",
	Optional: "optional", Choose: "Please choose",
	Trap: "Leave this empty",
	FaultTitle: func(n int) string {
		if n == 1 {
			return "One thing needs changing"
		}
		return fmt.Sprintf("%d things need changing", n)
	},
	FaultMark: "Error: ", Says: ": ",
	Call:      "Phone",
	Privacy:   "Privacy notice",
	Reference: "Reference",
	Missing: Notice{"Page not found",
		"The link may be incomplete, or the form is no longer in use. Check the address, or start again from our website."},
	Unreadable: Notice{"We could not read this",
		"Go back to the form and send it again. If it was very long, shorten it first."},
	Busy: Notice{"We are busy just now", "Try again in a minute or two."},
	Broken: Notice{"Something went wrong on our side",
		"Nothing you entered needs changing. Try again in a few minutes."},
	Flooded: Notice{"Too many requests from your network",
		"Nothing was sent. Try again in an hour, or call us if it is urgent."},
	SendAgain:   "Send enquiry again",
	StillThere:  "What you entered is still on this page; there is no need to type it again.",
	RequestName: "Request",
}
