package form_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/crmtest"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// asking is a form with one question of each kind, of which the choice is required.
func asking() form.Form {
	both := func(zh, en string) words.Text { return words.Text{Zh: zh, En: en} }
	return form.Form{ID: "survey", Branch: "shanghai", Fields: []form.Field{{Name: form.FieldEmail}},
		Questions: []form.Question{
			{ID: "paper", Kind: form.QuestionChoice, Label: both("纸张", "Paper"), Required: true,
				Options: []form.Option{{Value: "157g", Label: both("157 克铜版纸", "157 g coated")},
					{Value: "300g", Label: both("300 克白卡", "300 g board")}}},
			{ID: "nps", Kind: form.QuestionScale, Label: both("您会推荐我们吗", "Would you recommend us"), Max: 10},
			{ID: "copies", Kind: form.QuestionNumber, Label: both("册数", "Copies"), Min: 10, Max: 5000},
			{ID: "fair", Kind: form.QuestionDate, Label: both("展会日期", "Day of the fair")},
			{ID: "motto", Kind: form.QuestionText, Label: both("口号", "Motto")},
			{ID: "story", Kind: form.QuestionLong, Label: both("故事", "Story")},
		}}
}

// TestAnswersToTheShopsOwnQuestions: what each kind of question takes, and how it reads.
func TestAnswersToTheShopsOwnQuestions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ question, value, read, en string }{
		{"paper", "300g", "300g", "300 g board"},
		{"paper", " 157g ", "157g", "157 g coated"},
		{"paper", "400g", "", "Choose one of the options."},
		{"nps", "0", "0", "0"},
		{"nps", "10", "10", "10"},
		{"nps", "11", "", "Choose one of the options."},
		{"nps", "7.5", "", "Choose one of the options."},
		{"copies", "1,000", "1000", "1000"},
		{"copies", "２千", "2000", "2000"},
		{"copies", "9", "", "Enter a whole number between 10 and 5000."},
		{"copies", "5001", "", "Enter a whole number between 10 and 5000."},
		{"copies", "many", "", "Enter a whole number between 10 and 5000."},
		{"fair", "2027-03-01", "2027-03-01", "2027-03-01"},
		{"fair", "2027-02-30", "", "Choose a date, such as 2026-12-01."},
		{"motto", "印出\n 未来", "印出 未来", "印出 未来"},
		{"motto", strings.Repeat("字", 501), "", "This has more than 500 characters. Shorten it."},
		{"story", "one\r\ntwo\x00", "one\ntwo", "one\ntwo"},
		{"colour", "red", "", "The form has changed and no longer asks this. Reload the page and send it again."},
	} {
		given := []form.Answer{{Question: c.question, Value: c.value}}
		if c.question != "paper" {
			given = append(given, form.Answer{Question: "paper", Value: "300g"})
		}
		e, faults := form.Enquiry{Email: "li@example.com", Answers: given}.Read(asking(), crmtest.Tuesday)
		if c.read == "" {
			if len(faults) != 1 || faults[0].Pointer != "/answers/"+c.question || faults[0].Text.En != c.en {
				t.Errorf("%s %q: %+v", c.question, c.value, faults)
			}
			continue
		}
		found := false
		for _, a := range e.Answers {
			if a.Question == c.question {
				found = a.Value == c.read && a.Said(words.En) == c.en && a.Label.Zh != ""
			}
		}
		if len(faults) > 0 || !found {
			t.Errorf("%s %q: %+v, %+v", c.question, c.value, e.Answers, faults)
		}
	}
	_, faults := form.Enquiry{Email: "li@example.com"}.Read(asking(), crmtest.Tuesday)
	if len(faults) != 1 || faults[0].Text.Zh != "请选择“纸张”。" {
		t.Errorf("%+v", faults)
	}
}

// TestAnswersReadTwiceStay: an answer that was read reads the same again, whatever was typed.
func TestAnswersReadTwiceStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := rapid.SampledFrom(asking().Questions).Draw(t, "question")
		given := []form.Answer{{Question: "paper", Value: "157g"}}
		if question.ID != "paper" {
			given = append(given, form.Answer{Question: question.ID, Value: rapid.String().Draw(t, "value")})
		}
		once, faults := form.Enquiry{Email: "li@example.com", Answers: given}.Read(asking(), time.Time{})
		if len(faults) > 0 {
			return
		}
		twice, faults := form.Enquiry{Email: "li@example.com", Answers: once.Answers}.Read(asking(), time.Time{})
		if len(faults) > 0 || len(once.Answers) != len(twice.Answers) {
			t.Fatalf("%+v then %+v, %+v", once.Answers, twice.Answers, faults)
		}
		for i, a := range once.Answers {
			if a.Value != twice.Answers[i].Value {
				t.Fatalf("%q then %q", a.Value, twice.Answers[i].Value)
			}
		}
	})
}

// TestAnswersOutliveTheirQuestions: what was sent to a form reads by the form of today, whatever that asks now.
func TestAnswersOutliveTheirQuestions(t *testing.T) {
	t.Parallel()
	given := []form.Answer{{Question: "colour", Value: "red"}, {Question: "copies", Value: "many"},
		{Question: "nps", Value: "7"}}
	e, faults := form.Enquiry{Email: "li@example.com", Answers: given}.Read(asking().Stored(given), crmtest.Tuesday)
	var said []string
	for _, a := range e.Answers {
		said = append(said, a.Label.En+"="+a.Value)
	}
	if want := "Would you recommend us=7 Copies=many colour=red"; len(faults) > 0 || strings.Join(said, " ") != want {
		t.Errorf("%q, %+v", said, faults)
	}
	if len(asking().Stored(nil).Questions) != len(asking().Questions) {
		t.Error("a question is lost")
	}
}

// TestQuestionsThatCannotBeAsked: each fault names the question.
func TestQuestionsThatCannotBeAsked(t *testing.T) {
	t.Parallel()
	two := []form.Option{{Value: "a"}, {Value: "b"}}
	for want, questions := range map[string][]form.Question{
		"":                      asking().Questions,
		"/questions/1/id":       {{ID: "a", Kind: form.QuestionText}, {ID: "a", Kind: form.QuestionLong}},
		"/questions/0/options":  {{ID: "a", Kind: form.QuestionChoice, Options: two[:1]}},
		"/questions/1/options":  {{ID: "a", Kind: form.QuestionText}, {ID: "b", Kind: form.QuestionDate, Options: two}},
		"/questions/0/max":      {{ID: "a", Kind: form.QuestionScale}},
		"/questions/1/max":      {{ID: "a", Kind: form.QuestionText}, {ID: "b", Kind: form.QuestionScale, Min: 1, Max: 12}},
		"/questions/2/max":      {{ID: "a"}, {ID: "b"}, {ID: "c", Kind: form.QuestionNumber, Min: 9, Max: 8}},
		"/questions/3/max":      {{ID: "a"}, {ID: "b"}, {ID: "c"}, {ID: "d", Kind: form.QuestionText, Max: 3}},
		"/questions /questions": nil,
	} {
		f := asking()
		if f.Questions = questions; want == "/questions /questions" {
			f.Questions, want = make([]form.Question, form.MostQuestions+1), "/questions"
			for i := range f.Questions {
				f.Questions[i] = form.Question{ID: strings.Repeat("q", i+1), Kind: form.QuestionDate}
			}
		}
		if got := strings.Join(pointers(fault.List(f.Check(crmtest.Shop().Roster))), " "); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
	long := asking()
	long.Questions = nil
	for i := range 4 {
		long.Questions = append(long.Questions, form.Question{ID: fmt.Sprint("long-", i), Kind: form.QuestionLong})
	}
	if got := strings.Join(pointers(fault.List(long.Check(crmtest.Shop().Roster))), " "); got != "/questions" {
		t.Errorf("four long texts: %q", got)
	}
}
