package link

import (
	"fmt"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/page"
)

var wordsEn = wording{
	Confirm: page.Note("Confirm your subscription",
		"You agreed to the following in our form. It counts once you confirm it; if it was not you, just close this page."),
	ConfirmYes: "Yes, I agree",
	Confirmed: page.Note("Your subscription is confirmed",
		"You will receive our offers and news by e-mail. You can unsubscribe at any time."),
	Kept: page.Note("You chose not to receive it",
		"You made that choice after this link was sent, so it stands. If you change your mind, choose again by "+
			"the link below."),
	Lapsed: page.Note("This link no longer works",
		"It may be incomplete or more than 30 days old. To subscribe, say so in our form again."),
	Manage: "Choose what we send you",
	Choices: page.Note("What we send you",
		"Tick what you want to receive; we send only what is ticked. Your choice counts as soon as you save."),
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
	SentTo:      "We send it to",
	StopAll: page.Note("Stop everything",
		"We will then send you no more offers, news, surveys or invitations, by e-mail or by SMS."),
	StopOver:  "You can still stop offers, news, surveys and invitations that come by the same channel as this link.",
	StopThese: "Stop these messages",
	AlwaysSent: page.Note("What cannot be switched off here",
		"Messages about your own enquiries and orders, such as that we received them. You started these, and we "+
			"need to answer you."),
	Stopped:      page.Note("Stopped", "We send you no more offers, news, surveys or invitations by this channel."),
	ChoicesSaved: page.Note("Saved", "This is your current choice. You can change it here at any time."),
	ChoicesStale: page.Note("Please look again",
		"Your choices were changed elsewhere after this page was opened, so nothing new was ticked. This is your "+
			"current choice."),
	NoChoices: page.Note("This link does not work",
		"It may be incomplete. Open it again from our latest message; our phone number stands there as well."),
	Over: map[caselink.Over]page.Notice{
		caselink.OverLeft:  notTheirsEn,
		caselink.OverMoved: notTheirsEn,
		caselink.OverAddress: page.Note("This link is no longer in use",
			"It went to a phone number or e-mail address that is no longer on our records. Use the link in our latest "+
				"message to your current one. If you have none, call us."),
		caselink.OverEnded: page.Note("We have ended this link",
			"The links that we sent you before then no longer work. Use the newest one; if you have none, call us and we "+
				"will send it."),
		caselink.OverTime: page.Note("This link has expired",
			fmt.Sprintf("Links stop working %d days after a matter is closed. If something is still open, call us.", keptDays)),
	},
}

var notTheirsEn = page.Note("This link is no longer in use",
	"It was made for one person, and it is no longer theirs. If the matter is yours now, call us and we will send you "+
		"a link of your own.")
