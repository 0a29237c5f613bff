package file

import (
	"afterpress/shared/kernel/words"
	"afterpress/shared/page"
)

// wording is everything that the pages of files say by themselves.
type wording struct {
	Title  string
	Hint   func(most int, size, kinds string) string
	Later  string // on a form, where no script lets files be chosen
	Name   string // label of what to call a file that is not chosen yet
	Add    string
	File   string
	Upload string
	Sent   page.Notice
	Attach string
	Unsent string
	Over   string
	All    string
	Kept   string
	// the file came and is being scanned, or waits for a colleague
	Scanning string
	Remove   func(name string) string // a file that was refused
	Full     string
	Gone     page.Notice
	Back     string // leads from the files to what they belong to
	Script   scriptPhrase
}

// scriptPhrase is what the script says of a file; {name} is its name, {percent} how much of it was sent.
type scriptPhrase struct {
	Choose   string `json:"choose"`
	Chosen   string `json:"chosen"` // before the enquiry is sent
	Remove   string `json:"remove"`
	Sending  string `json:"sending"`
	Checking string `json:"checking"`
	Kept     string `json:"kept"` // said aloud; seen is Received behind the name
	Received string `json:"received"`
	Failed   string `json:"failed"`
	Retry    string `json:"retry"`
	TooLarge string `json:"too_large"`
	// {kinds} are the kinds that are taken
	WrongKind string `json:"wrong_kind"`
	TooMany   string `json:"too_many"`
	Unsent    string `json:"unsent"` // the enquiry itself could not be sent
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
