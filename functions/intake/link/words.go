package link

import (
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
	AlwaysSent  page.Notice
	ChoicesSaved, ChoicesStale,
	NoChoices page.Notice
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
