package intake

import (
	"strings"

	"afterpress/shared/kernel/words"
)

// wording is everything that the pages say by themselves; what a form says stands in its definition.
type wording struct {
	OtherLang   words.Lang
	OtherName   string // of the other language, in that language
	Optional    string
	Choose      string
	Send        string
	Trap        string // label of the field that no person sees; a screen reader that shows it anyway reads this
	FaultTitle  func(n int) string
	FaultMark   string // begins the page's title, so that it is heard first
	Says        string // stands between a field's label and what is wrong with it
	Call        string // stands before the branch's phone number
	Thanks      string
	Reference   string
	Urgent      string
	Another     string
	Missing     notice
	Unreadable  notice
	Busy        notice
	Broken      notice
	Flooded     notice
	Confirm     notice
	ConfirmYes  string // the one button
	Confirmed   notice
	Kept        notice // he said no after it
	Lapsed      notice
	Manage      string // leads to the choices
	Choices     notice
	ChooseFrom  string
	Choice      map[string]string // by gate.Choice.Key; kept as the words to which a person said yes
	SaveChoices string
	AlwaysSent  notice
	ChoicesSaved, ChoicesStale,
	NoChoices notice
	SendAgain   string
	StillThere  string
	Unsent      string // the embedded form reached nobody
	Elsewhere   string // leads from a website that may not show the form to our own page
	RequestName string // stands before the id by which the request is found in the log

	ArtworkTitle  string
	ArtworkHint   func(most int, size, kinds string) string
	ArtworkLater  string // on the form, where no script lets files be chosen
	ArtworkName   string // label of what to call a file that is not chosen yet
	ArtworkAdd    string
	ArtworkFile   string
	ArtworkUpload string
	ArtworkSent   notice
	ArtworkAttach string
	ArtworkUnsent string
	ArtworkOver   string
	ArtworkAll    string
	ArtworkKept   string
	ArtworkFull   string
	ArtworkGone   notice
	ArtworkScript scriptPhrase

	Case caseWords
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
	TooMany  string `json:"too_many"`
	Unsent   string `json:"unsent"` // the enquiry itself could not be sent
}

// notice is what a page says instead of what was asked for.
type notice struct{ Title, Text string }

// about puts a field's label before what is wrong with it; one that asks needs no colon.
func (w *wording) about(label, text string) string {
	if strings.HasSuffix(label, "?") {
		return label + " " + text
	}
	return label + w.Says + text
}

func wordsIn(lang words.Lang) *wording {
	if lang == words.Zh {
		return &wordsZh
	}
	return &wordsEn
}
