package hold

import (
	"fmt"
	"strings"
	"time"

	"afterpress/shared/kernel/words"
)

// Card is a question as a board, a desk or the customer's overview shows it.
type Card struct {
	ID        string    `json:"id"`
	State     string    `json:"state" of:"hold-state"`
	Branch    string    `json:"branch"`
	Owner     string    `json:"owner"`
	Due       time.Time `json:"due_at"` // of a closed question: when it was closed
	Title     string    `json:"title"`
	Job       string    `json:"job"`
	Customer  string    `json:"customer"`
	AskedBy   string    `json:"asked_by"`
	CreatedAt time.Time `json:"created_at"`
}

// cardTexts is how many bytes title and job have together, so that the whole card stays within 700.
const cardTexts = 440

// Card is the question in a list.
func (h Hold) Card() Card {
	return Card{ID: h.ID, State: h.State, Branch: h.Branch, Owner: h.Owner, Due: h.Due,
		Title: words.Clip(h.Title(), cardTexts-len(h.Job)), Job: h.Job,
		Customer: h.Customer, AskedBy: h.AskedBy,
		CreatedAt: h.CreatedAt}
}

// titleLength is how many characters of a question its title has.
const titleLength = 60

// Title is the job and the first words of the question, in one line. It is the same in every language,
// because people wrote both.
func (h Hold) Title() string {
	text := []rune(strings.Join(strings.Fields(string(h.Question)), " "))
	if len(text) <= titleLength {
		return h.Job + " · " + string(text)
	}
	cut := string(text[:titleLength])
	// cut between words, where the language has spaces
	if space := strings.LastIndex(cut, " "); space > len(cut)/2 {
		cut = cut[:space]
	}
	return h.Job + " · " + cut + "…"
}

// ListedChoices are the choices as a message lists them: one in a line, with its number.
func (h Hold) ListedChoices() string {
	lines := make([]string, len(h.Choices))
	for i, c := range h.Choices {
		lines[i] = fmt.Sprintf("%d. %s", i+1, c)
	}
	return strings.Join(lines, "\n")
}

// Words say what the customer wants, for a message to staff: the choice, in the words of the question. The
// customer's own text is not repeated there; the record has it.
func (a Answer) Words(choices []string) words.Text {
	own := words.Text{Zh: "客户另有说明，请打开查看", En: "The customer answers in their own words: open the question"}
	if a.Choice < 1 || a.Choice > len(choices) {
		return own
	}
	chosen := choices[a.Choice-1]
	if a.Text == "" {
		return words.Text{Zh: chosen, En: chosen}
	}
	return words.Text{Zh: chosen + "（" + own.Zh + "）", En: chosen +
		" (the customer adds something: open the question)"}
}
