package link

import (
	"strings"

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
	Known     string // above the open complaints about the same job
	Another   string // above the form that follows them
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
	Comma           string
	Pieces          func(n int64) string
	Flooded         func(phone string) string // a message is not taken: there were too many
	MessageLabel    string
	MessageHint     string
	MessageSend     string
	Photos          string
	Ask             map[string]askWords // once more, by answer
	WhyLabel        string              // why a complaint is opened again
	WhyHint         string
	History         string
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

// askWords ask once more about an answer that binds.
type askWords struct{ Title, Text, Sure, Not string }

// defects names them as a customer would.
func (w *caseWords) defects(kinds []defect.Kind) string {
	var names []string
	for _, kind := range kinds {
		names = append(names, w.Defects[kind])
	}
	return strings.Join(names, w.Comma)
}

// fieldWords are the label of a field and what stands below it.
type fieldWords struct{ Label, Hint string }

func caseWordsIn(lang words.Lang) *caseWords {
	if lang == words.Zh {
		return &caseWordsZh
	}
	return &caseWordsEn
}
