package notify

import (
	"embed"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"sync"

	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/words"
)

const (
	open, closed    = "{{", "}}"
	linkPlaceholder = "link"   // the one that stands in an href
	longestPart     = 64 << 10 // bytes of a subject, text or HTML
	frameFile       = "templates/frame.html"
)

// placeholders lists what each message may say; Render wants exactly these. What a visitor typed stands in details
// alone: it goes to colleagues by mail, and not into a chat.
//
//	after          what becomes of it without an answer; a sentence
//	answer         what the customer chose, in the words of the question
//	branch, shop   names, in the reader's language
//	branch_phone   as it is dialled from where the reader is
//	cause          why a customer got no message; a sentence without its full stop
//	changes        the changed fields, within a sentence
//	code           six digits
//	decision       what is to be approved, or what the customer decided, within a sentence
//	defects        what is wrong, by the catalogue
//	details        who asks, how to reach them, and what they need; a line each
//	due, promise   a moment in the reader's words and the branch's zone: "11月24日（周二）15:30", "Tue 24 Nov, 15:30"
//	evidence, offer  what we need, and what we do for the customer; a line each
//	link           an http or https address
//	author, colleague  who changed whose sign-in account
//	asked, job, choices  what staff ask a customer about a job; question and choices may have several lines
//	moment         when it was; a moment like due
//	next           what the reader does next, within a sentence
//	opening_hours  the branch's calendar in words; may have several lines
//	outcome        how an approver answered; a sentence
//	reference      the number by which people name the lead, the task or the complaint
//	severity       of a complaint, in words
//	stage          where a complaint stands, for its customer
//	text           what one of our people wrote to the customer; may have several lines
//	until          a moment like due: when the link, or the time for an answer, ends
//	wanted         what we wait for, or what is told by phone, within a sentence
//	title          what a member of staff called a task or a letter, or asked
//	staff          the reader; asker, owner, previous: other members of staff
//
// Beside these a message has the places of shopPlaces.
var placeholders = map[string][]string{
	message.TemplateLeadAcknowledged: {"branch", "branch_phone", "opening_hours", "promise", "reference", "shop"},
	message.TemplateLeadConfirm: {
		"branch", "branch_phone", linkPlaceholder, "opening_hours", "promise", "reference", "shop", "until",
	},
	message.TemplateLeadPostponed:      {"branch", "branch_phone", "opening_hours", "promise", "reference", "shop"},
	message.TemplateLeadAssigned:       {"details", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadUnacknowledged: {"details", "cause", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadRemindedHalf:   {"details", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadRemindedDue:    {"details", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadReassigned:     {"details", "due", linkPlaceholder, "owner", "previous", "reference", "staff"},
	message.TemplateLeadPooled:         {"details", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadReplied:        {"details", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadHandedOver:     {"details", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadStepDue:        {"details", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadStepLate:       {"details", "due", linkPlaceholder, "owner", "reference", "staff"},
	message.TemplateLeadQuoteDue:       {"details", "due", linkPlaceholder, "reference", "staff"},
	message.TemplateLeadQuoteLate:      {"details", "due", linkPlaceholder, "owner", "reference", "staff"},
	message.TemplateLeadKept:           {"details", "due", linkPlaceholder, "owner", "reference", "staff"},
	message.TemplateTaskAssigned:       {"details", "due", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateTaskReminded:       {"details", "due", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateTaskDue:            {"details", "due", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateTaskOverdue:        {"details", "due", linkPlaceholder, "owner", "reference", "staff", "title"},
	message.TemplateTaskMentioned:      {linkPlaceholder, "reference", "staff", "title"},

	message.TemplateComplaintAcknowledged: toCustomer("promise"),
	message.TemplateComplaintReceived:     {"branch", "branch_phone", "promise", "reference", "shop"},
	message.TemplateComplaintEvidence:     toCustomer("evidence"),
	message.TemplateComplaintOffered:      toCustomer("offer", "until"),
	message.TemplateComplaintVerify:       toCustomer("offer", "until"),
	message.TemplateComplaintReminded:     toCustomer("after", "until", "wanted"),
	message.TemplateComplaintReplied:      toCustomer("text"),
	message.TemplateComplaintProgress:     toCustomer("offer", "promise"),
	message.TemplateComplaintPromise:      toCustomer("promise", "stage"),
	message.TemplateComplaintPromises:     {"branch", "branch_phone", "cases", "shop"},
	message.TemplateComplaintJoined:       toCustomer("other"),
	message.TemplateComplaintUnanswered:   toCustomer("until"),
	message.TemplateComplaintWithdrawn:    toCustomer("until"),
	message.TemplateComplaintAssigned: {
		"defects", "details", "due", linkPlaceholder, "next", "reference", "severity", "staff",
	},
	message.TemplateComplaintHalf:       {"details", "due", linkPlaceholder, "next", "reference", "staff"},
	message.TemplateComplaintDue:        {"details", "due", linkPlaceholder, "next", "reference", "staff"},
	message.TemplateComplaintOverdue:    {"details", "due", linkPlaceholder, "next", "owner", "reference", "staff"},
	message.TemplateComplaintApproval:   {"details", "decision", "due", linkPlaceholder, "owner", "reference", "staff"},
	message.TemplateComplaintRefused:    {"details", "decision", linkPlaceholder, "next", "outcome", "reference", "staff"},
	message.TemplateComplaintCall:       {"details", linkPlaceholder, "reference", "staff", "wanted"},
	message.TemplateComplaintDecided:    {"details", "decision", linkPlaceholder, "next", "reference", "staff"},
	message.TemplateComplaintAnswered:   {"details", linkPlaceholder, "reference", "staff"},
	message.TemplateComplaintToCorrect:  {"details", "due", linkPlaceholder, "owner", "reference", "staff"},
	message.TemplateComplaintCorrection: {"details", "due", linkPlaceholder, "owner", "reference", "staff"},
	message.TemplateComplaintEffect:     {"details", linkPlaceholder, "reference", "staff"},

	message.TemplateComplaintCode:  {"branch", "branch_phone", "code", "shop", "until"},
	message.TemplateContactCode:    {"branch", "branch_phone", "code", "shop", "until"},
	message.TemplateContactWritten: {"branch", "branch_phone", "shop", "text", "title"},
	// without the file's name: whose the address is may be what a stranger said
	message.TemplateContactInfected: {"branch", "branch_phone", "moment", "shop"},
	message.TemplateAccountChanged:  {"author", "changes", "colleague", linkPlaceholder, "moment", "staff"},

	message.TemplateHoldAsked:     toCustomer("asked", "choices", "due", "job"),
	message.TemplateHoldQuestion:  {"asked", "branch", "branch_phone", "choices", "due", "job", "reference", "shop"},
	message.TemplateHoldReminded:  toCustomer("asked", "choices", "due", "job"),
	message.TemplateHoldAssigned:  {"details", "asker", "due", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateHoldDue:       {"details", "asker", "due", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateHoldEscalated: {"details", "asker", "due", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateHoldOverdue:   {"details", "asker", "due", linkPlaceholder, "owner", "reference", "staff", "title"},
	message.TemplateHoldAnswered:  {"answer", linkPlaceholder, "reference", "staff", "title"},
	message.TemplateHoldWithdrawn: {"asker", linkPlaceholder, "owner", "reference", "staff", "title"},
}

// toCustomer are the placeholders of a message to a customer whose case stands behind a link.
func toCustomer(further ...string) []string {
	return append([]string{"branch", "branch_phone", linkPlaceholder, "reference", "shop"}, further...)
}

// smsPlaces lists which of its placeholders a message says in an SMS. Values there stand for words that are
// registered with the provider, so the list is part of that registration.
var smsPlaces = map[string][]string{
	message.TemplateLeadAcknowledged:      {"branch_phone", "promise", "reference", "shop"},
	message.TemplateLeadPostponed:         {"branch_phone", "promise", "reference", "shop"},
	message.TemplateComplaintAcknowledged: {linkPlaceholder, "promise", "reference", "shop"},
	// what is needed may be long: it is at the link
	message.TemplateComplaintEvidence:  {linkPlaceholder, "reference", "shop"},
	message.TemplateComplaintOffered:   {linkPlaceholder, "reference", "shop", "until"},
	message.TemplateComplaintVerify:    {linkPlaceholder, "reference", "shop", "until"},
	message.TemplateComplaintReplied:   {linkPlaceholder, "reference", "shop"},
	message.TemplateComplaintPromise:   {linkPlaceholder, "promise", "reference", "shop"},
	message.TemplateComplaintWithdrawn: {linkPlaceholder, "reference", "shop", "until"},
	message.TemplateComplaintCode:      {"code", "shop", "until"},
	message.TemplateContactCode:        {"code", "shop", "until"},
	message.TemplateContactWritten:     {"branch_phone", "shop"},
	message.TemplateContactInfected:    {"branch_phone", "shop"},
	message.TemplateHoldAsked:          {"branch_phone", "due", "job", linkPlaceholder, "shop"},
	message.TemplateHoldReminded:       {"branch_phone", "due", "job", linkPlaceholder, "shop"},
}

// SMSNames lists the messages that may go out as SMS; a provider that takes registered words has to know each of
// them in both languages.
func SMSNames() []string { return slices.Sorted(maps.Keys(smsPlaces)) }

// files has the words of each message in six files, templates/<area>/<what it says>.<zh|en>.<subject|txt|html>.
// What may go out as SMS has two more, .sms. The frame around every page stands beside the areas.
//
//go:embed templates
var files embed.FS

// fileOf is where a part of a message stands: "lead-assigned" is lead/assigned.
func fileOf(name string, lang words.Lang, part string) string {
	area, says, _ := strings.Cut(name, "-")
	return fmt.Sprintf("templates/%s/%s.%s.%s", area, says, lang, part)
}

var shipped = sync.OnceValues(func() (templates, error) { return load(files) })

// Render words the message name in lang (anything but Zh reads English) and returns its subject, text and HTML.
// values holds exactly the message's placeholders, none blank: a message with a hole in it is not sent; those of
// ShopPlaces may be missing or blank. Values are escaped in the HTML, stand as they are in the text, and lose
// control characters in the subject; "{{…}}" within a value is text like any other. No part is longer than 64 kB.
func Render(name string, lang words.Lang, values map[string]string) (subject, text, page string, err error) {
	all, err := shipped()
	if err != nil {
		return "", "", "", err
	}
	return all.render(name, lang, values)
}

// RenderSMS words the message name as an SMS: the words in one line, and what stands in their places, in the order
// of the places. It takes the values that Render takes, and needs those alone that the SMS says.
func RenderSMS(name string, lang words.Lang, values map[string]string) (string, []Value, error) {
	all, err := shipped()
	if err != nil {
		return "", nil, err
	}
	places, ok := smsPlaces[name]
	if !ok {
		return "", nil, fmt.Errorf("notify: %q is no SMS", name)
	}
	said := map[string]string{}
	for _, p := range places {
		said[p] = strings.Join(strings.Fields(inSubject(strings.ToValidUTF8(values[p], "\uFFFD"))), " ")
		if said[p] == "" {
			return "", nil, fmt.Errorf("notify: %s lacks %s", name, p)
		}
	}
	if lang != words.Zh {
		lang = words.En
	}
	text := all[name][lang].sms
	body, err := text.fill(said, strings.Clone)
	if err != nil {
		return "", nil, fmt.Errorf("notify: %s: %w", name, err)
	}
	var list []Value
	for _, p := range text {
		if p.placeholder != "" {
			list = append(list, Value{Name: p.placeholder, Text: said[p.placeholder]})
		}
	}
	return body, list, nil
}

type templates map[string]map[words.Lang]wording

type wording struct{ subject, text, html, sms template }

func (all templates) render(name string, lang words.Lang, values map[string]string) (string, string, string, error) {
	if err := checkValues(name, values); err != nil {
		return "", "", "", err
	}
	if lang != words.Zh {
		lang = words.En
	}
	w := all[name][lang]
	subject, errSubject := w.subject.fill(values, inSubject)
	text, errText := w.text.fill(values, strings.Clone)
	page, errHTML := w.html.fill(values, html.EscapeString)
	if err := errors.Join(errSubject, errText, errHTML); err != nil {
		return "", "", "", fmt.Errorf("notify: %s: %w", name, err)
	}
	return subject, text, page, nil
}

func checkValues(name string, values map[string]string) error {
	want, ok := placeholders[name]
	if !ok {
		return fmt.Errorf("notify: there is no message %q", name)
	}
	for _, p := range want {
		if strings.TrimSpace(values[p]) == "" {
			return fmt.Errorf("notify: %s lacks %s", name, p)
		}
	}
	places := len(want)
	for _, p := range shopPlaces[name] {
		if _, given := values[p]; given {
			places++
		}
	}
	if len(values) != places {
		return fmt.Errorf("notify: %s is given a value that it has no place for", name)
	}
	if link, ok := values[linkPlaceholder]; ok && !strings.HasPrefix(link, "https://") &&
		!strings.HasPrefix(link, "http://") {
		return fmt.Errorf("notify: %s has a link that is not http", name)
	}
	return nil
}

func inSubject(value string) string {
	return strings.Map(func(r rune) rune {
		if breaksLine(r) {
			return -1
		}
		return r
	}, value)
}

// template is a parsed source: pieces of literal text and of placeholders.
type template []piece

type piece struct {
	literal     string
	placeholder string // set: the piece is this value
	optional    bool   // the piece is left out where the value is blank; else it has above and below around it
	above       string
	below       string
}

// parse reads a source whose only language is {{name}}, name being one of allowed, spelt without spaces.
func parse(source string, allowed []string) (template, error) {
	var t template
	for {
		before, rest, found := strings.Cut(source, open)
		t = append(t, piece{literal: before})
		if !found {
			return t, nil
		}
		name, after, ended := strings.Cut(rest, closed)
		if !ended {
			return nil, errors.New("a placeholder does not end")
		}
		if !slices.Contains(allowed, name) {
			return nil, fmt.Errorf("unknown placeholder %q", name)
		}
		t = append(t, piece{placeholder: name})
		source = after
	}
}

func (t template) fill(values map[string]string, escape func(string) string) (string, error) {
	var out strings.Builder
	for _, p := range t {
		text := p.literal
		if p.placeholder != "" {
			text = escape(strings.ToValidUTF8(values[p.placeholder], "\uFFFD"))
		}
		if p.optional && strings.TrimSpace(text) == "" {
			continue
		}
		text = p.above + text + p.below
		if out.Len()+len(text) > longestPart {
			return "", fmt.Errorf("longer than %d bytes", longestPart)
		}
		out.WriteString(text)
	}
	return out.String(), nil
}

// load reads every message in every language. Each HTML file is a body; frame.html is the page around it.
func load(fsys fs.FS) (templates, error) {
	frame, err := fs.ReadFile(fsys, frameFile)
	if err != nil {
		return nil, fmt.Errorf("notify: %w", err)
	}
	all := templates{}
	for name, allowed := range placeholders {
		all[name] = map[words.Lang]wording{}
		for _, lang := range []words.Lang{words.Zh, words.En} {
			w, err := loadWords(fsys, string(frame), name, lang, allowed)
			if err != nil {
				return nil, fmt.Errorf("notify: %s.%s: %w", name, lang, err)
			}
			all[name][lang] = w
		}
	}
	return all, nil
}

func loadWords(fsys fs.FS, frame, name string, lang words.Lang, allowed []string) (wording, error) {
	read := func(part string) (string, error) {
		source, err := fs.ReadFile(fsys, fileOf(name, lang, part))
		return string(source), err
	}
	subject, errSubject := read("subject")
	text, errText := read("txt")
	body, errHTML := read("html")
	if err := errors.Join(errSubject, errText, errHTML); err != nil {
		return wording{}, err
	}
	subject = strings.TrimSuffix(subject, "\n")
	if subject == "" || strings.ContainsFunc(subject, breaksLine) {
		return wording{}, errors.New("the subject is not one line")
	}
	page := strings.NewReplacer("{{frame_lang}}", languageTag(lang), "{{frame_title}}", html.EscapeString(subject),
		"{{frame_body}}", body).Replace(frame)

	var w wording
	w.subject, errSubject = parse(subject, allowed)
	w.text, errText = parseLeaving(text, allowed, shopPlaces[name])
	w.html, errHTML = parseLeaving(page, allowed, shopPlaces[name])
	if places, ok := smsPlaces[name]; ok {
		sms, err := read("sms")
		if sms = strings.TrimSuffix(sms, "\n"); err == nil && (sms == "" || strings.ContainsFunc(sms, breaksLine)) {
			err = errors.New("the SMS is not one line")
		}
		if err == nil {
			w.sms, err = parse(sms, places)
		}
		errText = errors.Join(errText, err)
	}
	return w, errors.Join(errSubject, errText, errHTML)
}
