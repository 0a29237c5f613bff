package form

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/words"

	"github.com/samber/lo"
)

// Kinds of a form's own questions.
const (
	QuestionText   = "text"   // one line
	QuestionLong   = "long"   // text with line breaks
	QuestionNumber = "number" // whole, 0 or more
	QuestionChoice = "choice" // one of its options
	QuestionScale  = "scale"  // whole numbers from Min to Max, such as 0 to 10
	QuestionDate   = "date"
)

// QuestionKinds lists them.
var QuestionKinds = []string{QuestionText, QuestionLong, QuestionNumber, QuestionChoice, QuestionScale, QuestionDate}

// MostQuestions is the most that a form may ask beside its fields: a longer form is not filled in.
const MostQuestions = 20

// mostAnswers is how many characters all answers may have. With the message they fit into what the door takes.
const mostAnswers = 6_000

// widestScale is the most steps of a scale: 0 to 10, as NPS asks (Reichheld, HBR 2003).
const widestScale = 11

// Question is one that a shop asks in a form of its own.
type Question struct {
	ID       string     `json:"id"` // a slug; answers name it
	Kind     string     `json:"kind" of:"question-kind"`
	Label    words.Text `json:"label"`
	Hint     words.Text `json:"hint,omitzero"`
	Required bool       `json:"required,omitempty"`
	Options  []Option   `json:"options,omitempty"` // of a choice
	Min      int64      `json:"min,omitempty"`     // of a number and a scale
	Max      int64      `json:"max,omitempty"`     // likewise; 0 of a number: no end
}

// Answer is what a person answers. Read fills in the question and the choice as they were shown.
type Answer struct {
	Question string     `json:"question"` // its id
	Label    words.Text `json:"label"`
	Value    string     `json:"value"`
	Choice   words.Text `json:"choice,omitzero"` // what the option says
}

// Said is the answer as people read it.
func (a Answer) Said(lang words.Lang) string {
	if a.Choice != (words.Text{}) {
		return a.Choice.In(lang)
	}
	return a.Value
}

// AnswerField is the name of a question's field in what is posted.
func AnswerField(question string) string { return "answers." + question }

// Ends of text answers, in characters.
const (
	longestText = 500
	longestLong = 2000
)

// Longest is the most characters that an answer may have; 0 where its kind says that.
func (q Question) Longest() int {
	switch q.Kind {
	case QuestionText:
		return longestText
	case QuestionLong:
		return longestLong
	case QuestionNumber:
		return 20
	}
	return 0
}

// Choices are the options of a choice, or the steps of a scale.
func (q Question) Choices() []Option {
	if q.Kind != QuestionScale {
		return q.Options
	}
	var out []Option
	for n := q.Min; n <= q.Max; n++ {
		step := strconv.FormatInt(n, 10)
		out = append(out, Option{Value: step, Label: words.Text{Zh: step, En: step}})
	}
	return out
}

// check adds what is wrong with the question, which stands at the JSON pointer.
func (q Question) check(at string, f *fault.List) {
	if choice := q.Kind == QuestionChoice; choice && len(q.Options) < 2 || !choice && len(q.Options) > 0 {
		f.Add(at+"/options", "选择题需要至少两个选项，其他问题没有选项。", "A choice has two options or more, other questions have none.")
	}
	bounded := q.Min != 0 || q.Max != 0
	switch q.Kind {
	case QuestionScale:
		if q.Min < 0 || q.Max <= q.Min || q.Max-q.Min >= widestScale {
			f.Add(at+"/max", "评分从 min 到 max，最多 11 级，例如 0 至 10。",
				"A scale goes from min to max in 11 steps at most, such as 0 to 10.")
		}
	case QuestionNumber:
		if q.Min < 0 || q.Max != 0 && q.Max < q.Min {
			f.Add(at+"/max", "请填写 0 或更大的 min，以及不小于 min 的 max。",
				"Enter a min of 0 or more, and a max that is not below it.")
		}
	default:
		if bounded {
			f.Add(at+"/max", "只有数字和评分有 min 和 max。", "Only a number and a scale have min and max.")
		}
	}
}

// checkQuestions adds what is wrong with the form's own questions.
func (f Form) checkQuestions(bad *fault.List) {
	if len(f.Questions) > MostQuestions {
		bad.Add("/questions", fmt.Sprintf("最多 %d 个问题。", MostQuestions),
			fmt.Sprintf("Ask %d questions at most.", MostQuestions))
	}
	if lo.SumBy(f.Questions, Question.Longest) > mostAnswers {
		bad.Add("/questions", fmt.Sprintf("各题答案合计最多 %d 个字符，例如 3 道长文题。", mostAnswers),
			fmt.Sprintf("The answers may have %d characters together, such as 3 long texts.", mostAnswers))
	}
	for i, q := range f.Questions {
		at := fmt.Sprintf("/questions/%d", i)
		if slices.ContainsFunc(f.Questions[:i], func(other Question) bool { return other.ID == q.ID }) {
			bad.Add(at+"/id", "此编号已在上面使用。请另填一个。", "This id stands above already. Enter another one.")
		}
		q.check(at, bad)
	}
}

// readAnswers brings the answers into the order of the form's questions, as they read. The faults name each question
// as a JSON pointer.
func (f Form) readAnswers(given []Answer) (read []Answer, bad fault.List) {
	for _, a := range given {
		if !slices.ContainsFunc(f.Questions, func(q Question) bool { return q.ID == a.Question }) {
			bad.Add("/answers/"+fault.Escaped(a.Question), "表单已更新，不再有这个问题。请刷新页面后重新提交。",
				"The form has changed and no longer asks this. Reload the page and send it again.")
		}
	}
	for _, q := range f.Questions {
		given, _ := lo.Find(given, func(a Answer) bool { return a.Question == q.ID })
		a, ok := q.read(strings.TrimSpace(given.Value))
		switch {
		case !ok:
			text := q.advice()
			bad.Add("/answers/"+q.ID, text.Zh, text.En)
		case a.Value != "":
			read = append(read, a)
		case q.Required && len(q.Choices()) > 0:
			bad.Add("/answers/"+q.ID, "请选择“"+q.Label.Zh+"”。", "Please choose “"+q.Label.En+"”.")
		case q.Required:
			bad.Add("/answers/"+q.ID, "请填写“"+q.Label.Zh+"”。", "Please fill in “"+q.Label.En+"”.")
		}
	}
	return read, bad
}

// Stored is the form for what was sent to it before. It demands no answer, and takes as text what it no longer asks or
// offers, so that a change of the form loses nothing.
func (f Form) Stored(given []Answer) Form {
	f.Questions = slices.Clone(f.Questions)
	for i, q := range f.Questions {
		a, _ := lo.Find(given, func(a Answer) bool { return a.Question == q.ID })
		q.Required = false
		if _, ok := q.read(strings.TrimSpace(a.Value)); !ok {
			q = Question{ID: q.ID, Kind: QuestionLong, Label: q.Label}
		}
		f.Questions[i] = q
	}
	for _, a := range given {
		if !slices.ContainsFunc(f.Questions, func(q Question) bool { return q.ID == a.Question }) {
			f.Questions = append(f.Questions, Question{ID: a.Question, Kind: QuestionLong,
				Label: words.Text{Zh: a.Question, En: a.Question}})
		}
	}
	return f
}

// read is the answer to a question in one spelling. ok is false for a value that the question does not take.
func (q Question) read(value string) (a Answer, ok bool) {
	a = Answer{Question: q.ID, Label: q.Label, Value: value}
	if value == "" {
		return a, true
	}
	switch q.Kind {
	case QuestionChoice, QuestionScale:
		o, offered := lo.Find(q.Choices(), func(o Option) bool { return o.Value == value })
		if q.Kind == QuestionChoice {
			a.Choice = o.Label
		}
		return a, offered
	case QuestionNumber:
		n, plain := words.Quantity(value)
		a.Value = strconv.FormatInt(n, 10)
		return a, plain && n >= q.Min && (q.Max == 0 || n <= q.Max)
	case QuestionDate:
		_, err := time.Parse(time.DateOnly, value)
		return a, err == nil
	}
	if q.Kind == QuestionText {
		value = strings.Join(strings.Fields(value), " ")
	}
	plain, shortened := words.Plain(value, q.Longest())
	a.Value = plain
	return a, !shortened
}

// advice says what the question takes.
func (q Question) advice() words.Text {
	switch q.Kind {
	case QuestionChoice, QuestionScale:
		return words.Text{Zh: "请从列出的选项中选择。", En: "Choose one of the options."}
	case QuestionNumber:
		if q.Max == 0 {
			return words.Text{Zh: fmt.Sprintf("请填写不小于 %d 的整数。", q.Min),
				En: fmt.Sprintf("Enter a whole number of %d or more.", q.Min)}
		}
		return words.Text{Zh: fmt.Sprintf("请填写 %d 到 %d 之间的整数。", q.Min, q.Max),
			En: fmt.Sprintf("Enter a whole number between %d and %d.", q.Min, q.Max)}
	case QuestionDate:
		return words.Text{Zh: "请选择日期，例如 2026-12-01。", En: "Choose a date, such as 2026-12-01."}
	}
	return words.Text{Zh: fmt.Sprintf("最多 %d 个字符。请缩短。", q.Longest()),
		En: fmt.Sprintf("This has more than %d characters. Shorten it.", q.Longest())}
}
