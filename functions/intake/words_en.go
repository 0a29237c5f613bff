package intake

import (
	"fmt"

	"afterpress/shared/crm"
)

var wordsEn = words{
	OtherLang: crm.Zh, OtherName: "中文",
	Optional: "optional", Choose: "Please choose", Send: "Send enquiry", Trap: "Leave this empty",
	FaultTitle: func(n int) string {
		if n == 1 {
			return "One thing needs a change"
		}
		return fmt.Sprintf("%d things need a change", n)
	},
	FaultMark: "Error: ", Says: ": ",
	Call:       "Phone",
	Thanks:     "Thank you",
	Reference:  "Reference",
	Urgent:     "Urgent? Call us: ",
	Another:    "Send another enquiry",
	Missing:    notice{"There is no such page", "The link may be incomplete, or the form is no longer in use. Check the address, or start again from our website."},
	Unreadable: notice{"This could not be read", "Go back to the form and send it again. If it was very long, shorten it first."},
	Busy:       notice{"We are busy for a moment", "Try again in a minute or two."},
	Broken:     notice{"Something broke on our side", "Nothing that you entered needs a change. Try again in a few minutes."},
	Flooded:    notice{"Too much came from your network", "Nothing was sent. Try again in an hour, or call us if it is urgent."},
	Confirm:    notice{"Confirm your subscription", "You agreed to the following in our form. It counts once you confirm it; if it was not you, just close this page."},
	ConfirmYes: "Yes, I agree",
	Confirmed:  notice{"Your subscription is confirmed", "You will receive our offers and news by e-mail. You can unsubscribe at any time."},
	Kept:       notice{"You chose not to receive it", "You made that choice after this link was sent, so it stands. To subscribe, say so in our form again."},
	Lapsed:     notice{"This link no longer works", "It may be incomplete or more than 30 days old. To subscribe, say so in our form again."},
	Manage:     "Choose what we send you",
	Choices:    notice{"What we send you", "Tick what you want to receive; without a tick we do not send it. It counts as soon as you save."},
	ChooseFrom: "What I want to receive",
	Choice: map[string]string{
		"marketing/email": "I want to receive offers and news by e-mail.",
		"marketing/sms":   "I want to receive offers and news by SMS.",
		"survey/email":    "I want to be asked by e-mail how satisfied I am.",
		"survey/sms":      "I want to be asked by SMS how satisfied I am.",
		"referral/email":  "I want to be invited by e-mail to recommend the shop.",
		"referral/sms":    "I want to be invited by SMS to recommend the shop.",
	},
	SaveChoices:  "Save my choices",
	AlwaysSent:   notice{"What cannot be switched off here", "Messages about your own enquiries and orders, such as that we received them. You started these, and we need to answer you."},
	ChoicesSaved: notice{"Saved", "This is what stands now. You can change it here at any time."},
	ChoicesStale: notice{"Please look again", "Your choices were changed elsewhere after this page was opened, so nothing new was ticked. This is what stands now."},
	NoChoices:    notice{"This link does not work", "It may be incomplete. Open it again from our latest message, or call us."},
	SendAgain:    "Send enquiry again", StillThere: "What you entered is still on this page; you need not type it again.",
	RequestName: "Request",
}
