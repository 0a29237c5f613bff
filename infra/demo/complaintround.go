package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/verdict"
	"afterpress/shared/crm/complaint/why"
	"afterpress/shared/kernel/words"
)

// worn is the cause as staff record it for staff; the customer never reads it.
const worn = "墨键 7 号偏移，开机前未校准。"

// firstRound is what happens once somebody looks at the complaint: the way to the customer's yes and to the end.
func (c *complaintStory) firstRound() []step {
	return []step{
		{"at last it is triaged: severity 3, with the job's figures and their sources", 0, c.triaged},
		{"the copies are measured", 0, c.measured},
		{"the rule judges, and says why", 0, c.judged},
		{"a reprint is proposed; it passes what service may give: another person is asked", 0, c.proposed},
		{"who asked for it cannot approve it", 0, c.notByHerself},
		{"another person approves exactly that amount", 0, c.approved},
		{"the customer opens the offer at the link; opening it decides nothing", 0, c.offerSeen},
		{"the customer accepts by the button", 0, c.accepted},
		{"the reprint has a promised day, and the customer is told", 0, c.carriedOut},
		{"the goods are there: the customer is asked whether it is settled", 0, c.completed},
		{"the customer says so at the link", 0, c.settled},
		{"marketing may go to the customer again", 0, c.thawed},
		{"the cause is found, and the complaint is closed", 0, c.closed},
	}
}

// secondRound is the complaint that the customer opens again.
func (c *complaintStory) secondRound() []step {
	return []step{
		{"a box of the reprint is scuffed: the customer reopens it at the link", 0, c.reopened},
		{"marketing is frozen again", 0, c.frozen},
		{"it is triaged, measured and judged anew", 0, c.judgedAgain},
		{"an apology and ¥100: a small sum, but with the reprint it passes the limit, so another person is asked again", 0,
			c.proposedAgain},
		{"the customer accepts, finance enters the credit's number, and it is done", 0, c.madeGood},
		{"the customer says that it is settled, and it is closed for good", 0, c.closedAgain},
		{"nobody was written to twice", 0, c.once},
	}
}

// command gives a command to the complaint and reads how it stands then.
func (c *complaintStory) command(ctx context.Context, by people.Colleague, name string, in any) error {
	var next complaint.Complaint
	err := by.Command(ctx, "/complaints/"+c.is.ID+"/"+name, in, &next)
	if err == nil {
		c.is = next
	}
	return err
}

// stands says where the complaint is, and is an error where it should be elsewhere.
func (c *complaintStory) stands(state string) (string, error) {
	if c.is.State != state {
		return "", fmt.Errorf("it is %s, not %s", c.is.State, state)
	}
	return fmt.Sprintf("%s is %s, due %s", words.Reference(c.is.ID), c.is.State,
		c.is.Due.Format("2006-01-02 15:04:05Z")), nil
}

func (c *complaintStory) triaged(ctx context.Context) (string, error) {
	figure := func(value any, source string) map[string]any { return map[string]any{"value": value, "source": source} }
	in := map[string]any{"severity": 3, "job": map[string]any{
		"class": defect.ClassGeneral, "value": figure(cny(12_800), "order"), "ordered": figure(5000, "order"),
		"delivered":    figure(5000, "delivery-note"),
		"delivered_at": figure(time.Now().Add(-48*time.Hour).UTC().Format(time.RFC3339), "delivery-note"),
		"press":        "Komori L540", "paper": "157 g 铜版纸",
	}}
	if err := c.command(ctx, c.service, "triage", in); err != nil {
		return "", err
	}
	return c.stands(complaint.StateTriaged)
}

// cny is an amount as the API takes it.
func cny(yuan int64) map[string]any { return map[string]any{"minor": yuan * 100, "currency": "CNY"} }

func (c *complaintStory) measured(ctx context.Context) (string, error) {
	in := map[string]any{"measure": defect.MeasureDE00CMY, "value": 5200, "unit": "ΔE00", "samples": 5,
		"device": "X-Rite eXact, M1"}
	if err := c.command(ctx, c.service, "measure", in); err != nil {
		return "", err
	}
	return "ΔE00 5.2 over 5 copies", nil
}

// judged lets the rule decide and prints its reasons.
func (c *complaintStory) judged(ctx context.Context) (string, error) {
	facts := map[string]any{"defect": defect.ColourDeviation, "sample": verdict.SampleWorse,
		"proof": verdict.ProofDeviates, "file": verdict.FileCorrect, "cause": verdict.CauseOurs}
	if err := c.command(ctx, c.service, "decide", facts); err != nil {
		return "", err
	}
	var because why.File
	if err := c.service.Read(ctx, "/complaints/"+c.is.ID+"/why", &because); err != nil {
		return "", err
	}
	if because.Verdict == nil || because.Verdict.Liability != verdict.LiableUs {
		return "", errors.New("the rule does not find that it is ours")
	}
	return fmt.Sprintf("%s, %d %%\n            · %s\n            (%s, %s)", because.Verdict.Words,
		because.Verdict.OurShare,
		strings.Join(because.Verdict.Reasons, "\n            · "), because.Verdict.Rule, because.Policy), nil
}

func (c *complaintStory) proposed(ctx context.Context) (string, error) {
	at := time.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)
	reprint := map[string]any{"kind": remedy.PartReprint, "quantity": 600, "amount": cny(1280), "value": cny(1536),
		"promised_at": at}
	return c.ask(ctx, 1, reprint)
}

// ask proposes remedies that pass what the service desk may give, and waits until the approver is told, for the nth
// time.
func (c *complaintStory) ask(ctx context.Context, n int, remedies ...any) (string, error) {
	if err := c.command(ctx, c.service, "propose", map[string]any{"remedies": remedies}); err != nil {
		return "", err
	}
	if _, err := c.stands(complaint.StateAwaiting); err != nil {
		return "", err
	}
	mail, err := c.mailed(ctx, finance.Email, n, "请您审批", "your approval is needed")
	return fmt.Sprintf("%s reads “%s”: %s", finance.Name, mail.Subject, c.is.Approval.Amount.Words(c.lang)), err
}

func (c *complaintStory) notByHerself(ctx context.Context) (string, error) {
	var refused *people.Refused
	err := c.command(ctx, c.service, "approve", c.question())
	if !errors.As(err, &refused) || refused.Status != 403 {
		return "", cmp.Or(err, errors.New("she could approve it"))
	}
	return fmt.Sprintf("%s is answered %d", service.Name, refused.Status), nil
}

// question is what an approver has read.
func (c *complaintStory) question() map[string]any {
	return map[string]any{"no": c.is.Approvals, "amount": c.is.Approval.Amount}
}

func (c *complaintStory) approved(ctx context.Context) (string, error) {
	if err := c.command(ctx, c.finance, "approve", c.question()); err != nil {
		return "", err
	}
	return c.stands(complaint.StateOffered)
}

func (c *complaintStory) offerSeen(ctx context.Context) (string, error) {
	mail, err := c.mailed(ctx, c.email, c.is.Round, "我们的解决方案", "our offer")
	if err != nil {
		return "", err
	}
	before := c.is.Version
	view, err := c.house.Visit(ctx, customerLink.FindString(mail.Text))
	if err != nil {
		return "", err
	}
	if _, err := view.Form("say", complaint.SayAgree); err != nil {
		return "", err
	}
	err = c.follow(ctx, "offer as it was",
		func(r complaint.Complaint) bool { return r.State == complaint.StateOffered && r.Version == before })
	return fmt.Sprintf("“%s”", mail.Subject), err
}

// say presses a button on the customer's page.
func (c *complaintStory) say(ctx context.Context, word, state string) (string, error) {
	view, err := c.house.Visit(ctx, c.page)
	if err != nil {
		return "", err
	}
	form, err := view.Form("say", word)
	if err != nil {
		return "", err
	}
	if view, err = c.house.Submit(ctx, form, nil); err != nil {
		return "", err
	}
	if again := view.URL.Query().Get("ask"); again != "" { // an answer that binds is asked for once more
		if form, err = view.Form("sure", "on"); err != nil {
			return "", err
		}
		var typed map[string]string
		if again == complaint.SayReopen {
			typed = map[string]string{"text": "A box of the reprint is scuffed."}
		}
		if view, err = c.house.Submit(ctx, form, typed); err != nil {
			return "", err
		}
	}
	if stands := view.URL.Query().Get("stands"); stands != word {
		return "", fmt.Errorf("the page says %q", stands)
	}
	if err := c.follow(ctx, "complaint that is "+state,
		func(r complaint.Complaint) bool { return r.State == state }); err != nil {
		return "", err
	}
	return c.stands(state)
}

func (c *complaintStory) accepted(ctx context.Context) (string, error) {
	return c.say(ctx, complaint.SayAgree, complaint.StateAgreed)
}

func (c *complaintStory) carriedOut(ctx context.Context) (string, error) {
	in := map[string]any{"promised_at": time.Now().Add(72 * time.Hour).UTC().Format(time.RFC3339)}
	if err := c.command(ctx, c.service, "carry-out", in); err != nil {
		return "", err
	}
	mail, err := c.mailed(ctx, c.email, 1, "已开始处理", "under way")
	by := c.is.CarryOut.PromisedAt.Format("2006-01-02 15:04Z")
	return fmt.Sprintf("“%s”: with the customer by %s", mail.Subject, by), err
}

func (c *complaintStory) completed(ctx context.Context) (string, error) {
	if err := c.command(ctx, c.service, "complete", map[string]any{}); err != nil {
		return "", err
	}
	mail, err := c.mailed(ctx, c.email, c.is.Round, "请确认是否已解决", "is it settled")
	return fmt.Sprintf("“%s”", mail.Subject), err
}

func (c *complaintStory) settled(ctx context.Context) (string, error) {
	return c.say(ctx, complaint.SaySettled, complaint.StateCorrecting)
}

func (c *complaintStory) closed(ctx context.Context) (string, error) {
	if err := c.command(ctx, c.service, "find-cause",
		map[string]any{"factor": "machine", "internal_text": worn}); err != nil {
		return "", err
	}
	if err := c.command(ctx, c.service, "close", map[string]any{}); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s is %s: %s", words.Reference(c.is.ID), c.is.State, worn), nil
}

func (c *complaintStory) reopened(ctx context.Context) (string, error) {
	if _, err := c.say(ctx, complaint.SayReopen, complaint.StateNew); err != nil {
		return "", err
	}
	if c.is.Round != 2 {
		return "", fmt.Errorf("it is in round %d", c.is.Round)
	}
	return fmt.Sprintf("%s is %s, round %d", words.Reference(c.is.ID), c.is.State, c.is.Round), nil
}

func (c *complaintStory) judgedAgain(ctx context.Context) (string, error) {
	for _, do := range []func(context.Context) (string, error){c.triaged, c.measured} {
		if _, err := do(ctx); err != nil {
			return "", err
		}
	}
	return c.judged(ctx)
}

func (c *complaintStory) proposedAgain(ctx context.Context) (string, error) {
	sorry := map[string]any{"kind": remedy.Apology, "amount": cny(0), "value": cny(0)}
	credit := map[string]any{"kind": remedy.CreditNote, "amount": cny(100), "value": cny(100)}
	seen, err := c.ask(ctx, 2, sorry, credit)
	if err != nil {
		return "", err
	}
	_, err = c.approved(ctx)
	return seen, err
}

func (c *complaintStory) madeGood(ctx context.Context) (string, error) {
	if _, err := c.offerSeen(ctx); err != nil {
		return "", err
	}
	if _, err := c.accepted(ctx); err != nil {
		return "", err
	}
	number := map[string]any{"credit_number": "CN-2611-0098"}
	if err := c.command(ctx, c.finance, "carry-out", number); err != nil {
		return "", err
	}
	if _, err := c.completed(ctx); err != nil {
		return "", err
	}
	return fmt.Sprintf("credit %s; in all it cost %s", c.is.CarryOut.CreditNumber, c.is.Cost.Words(c.lang)), nil
}

func (c *complaintStory) closedAgain(ctx context.Context) (string, error) {
	if _, err := c.settled(ctx); err != nil {
		return "", err
	}
	return c.closed(ctx)
}
