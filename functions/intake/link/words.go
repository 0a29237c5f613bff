package link

import (
	"time"

	"afterpress/shared/crm/caselink"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// wording is everything that the pages of confirmations and choices say by themselves.
type wording struct {
	Confirm     page.Notice
	ConfirmYes  string // the one button
	Confirmed   page.Notice
	Kept        page.Notice // the person said no after it
	Lapsed      page.Notice
	Manage      string // leads to the choices
	Choices     page.Notice
	ChooseFrom  string
	Choice      map[string]string // by gate.Choice.Key; kept as the words to which a person said yes
	SaveChoices string
	SentTo      string // before the masked address
	StopAll     page.Notice
	StopOver    string // of a link that opens no more
	StopThese   string // its button
	AlwaysSent  page.Notice
	ChoicesSaved, ChoicesStale, Stopped,
	NoChoices page.Notice
	Over map[caselink.Over]page.Notice // of a link that opens no more
}

// keptDays is for how many days after the end of a record its link shows it.
const keptDays = int(caselink.Kept / (24 * time.Hour))

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
