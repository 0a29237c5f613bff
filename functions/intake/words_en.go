package intake

import (
	"fmt"

	"afterpress/shared/kernel/words"
)

var wordsEn = wording{
	OtherLang: words.Zh, OtherName: "中文",
	Optional: "optional", Choose: "Please choose", Send: "Send enquiry", Trap: "Leave this empty",
	FaultTitle: func(n int) string {
		if n == 1 {
			return "One thing needs a change"
		}
		return fmt.Sprintf("%d things need a change", n)
	},
	FaultMark: "Error: ", Says: ": ",
	Call:      "Phone",
	Thanks:    "Thank you",
	Reference: "Reference",
	Urgent:    "Urgent? Call us: ",
	Another:   "Send another enquiry",
	Missing: notice{"There is no such page",
		"The link may be incomplete, or the form is no longer in use. Check the address, or start again from our website."},
	Unreadable: notice{"This could not be read",
		"Go back to the form and send it again. If it was very long, shorten it first."},
	Busy: notice{"We are busy for a moment", "Try again in a minute or two."},
	Broken: notice{"Something broke on our side",
		"Nothing that you entered needs a change. Try again in a few minutes."},
	Flooded: notice{"Too much came from your network",
		"Nothing was sent. Try again in an hour, or call us if it is urgent."},
	Confirm: notice{"Confirm your subscription",
		"You agreed to the following in our form. It counts once you confirm it; if it was not you, just close this page."},
	ConfirmYes: "Yes, I agree",
	Confirmed: notice{"Your subscription is confirmed",
		"You will receive our offers and news by e-mail. You can unsubscribe at any time."},
	Kept: notice{"You chose not to receive it",
		"You made that choice after this link was sent, so it stands. If you change your mind, choose again by the link below."},
	Lapsed: notice{"This link no longer works",
		"It may be incomplete or more than 30 days old. To subscribe, say so in our form again."},
	Manage: "Choose what we send you",
	Choices: notice{"What we send you",
		"Tick what you want to receive; without a tick we do not send it. It counts as soon as you save."},
	ChooseFrom: "What I want to receive",
	Choice: map[string]string{
		"marketing/email": "I want to receive offers and news by e-mail.",
		"marketing/sms":   "I want to receive offers and news by SMS.",
		"survey/email":    "I want to be asked by e-mail how satisfied I am.",
		"survey/sms":      "I want to be asked by SMS how satisfied I am.",
		"referral/email":  "I want to be invited by e-mail to recommend the shop.",
		"referral/sms":    "I want to be invited by SMS to recommend the shop.",
	},
	SaveChoices: "Save my choices",
	AlwaysSent: notice{"What cannot be switched off here",
		"Messages about your own enquiries and orders, such as that we received them. You started these, and we need to answer you."},
	ChoicesSaved: notice{"Saved", "This is what stands now. You can change it here at any time."},
	ChoicesStale: notice{"Please look again",
		"Your choices were changed elsewhere after this page was opened, so nothing new was ticked. This is what stands now."},
	NoChoices: notice{"This link does not work",
		"It may be incomplete. Open it again from our latest message; our phone number stands there as well."},
	SendAgain: "Send enquiry again", StillThere: "What you entered is still on this page; you need not type it again.",
	Unsent:      "It could not be sent. Check your connection and try again; what you entered is still here.",
	Elsewhere:   "Fill in the form on our own page",
	RequestName: "Request",

	ArtworkTitle: "Your files",
	ArtworkHint: func(most int, size, kinds string) string {
		return fmt.Sprintf("Up to %d files of %s each: %s.", most, size, kinds)
	},
	ArtworkLater: "Send the enquiry first; on the next page you can add files.",
	ArtworkName:  "What is the file called?", ArtworkAdd: "Add a file", ArtworkFile: "Choose the file",
	ArtworkUpload: "Upload the file",
	ArtworkSent:   notice{"The file has arrived", "One more step: have it checked and attached."},
	ArtworkAttach: "Attach the file",
	ArtworkUnsent: "The file has not arrived. Choose it again.",
	ArtworkOver:   "The time to send this file is over. Go back to your files and add it again.",
	ArtworkAll:    "All your files", ArtworkKept: "Received",
	ArtworkFull: "No more files can be sent here. Send the others to our colleague when you hear from us.",
	ArtworkGone: notice{"This link no longer works",
		"Files can be added for 24 hours after an enquiry, and to a complaint while it is open. Send them to our colleague when you hear from us, or call us."},
	ArtworkScript: scriptPhrase{
		Choose: "Choose files", Chosen: "It is uploaded once the enquiry is sent.", Remove: "Remove {name}",
		Sending: "Sending {name}: {percent}%", Checking: "Checking {name}",
		Kept: "{name}: received", Received: "Received",
		Failed: "{name} could not be sent. Check your connection and try again.", Retry: "Try {name} again",
		TooLarge: "{name} is too large.", TooMany: "{name} was left out: there are too many files.",
		Unsent: "The enquiry could not be sent. Check your connection and try again.",
	},

	Case: caseWordsEn,
}
