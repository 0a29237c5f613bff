package hook_test

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"afterpress/functions/intake/hook"
	"afterpress/infra/local/seed"
	"afterpress/shared/crm/customer"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/lead"
	"afterpress/shared/crm/task"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/work"
)

// hookedWithFiles is a door that takes signed calls, and has a bucket.
func hookedWithFiles(t testing.TB) *door {
	t.Helper()
	b := storetest.NewWithFiles(t)
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts)
	d.listen(facts, slog.New(slog.NewJSONHandler(io.Discard, nil)))
	return d
}

// enclosing is a letter with files, by their names.
func enclosing(text string, files map[string][]byte, lines ...string) string {
	parts := "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text + "\r\n"
	for name, content := range files {
		parts += "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=\"" + name +
			"\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(content) + "\r\n"
	}
	return letter(parts+"--b--\r\n", append(lines, "Content-Type: multipart/mixed; boundary=b")...)
}

// attachedTo are the names of the files that are kept with a record.
func (d *door) attachedTo(t testing.TB, of string) []string {
	t.Helper()
	folder, err := d.ArtworkFolder(t.Context(), of)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range folder.Attached() {
		out = append(out, a.Name)
	}
	return out
}

func (d *door) openTasks(t testing.TB) []task.Card {
	t.Helper()
	page, err := d.Bench.Store.Tasks(t.Context(), work.TaskQuery{Branches: everywhere, Paging: storePage})
	if err != nil {
		t.Fatal(err)
	}
	return page.Items
}

// lose ends a lead.
func (d *door) lose(t testing.TB, id string) {
	t.Helper()
	if _, err := d.ChangeLead(t.Context(), id, func(l lead.Lead) (lead.Lead, event.Event, error) {
		return l.Lose(staff.ActorOf(storetest.Person(t, d.Bench, 2)), lead.Loss{Reason: "price"},
			storetest.Terms(t, d.Bench, l.Branch).Lead(), d.Clock.Now())
	}); err != nil {
		t.Fatal(err)
	}
}

// A stranger's enquiry waits for a colleague, who has a task; a known customer's is a lead at once, with its file. The
// answer says which, and a repeat gets the same one.
func TestAnEnquiryByMail(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	files := map[string][]byte{"名片.pdf": storetest.Brochure}
	stranger := enclosing("报价？", files, "From: =?utf-8?B?546L6Iqz?= <wang@new.example>", "To: hello@shop.example",
		"Subject: =?utf-8?B?5ZCN54mH?=")
	first := d.called(t, hook.SourceMail, "mail_1", stranger)
	taken(t, first)
	if again := d.called(t, hook.SourceMail, "mail_1", stranger); again.Body.String() != first.Body.String() {
		t.Errorf("%s, then %s", first.Body, again.Body)
	}
	kept := d.quarantined(t)
	if len(kept) != 1 || !strings.Contains(first.Body.String(), `"id":"`+kept[0].ID+`","state":"quarantined"`) {
		t.Fatalf("%s, kept %+v", first.Body, kept)
	}
	sub, err := d.Submission(t.Context(), kept[0].ID)
	if err != nil || sub.Letter == nil || sub.Letter.Name != "王芳" || sub.Letter.Subject != "名片" ||
		sub.Letter.Text != "报价？" || !slices.Equal(d.attachedTo(t, sub.ID), []string{"名片.pdf"}) {
		t.Errorf("%+v, %v, files %q", sub.Letter, err, d.attachedTo(t, sub.ID))
	}
	if tasks := d.openTasks(t); len(tasks) != 1 || tasks[0].About != sub.ID || tasks[0].Owner != managers[seed.Shanghai] {
		t.Errorf("%+v", tasks)
	}

	known, err := storetest.Enquire(t, d.Bench, storetest.Li(1))
	if err != nil {
		t.Fatal(err)
	}
	d.lose(t, known.ID)
	theirs := enclosing("再来 500 张", files, "From: "+known.Person.Email, "To: hello@shop.example")
	for range 2 {
		taken(t, d.called(t, hook.SourceMail, "mail_2", theirs))
	}
	answer := d.called(t, hook.SourceMail, "mail_2", theirs).Body.String()
	_, id, _ := strings.Cut(answer, `"id":"`)
	id, _, _ = strings.Cut(id, `"`)
	l, err := d.Lead(t.Context(), id)
	if err != nil || !l.Attached || l.Customer != known.Customer || l.Source != form.SourceMail ||
		l.Message != "再来 500 张" || !slices.Equal(d.attachedTo(t, l.Submission), []string{"名片.pdf"}) ||
		d.leads(t) != 2 {
		t.Errorf("%s: %+v, %v, files %q, %d leads", answer, l, err, d.attachedTo(t, l.Submission), d.leads(t))
	}
}

// Photos of a letter to a complaint are the complaint's files, once each, and what is kept is not named as lost.
func TestPhotosOfALetterAreTheComplaints(t *testing.T) {
	t.Parallel()
	d := hookedWithFiles(t)
	c, _, address, from := mailed(t, d)
	program := []byte("MZ" + strings.Repeat("x", 99))
	mail := enclosing("见照片", map[string][]byte{"1.jpg": storetest.Photo(t), "x.exe": program}, from, "To: "+address)
	for range 2 {
		taken(t, d.called(t, hook.SourceMail, "mail_1", mail))
	}
	if got := d.attachedTo(t, c.ID); !slices.Equal(got, []string{"1.jpg"}) {
		t.Errorf("kept: %q", got)
	}
	said := d.replies(t, c.ID)
	if len(said) != 1 || !strings.HasPrefix(string(said[0].Text), "见照片") ||
		!strings.Contains(string(said[0].Text), "x.exe") || strings.Contains(string(said[0].Text), "1.jpg") {
		t.Errorf("%+v", said)
	}
	if said[0].Letter == "" {
		t.Error("the letter cannot be read as it came")
	}
	taken(t, d.called(t, hook.SourceMail, "mail_2", enclosing("偷看", map[string][]byte{"2.jpg": storetest.Photo(t)},
		"From: mallory@elsewhere.example", "To: "+address)))
	if got := d.attachedTo(t, c.ID); len(got) != 1 {
		t.Errorf("a stranger's photo is kept: %q", got)
	}
	heard := d.heard(t, c.Customer)
	if len(heard) != 1 || heard[0].Letter == "" {
		t.Fatalf("%+v", heard)
	}
	tsk, err := d.Task(t.Context(), heard[0].Next.Task)
	if err != nil || !slices.Equal(tsk.Letters, []string{heard[0].Letter}) {
		t.Errorf("%+v, %v", tsk, err)
	}
	address, _, found, err := d.LinkLetter(t.Context(), c.Branch, heard[0].Letter, "x.eml")
	if err != nil || !found || !strings.Contains(address, "/letters/held/") {
		t.Errorf("%s, %v, %v", address, found, err)
	}
}

// Doubtful letters of one sender about one complaint are one task for the day; another sender's are another.
func TestOneTaskForDoubtfulLettersOfASender(t *testing.T) {
	t.Parallel()
	d := hooked(t)
	c, _, address, _ := mailed(t, d)
	for i, sender := range []string{"mallory@a.example", "mallory@a.example", "mallory@b.example", "Mallory@A.example"} {
		taken(t, d.called(t, hook.SourceMail, fmt.Sprint("mail_", i), letter("I accept.", "From: "+sender, "To: "+address)))
	}
	heard := d.heard(t, c.Customer)
	tasks := map[string]int{}
	for _, touch := range heard {
		if touch.Sender != customer.SenderStranger || touch.Next == nil {
			t.Fatalf("%+v", touch)
		}
		tasks[touch.Next.Task]++
	}
	counts := []int{}
	for id, n := range tasks {
		tsk, err := d.Task(t.Context(), id)
		if err != nil || len(tsk.Letters) != n || tsk.Customer != c.Customer {
			t.Errorf("%+v, %v", tsk, err)
		}
		counts = append(counts, n)
	}
	slices.Sort(counts)
	if !slices.Equal(counts, []int{1, 3}) || len(d.openTasks(t)) != 2 {
		t.Errorf("letters by task: %v, %d tasks", counts, len(d.openTasks(t)))
	}
}
