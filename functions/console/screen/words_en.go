package screen

import (
	"fmt"
	"time"

	"afterpress/shared/page"
)

var wordsEn = Words{
	Console: "Console", Skip: "Skip to the content", AreasName: "Areas",
	Areas:  map[string]string{Desk: "My desk", Leads: "Leads", Customers: "Customers"},
	SignIn: "Sign in", SignOut: "Sign out", SignOutEverywhere: "Sign out everywhere", Account: "My account",
	SignedOut: page.Note("You have signed out", "On a shared computer, close the browser as well."),
	Stranger: page.Note("No colleague stands behind this account",
		"You signed in, but nobody who works here has this account. Ask your administrator to set it up, "+
			"or sign in with another one."),
	Expired: page.Note("Your session has expired",
		"What you typed is still on this page. Sign in again in a new tab, then come back here and press “Send again”."),
	SignInFirst: "Sign in in a new tab", SendAgain: "Send again",
	StillThere: "What you typed is still on this page; nothing is lost.",
	Titles: map[int]string{400: "This request cannot be read", 403: "You may not do this", 404: "Not found",
		405: "This cannot be done here", 409: "Not possible now", 413: "Too long", 415: "This request cannot be read",
		422: "Some input needs a change", 429: "Too often", 500: "Something went wrong on our side",
		503: "Busy for the moment"},
	Stale: "The record changed while you were typing. It is below as it is now, and what you typed is still there. " +
		"Look at it, then send again.",
	SentBefore: "This form was sent once already. Look at the record below; to send it again, press the button once more.",
	Nowhere:    "There is no such page. Check the address, or begin at your desk.",
	StartAgain: "Sign in again", ToDesk: "Go to my desk",
	Left: func(d time.Duration) string { return spanEn(d) + " left" },
	Over: func(d time.Duration) string { return spanEn(d) + " overdue" },
	More: "Next page", Nobody: "None", Yes: "Yes", No: "No",
}

func spanEn(d time.Duration) string {
	hours, minutes := span(d)
	switch {
	case hours == 0:
		return fmt.Sprintf("%d min", minutes)
	case minutes == 0:
		return fmt.Sprintf("%d h", hours)
	}
	return fmt.Sprintf("%d h %d min", hours, minutes)
}
