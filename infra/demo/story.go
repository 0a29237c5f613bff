package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/setup"
	"afterpress/shared/kernel/money"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/history"
	"afterpress/shared/store/table"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// story is a lead's way from a form to the first contact, played on a running shop.
type story struct {
	house    people.House
	temporal client.Client
	lang     words.Lang    // the visitor's, and the timeline's
	pace     pace          // of the branch
	patience time.Duration // how late a step may be
	out      io.Writer

	email     string // the visitor's; new in each story
	manager   people.Colleague
	posted    time.Time
	lead      lead.Lead
	reference string
}

// step is one thing that has to happen. At is when it is due, counted from the moment when the form was posted.
type step struct {
	name string
	at   time.Duration
	do   func(context.Context) (seen string, err error)
}

func (s *story) steps() []step {
	contact, overdue := time.Duration(s.pace.contact)*time.Second, time.Duration(s.pace.overdue)*time.Second
	return []step{
		{"the visitor sends the form", 0, s.post},
		{"the acknowledgement lies in the inbox", 0, s.acknowledged},
		{"the lead has an owner and a deadline", 0, s.assigned},
		{"its owner is told", 0, s.told},
		{"so is the chat of the branch", 0, s.chatted},
		{"nobody reacts: half of the time is gone, the owner is reminded", contact / 2, s.remindedHalf},
		{"nobody reacts: the time is up, the owner is reminded", contact, s.remindedDue},
		{"nobody reacts: the next person has the lead", contact + overdue, s.reassigned},
		{"the next person is told", contact + overdue, s.told},
		{"the manager is told", contact + overdue, s.managerTold},
		{"the next person calls the visitor and says so", contact + overdue, s.contacted},
		{"the order comes: the lead is won", contact + overdue, s.won},
		{"the follow-up has ended", contact + overdue, s.ended},
		{"nobody was written to twice", contact + overdue, s.once},
	}
}

// play plays the story and ends at the first step that does not happen in its time.
func (s *story) play(ctx context.Context) error {
	var err error
	if s.manager, err = s.house.Colleague(manager.Subject, s.lang); err != nil {
		return err
	}
	s.posted = time.Now()
	for _, step := range s.steps() {
		until, cancel := context.WithDeadline(ctx, s.posted.Add(step.at+s.patience))
		seen, err := step.do(until)
		cancel()
		if err != nil {
			return fmt.Errorf("%s: this did not happen within %.1f s of the post: %w", step.name,
				(step.at + s.patience).Seconds(), err)
		}
		fmt.Fprintf(s.out, "%8.3f s  %s\n            %s\n", time.Since(s.posted).Seconds(), step.name, seen)
	}
	return s.timeline(ctx)
}

func (s *story) post(ctx context.Context) (string, error) {
	page, err := s.house.Open(ctx, formID, s.lang)
	if err != nil {
		return "", err
	}
	s.email = fmt.Sprintf("lin.%d@visitor.example", time.Now().UnixNano())
	s.posted = time.Now()
	submission, err := s.house.Send(ctx, page, map[string]string{
		"name": "林小满", "company": "小满茶业", "email": s.email, "product": "packaging", "quantity": "2000",
		"message": "茶叶礼盒，四色印刷，哑膜。",
	})
	if err != nil {
		return "", err
	}
	var kept form.Submission
	if err := s.manager.Read(ctx, "/submissions/"+submission, &kept); err != nil {
		return "", err
	}
	s.lead.ID, s.reference = kept.Lead, words.Reference(kept.Lead)
	return fmt.Sprintf("%s, kept as %s (%s)", page.URL.Path, submission, kept.Outcome), nil
}

func (s *story) acknowledged(ctx context.Context) (string, error) {
	mail, err := s.house.AwaitMail(ctx, s.email, s.reference)
	if err != nil {
		return "", err
	}
	after := time.Since(s.posted).Milliseconds()
	var rules setup.Policy
	if err := s.manager.Read(ctx, "/policies/"+branch, &rules); err != nil {
		return "", err
	}
	signature := rules.Texts.In(s.lang)["signature"] // a shop of an earlier demo has none
	for line := range strings.Lines(signature) {
		if !strings.Contains(mail.Text, strings.TrimSpace(line)) {
			return "", fmt.Errorf("the mail is not signed with %q: %s", signature, mail.Text)
		}
	}
	first, _, _ := strings.Cut(signature, "\n")
	return fmt.Sprintf("“%s”, %d ms after the post, signed “%s”", mail.Subject, after, first), nil
}

// follow reads the lead until it is as it should be.
func (s *story) follow(ctx context.Context, what string, is func(lead.Lead) bool) error {
	return people.Await(ctx, what, func() (bool, error) {
		err := s.manager.Read(ctx, "/leads/"+s.lead.ID, &s.lead)
		return err == nil && is(s.lead), err
	})
}

func (s *story) assigned(ctx context.Context) (string, error) {
	err := s.follow(ctx, "owner", func(l lead.Lead) bool { return l.State == lead.StateAssigned })
	return s.summary(), err
}

func (s *story) reassigned(ctx context.Context) (string, error) {
	err := s.follow(ctx, "second owner", func(l lead.Lead) bool { return l.Turn == 2 })
	return s.summary(), err
}

func (s *story) summary() string {
	return fmt.Sprintf("%s is %s: %s, first contact due %s", s.reference, s.lead.State, s.owner().Name,
		s.lead.Due.Format("15:04:05Z"))
}

// owner is whose lead it is now.
func (s *story) owner() staff.Staff {
	i := slices.IndexFunc(sales, func(p staff.Staff) bool { return p.ID == s.lead.Owner })
	if i < 0 {
		return manager
	}
	return sales[i]
}

// mailed waits for a mail to a colleague about the lead.
func (s *story) mailed(ctx context.Context, to staff.Staff, text string) (string, error) {
	mail, err := s.house.AwaitMail(ctx, to.Email, s.reference, text)
	return fmt.Sprintf("%s reads “%s”", to.Name, mail.Subject), err
}

func (s *story) told(ctx context.Context) (string, error) {
	return s.mailed(ctx, s.owner(), "New lead")
}

// chatted waits for the words in the group of the branch.
func (s *story) chatted(ctx context.Context) (string, error) {
	robot := seed.Robots[2]
	post, err := s.house.AwaitMail(ctx, robot.Name+"@"+robot.Kind+".example", s.reference, s.owner().Name)
	return fmt.Sprintf("the group %s reads “%s”", robot.Name, post.Subject), err
}

func (s *story) remindedHalf(ctx context.Context) (string, error) {
	return s.mailed(ctx, s.owner(), "Reminder")
}

func (s *story) remindedDue(ctx context.Context) (string, error) {
	return s.mailed(ctx, s.owner(), "Time is up")
}

func (s *story) managerTold(ctx context.Context) (string, error) {
	return s.mailed(ctx, manager, "went to "+s.owner().Name)
}

func (s *story) contacted(ctx context.Context) (string, error) {
	owner, err := s.house.Colleague(s.owner().Subject, s.lang)
	if err != nil {
		return "", err
	}
	call := map[string]string{"channel": "call", "outcome": customer.OutcomeQuote, "note": "要三种盒型的报价。"}
	err = owner.Command(ctx, "/leads/"+s.lead.ID+"/contact", call, &s.lead)
	return fmt.Sprintf("%s is %s by %s", s.reference, s.lead.State, s.owner().Name), err
}

func (s *story) won(ctx context.Context) (string, error) {
	owner, err := s.house.Colleague(s.owner().Subject, s.lang)
	if err != nil {
		return "", err
	}
	order := map[string]any{"order": "J-118", "amount": money.Money{Minor: 128_000, Currency: "CNY"}}
	err = owner.Command(ctx, "/leads/"+s.lead.ID+"/win", order, &s.lead)
	return fmt.Sprintf("%s is %s with order J-118", s.reference, s.lead.State), err
}

func (s *story) ended(ctx context.Context) (string, error) {
	id := s.lead.Progress().WorkflowID()
	err := people.Await(ctx, "end of workflow "+id, func() (bool, error) {
		run, err := s.temporal.DescribeWorkflowExecution(ctx, id, "")
		return err == nil && run.WorkflowExecutionInfo.Status == enumspb.WORKFLOW_EXECUTION_STATUS_COMPLETED, err
	})
	return id, err
}

// once looks for messages that went out twice.
func (s *story) once(ctx context.Context) (string, error) {
	n := 0
	seen := map[string]bool{}
	for _, to := range []string{s.email, manager.Email, sales[0].Email, sales[1].Email} {
		mails, err := s.house.Mails(ctx, to)
		if err != nil {
			return "", err
		}
		for _, m := range mails {
			if !strings.Contains(m.Subject, s.reference) {
				continue
			}
			if n++; seen[m.Headers.Key] {
				return "", errors.New("sent twice: " + m.Subject)
			}
			seen[m.Headers.Key] = true
		}
	}
	return fmt.Sprintf("%d mails, each once", n), nil
}

// timeline prints what the shop knows of the visitor now, oldest first.
func (s *story) timeline(ctx context.Context) error {
	var page table.Page[history.TimelineEntry]
	if err := s.manager.Read(ctx, "/customers/"+s.lead.Customer+"/timeline?limit=100", &page); err != nil {
		return err
	}
	fmt.Fprintln(s.out, words.Text{Zh: "\n客户时间线", En: "\nThe customer's timeline"}.In(s.lang))
	for _, e := range slices.Backward(page.Items) {
		fmt.Fprintf(s.out, "  %s  %s  %s\n", e.At.Format("15:04:05.000Z"), e.Text, detail(e))
	}
	return nil
}

// detail is what an entry is about: a person, a message's template, or how a contact ended.
func detail(e history.TimelineEntry) string {
	if i := slices.IndexFunc(sales, func(p staff.Staff) bool { return p.ID == e.Data["owner"] }); i >= 0 {
		return sales[i].Name
	}
	return cmp.Or(e.Data["template"], e.Data["outcome"], e.Data["form"])
}
