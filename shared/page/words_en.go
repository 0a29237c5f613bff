package page

import (
	"fmt"

	"afterpress/shared/kernel/words"
)

var wordsEn = Words{
	OtherLang: words.Zh, OtherName: "中文",
	Optional: "optional", Choose: "Please choose",
	FaultTitle: func(n int) string {
		if n == 1 {
			return "One thing needs a change"
		}
		return fmt.Sprintf("%d things need a change", n)
	},
	FaultMark: "Error: ", Says: ": ",
	Call:      "Phone",
	Privacy:   "Privacy notice",
	Reference: "Reference",
	Missing: Notice{"There is no such page",
		"The link may be incomplete, or the form is no longer in use. Check the address, or start again from our website."},
	Unreadable: Notice{"This could not be read",
		"Go back to the form and send it again. If it was very long, shorten it first."},
	Busy: Notice{"We are busy for a moment", "Try again in a minute or two."},
	Broken: Notice{"Something broke on our side",
		"Nothing that you entered needs a change. Try again in a few minutes."},
	Flooded: Notice{"Too much came from your network",
		"Nothing was sent. Try again in an hour, or call us if it is urgent."},
	SendAgain: "Send enquiry again", StillThere: "What you entered is still on this page; you need not type it again.",
	RequestName: "Request",
}
