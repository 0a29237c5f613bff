package enquiry

import "afterpress/shared/kernel/words"

// labelled is a field's label and its hint.
type labelled struct{ Label, Hint string }

// wording is what the pages of this area say, in one language.
type wording struct {
	Lang            words.Lang
	Left, Over      func(span string) string // of working time
	Thanks          string                   // stands before what became of the automatic reply
	AllOpen, Mine   string
	States          map[string]string
	Unowned, InPool string
	Empty           string
	EmptyHint       string
	Lists           map[string]map[string]string // words of closed lists
	Fields          map[string]labelled
	Facts           map[string]string
	Clocks          map[string]string // what is due, by state
	Agreed          string
	Before          string            // stands between what is due and when
	Buttons         map[string]string // by command
	Done            map[string]string // by command
	NowStands       func(state string) string
	LastContact     func(at, who, channel, outcome string) string
	Attempts        func(n string) string
	Replies         func(n string) string
	WhatNext        string
	Enquiry         string
	Message         string
	Files           string
	Heard           string
	Due             string
	Owner           string
	State           string
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
