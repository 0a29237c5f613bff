package centre

import "afterpress/shared/kernel/words"

// wording is what the pages of this area say, in one language.
type wording struct {
	Search, SearchHint, Find string
	NoneFound, NoneHint      string
	NoneYet                  string
	Stages                   map[string]string
	Roles                    map[string]string
	Kinds                    map[string]string
	Channels                 map[string]string
	Purposes                 map[string]string
	Outcomes                 map[string]string
	Away                     map[string]string
	MayNot                   func(channel, purpose, why string) string
	Liking                   func(kind, value string, required, stale bool) string
	Owner, Branch, Due       string
	Warnings                 string
	People, NoPeople         string
	HasLeft                  string
	Open, NoOpen             string
	Likes                    string
	Touches, NoTouches       string
	Unnamed                  string
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
