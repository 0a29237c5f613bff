package work

import "afterpress/shared/kernel/words"

// wording is what the pages of this area say, in one language.
type wording struct {
	Groups     []string          // the parts of the desk, in order
	Kinds      map[string]string // what stands on a desk, by its kind
	Why        map[string]string // what is to be done about it, by kind and state
	TopBecause func(title, left string) string
	Due        string
	Empty      string
	ToLeads    string
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
