package link

import (
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// caseWords is what the pages of complaints and of questions from production say.
type caseWords struct {
	Gone page.Notice

	New       string
	NewIntro  string
	Full      page.Notice
	What      string // above the catalogue
	WhatHint  string
	NoDefect  string
	Groups    map[string]string
	Defects   map[defect.Kind]string // as a customer would call them
	Fields    map[string]fieldWords
	Wanted    map[remedy.Kind]string
	PhotoHint string // photos are sent on the next page
	Open      string // the button

	Title           string
	Job             string
	Stage           string
	Stands          map[string]page.Notice // what became of what was just said
	Owner           func(name string) string
	Promise         string // before the time
	PromiseLate     string
	AnswerBy        string
	GoodsBy         string
	Waits           map[string]string
	Asked           string
	Evidence        map[defect.Evidence]string
	Offer, Agreed   string
	Worth           string
	Pays            string
	By              string
	OfferQuestion   string
	OfferHint       string
	SettledQuestion string
	SettledHint     string
	ReopenQuestion  string
	Say             map[string]string // the buttons
	Joined          string
	JoinedTold      string // the other complaint is another contact's
	JoinedLink      string
	Again           string
	Said            string
	You             string
	Older           string
	Affected        string
	Pieces          func(n int64) string
	Flooded         func(phone string) string // a message is not taken: there were too many
	MessageLabel    string
	MessageHint     string
	MessageSend     string
	Photos          string
	WithdrawTitle   string
	WithdrawText    string
	WithdrawSure    string
	WithdrawNot     string
	Zone            func(branch string) string

	HoldTitle      string
	HoldAsk        string
	HoldWords      string
	HoldHint       string
	HoldSend       string
	HoldWithdrawn  page.Notice
	HoldAnswer     string
	ByYou, ByShop  string
	Answered       page.Notice
	AnsweredBefore page.Notice
	Photo          string
}

// fieldWords are the label of a field and what stands below it.
type fieldWords struct{ Label, Hint string }

func caseWordsIn(lang words.Lang) *caseWords {
	if lang == words.Zh {
		return &caseWordsZh
	}
	return &caseWordsEn
}
