package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"afterpress/infra/demo/people"
	"afterpress/infra/demo/premises"
	"afterpress/infra/local/seed"
	"afterpress/infra/local/stack"
	"afterpress/shared/boot"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/complaint/remedy"
	"afterpress/shared/crm/complaint/tally"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/crm/overview"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
)

// complaintStory is a complaint's way from the customer's link to its second end, played on a running shop.
type complaintStory struct {
	house    people.House
	link     func(contact string) (string, error) // where a contact complains
	lang     words.Lang                           // the customer's, and in which our people read
	pace     pace                                 // of the branch
	patience time.Duration                        // how late a step may be
	out      io.Writer

	clerk, service, finance, manager people.Colleague
	head                             staff.Staff // the owner of the shop
	customer                         customer.Customer
	contact, email                   string
	is                               complaint.Complaint // as it was read last
	page                             string              // the address of the customer's page, from the mail
	began, opened                    time.Time
}

// complaintAt is the story on open premises, at the pace of the demo.
func complaintAt(p *premises.Premises, lang words.Lang, patience time.Duration, out io.Writer) *complaintStory {
	link := func(contact string) (string, error) { return stack.CaseLink(p.Dir, contact, "") }
	return &complaintStory{house: p.House, link: link, lang: lang, pace: brisk, patience: patience, out: out}
}

func (c *complaintStory) steps() []step {
	triage := time.Duration(c.pace.triage) * time.Second
	return append([]step{
		{"last month: the customer was entered, and wants to hear of offers", 0, c.entered},
		{"the catalogues are off colour: the customer complains at the link", 0, c.complains},
		{"the acknowledgement lies in the inbox, with a promise", 0, c.acknowledged},
		{"somebody has it, and is told", 0, c.assigned},
		{"while it is open the customer gets no marketing, and the card says why", 0, c.frozen},
		{"nobody looks at it: the time is up, the manager is told", triage, c.managerTold},
		{"the promise would be broken: the customer is told a later time", triage, c.promiseCorrected},
		{"still nobody: the owner of the shop is told", triage * 3 / 2, c.headTold},
	}, append(c.firstRound(), c.secondRound()...)...)
}

// play plays the story and ends at the first step that does not happen in its time.
func (c *complaintStory) play(ctx context.Context) error {
	if err := c.signIn(); err != nil {
		return err
	}
	fmt.Fprintln(c.out, words.Text{Zh: "\n投诉", En: "\nA complaint"}.In(c.lang))
	c.began, c.opened = time.Now(), time.Now()
	for _, step := range c.steps() {
		due := time.Now()
		if at := c.opened.Add(step.at); step.at > 0 && at.After(due) {
			due = at
		}
		until, cancel := context.WithDeadline(ctx, due.Add(c.patience))
		seen, err := step.do(until)
		cancel()
		if err == nil && step.at > 0 && time.Now().Before(c.opened.Add(step.at)) {
			err = errors.New("it came before its time")
		}
		if err != nil {
			return fmt.Errorf("%s: this did not happen within %.1f s: %w", step.name, c.patience.Seconds(), err)
		}
		fmt.Fprintf(c.out, "%8.3f s  %s\n            %s\n", time.Since(c.began).Seconds(), step.name, seen)
	}
	if err := c.customersView(ctx); err != nil {
		return err
	}
	return c.report(ctx)
}

func (c *complaintStory) signIn() (err error) {
	for _, who := range []struct {
		is *people.Colleague
		by staff.Staff
	}{{&c.clerk, sales[0]}, {&c.service, service}, {&c.finance, finance}, {&c.manager, manager}} {
		if *who.is, err = c.house.Colleague(who.by.Subject, c.lang); err != nil {
			return err
		}
	}
	colleague := seed.Shop(boot.Now()).Staff
	c.head = colleague[slices.IndexFunc(colleague, func(p staff.Staff) bool { return p.Has(staff.Owner) })]
	return nil
}

// entered makes the customer with a contact, who has said yes to marketing.
func (c *complaintStory) entered(ctx context.Context) (string, error) {
	c.email = fmt.Sprintf("fang.%d@customer.example", time.Now().UnixNano())
	in := map[string]any{
		"kind": "company", "name": "方记家居有限公司", "lang": c.lang, "source": "exhibition", "owner": sales[0].ID,
		"contact": map[string]any{"name": "方岚", "roles": []string{"buys"}, "emails": []map[string]any{{"value": c.email}}},
	}
	if err := c.clerk.Make(ctx, "/customers", in, &c.customer); err != nil {
		return "", err
	}
	card, err := c.card(ctx)
	if err != nil || len(card.Contacts) != 1 {
		return "", errors.Join(err, fmt.Errorf("the card has %d contacts", len(card.Contacts)))
	}
	c.contact = card.Contacts[0].ID
	yes := map[string]any{"purpose": message.PurposeMarketing, "channel": message.ChannelEmail, "yes": true,
		"at":   time.Now().Add(-time.Hour).UTC().Format(time.RFC3339),
		"text": "我愿意收到澜印印刷的优惠信息。", "source": "展会登记表", "proof": "登记表第 12 页"}
	var said gate.ConsentEntry
	if err := c.clerk.Make(ctx, "/contacts/"+c.contact+"/consents", yes, &said); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s, %s", c.customer.Name, c.customer.ID), nil
}

// card is all that matters of the customer, as the clerk has it.
func (c *complaintStory) card(ctx context.Context) (overview.Overview, error) {
	var o overview.Overview
	return o, c.clerk.Read(ctx, "/customers/"+c.customer.ID+"/360", &o)
}

func (c *complaintStory) complains(ctx context.Context) (string, error) {
	address, err := c.link(c.contact)
	if err != nil {
		return "", err
	}
	view, err := c.house.Visit(ctx, address+"?lang="+string(c.lang))
	if err != nil {
		return "", err
	}
	if len(view.Forms) == 0 {
		return "", errors.New("the page behind the link has no form")
	}
	c.opened = time.Now()
	text := words.Text{Zh: "封面的红色偏暗，和签字样张明显不一样，大约六百本。",
		En: "The red of the cover is dull and clearly not that of the signed proof, on some six hundred copies."}
	if _, err = c.house.Submit(ctx, view.Forms[0], map[string]string{
		"defects": string(defect.ColourDeviation), "words": text.In(c.lang), "job": "J-2611-0417", "affected": "600",
		"delivered": "5000", "wanted": string(remedy.PartReprint),
	}); err != nil {
		return "", err
	}
	// The board is the service desk's first look at it.
	err = people.Await(ctx, "complaint of "+c.customer.ID+" on the board", func() (bool, error) {
		var board struct{ Items []complaint.Card }
		err := c.service.Read(ctx, "/complaints?customer="+c.customer.ID, &board)
		if len(board.Items) == 1 {
			c.is.ID = board.Items[0].ID
		}
		return len(board.Items) == 1, err
	})
	return fmt.Sprintf("%s: “%s”", words.Reference(c.is.ID), text.In(c.lang)), err
}

// follow reads the complaint until it is as it should be.
func (c *complaintStory) follow(ctx context.Context, what string, is func(complaint.Complaint) bool) error {
	return people.Await(ctx, what, func() (bool, error) {
		var read complaint.Complaint
		err := c.service.Read(ctx, "/complaints/"+c.is.ID, &read)
		c.is = read
		return err == nil && is(read), err
	})
}

// mailed waits until so many mails about the complaint whose subject has the words lie in an inbox, and gives the
// newest.
func (c *complaintStory) mailed(ctx context.Context, to string, n int, zh, en string) (people.Mail, error) {
	lang := words.En // our people in the demo read English, the owner of the shop Chinese
	switch to {
	case c.email:
		lang = c.lang
	case c.head.Email:
		lang = c.head.Lang
	}
	text := words.Text{Zh: zh, En: en}.In(lang)
	var found people.Mail
	err := people.Await(ctx, fmt.Sprintf("mail no. %d to %s about %q", n, to, text), func() (bool, error) {
		mails, err := c.house.Mails(ctx, to)
		seen := 0
		for _, m := range mails {
			if strings.Contains(m.Subject, words.Reference(c.is.ID)) && strings.Contains(m.Subject, text) {
				seen, found = seen+1, m
			}
		}
		return seen >= n, err
	})
	return found, err
}

// customerLink is how a mail leads the customer to the page.
var customerLink = regexp.MustCompile(`https?://\S+/c/\S+`)

func (c *complaintStory) acknowledged(ctx context.Context) (string, error) {
	mail, err := c.mailed(ctx, c.email, 1, "已收到您的投诉", "has your complaint")
	if err != nil {
		return "", err
	}
	if c.page = customerLink.FindString(mail.Text); c.page == "" {
		return "", errors.New("the mail has no link to the page")
	}
	promise := regexp.MustCompile(`(?m)^(我们将在|You will hear).*$`).FindString(mail.Text)
	return fmt.Sprintf("“%s”: %s", mail.Subject, promise), nil
}

func (c *complaintStory) assigned(ctx context.Context) (string, error) {
	if err := c.follow(ctx, "owner", func(r complaint.Complaint) bool { return r.Owner == service.ID }); err != nil {
		return "", err
	}
	mail, err := c.mailed(ctx, service.Email, 1, "由您负责", "is yours")
	return fmt.Sprintf("%s reads “%s”", service.Name, mail.Subject), err
}

// marketing waits until the card says whether marketing mails may go to the customer, and why not.
func (c *complaintStory) marketing(ctx context.Context, allowed bool) (string, error) {
	var said string
	err := people.Await(ctx, "word about marketing on the card", func() (bool, error) {
		card, err := c.card(ctx)
		if err != nil || len(card.Contacts) != 1 {
			return false, err
		}
		i := slices.IndexFunc(card.Contacts[0].May, func(r overview.Reachable) bool {
			return r.Purpose == message.PurposeMarketing && r.Channel == message.ChannelEmail
		})
		if i < 0 {
			return false, errors.New("the card does not say whether marketing is allowed")
		}
		may := card.Contacts[0].May[i]
		said = words.Text{Zh: "可以发送营销邮件", En: "marketing mails may go to the customer"}.In(c.lang)
		if !may.Allowed {
			said = words.Text{Zh: "不发送营销邮件：", En: "no marketing mail: "}.In(c.lang) + may.Text
		}
		return may.Allowed == allowed && (allowed || may.Reason == message.ReasonComplaint), nil
	})
	return said, err
}

func (c *complaintStory) frozen(ctx context.Context) (string, error) { return c.marketing(ctx, false) }
func (c *complaintStory) thawed(ctx context.Context) (string, error) { return c.marketing(ctx, true) }

func (c *complaintStory) managerTold(ctx context.Context) (string, error) {
	mail, err := c.mailed(ctx, manager.Email, 1, "已逾期", "is overdue")
	return fmt.Sprintf("%s reads “%s”", manager.Name, mail.Subject), err
}

func (c *complaintStory) promiseCorrected(ctx context.Context) (string, error) {
	mail, err := c.mailed(ctx, c.email, 1, "新的时间", "a new time")
	if err != nil {
		return "", err
	}
	err = c.follow(ctx, "later promise", func(r complaint.Complaint) bool { return r.Promises > 0 })
	return fmt.Sprintf("“%s”: by %s", mail.Subject, c.is.Promised.Format("15:04:05Z")), err
}

func (c *complaintStory) headTold(ctx context.Context) (string, error) {
	mail, err := c.mailed(ctx, c.head.Email, 1, "已逾期", "is overdue")
	return fmt.Sprintf("%s reads “%s”", c.head.Name, mail.Subject), err
}

// once looks for messages that went out twice.
func (c *complaintStory) once(ctx context.Context) (string, error) {
	n := 0
	seen := map[string]bool{}
	for _, to := range []string{c.email, manager.Email, service.Email, finance.Email, c.head.Email} {
		mails, err := c.house.Mails(ctx, to)
		if err != nil {
			return "", err
		}
		for _, m := range mails {
			if !strings.Contains(m.Subject, words.Reference(c.is.ID)) {
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

// customersView prints the page behind the customer's link.
func (c *complaintStory) customersView(ctx context.Context) error {
	view, err := c.house.Visit(ctx, c.page)
	if err != nil {
		return err
	}
	fmt.Fprintln(c.out, words.Text{Zh: "\n客户看到的页面", En: "\nWhat the customer reads"}.In(c.lang))
	for _, line := range view.Lines {
		fmt.Fprintln(c.out, "  "+line)
	}
	return nil
}

// report prints the complaints of the branch by defect, as its manager has them.
func (c *complaintStory) report(ctx context.Context) error {
	var r tally.Report
	err := people.Await(ctx, "settled complaint in the report", func() (bool, error) {
		err := c.manager.Read(ctx, "/reports/complaints?by=defect", &r)
		return len(r.Rows) > 0 && r.Rows[0].Settled > 0, err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, words.Text{Zh: "\n按缺陷统计的投诉，%s 至 %s\n", En: "\nComplaints by defect, %s to %s\n"}.In(c.lang),
		r.From, r.To)
	for _, row := range r.Rows {
		var cost []string
		for _, m := range row.Cost {
			cost = append(cost, m.Words(c.lang))
		}
		text := words.Text{Zh: "  %s：登记 %d，共 %d 轮，已解决 %d 轮，按期 %d，成本 %s\n",
			En: "  %s: opened %d, %d rounds in all, settled %d of them, in time %d, cost %s\n"}
		fmt.Fprintf(c.out, text.In(c.lang), row.Name, row.Opened, row.Rounds, row.Settled, row.InTime,
			strings.Join(cost, ", "))
	}
	return nil
}
