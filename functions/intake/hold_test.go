package intake_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"afterpress/infra/local/seed"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/hold"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
)

// asks is a question from production.
func asks(t testing.TB, d *door, customer, contact string) (hold.Hold, string) {
	t.Helper()
	terms, err := d.Shop.Terms(seed.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	boss, _ := d.Shop.Person(seed.StaffID(8))
	h, e, err := hold.Ask(hold.Question{Job: "J-5", Question: "纸张比签样偏黄，继续印还是停机？\n<b>请答复</b>",
		Choices: []string{"继续印", "停机换纸", "<i>先印 100 张</i>"}},
		storetest.NewID("hld"), customer, contact, boss.ID, staff.ActorOf(boss), terms.Hold(), d.Clock.Now())
	if err == nil {
		h, err = d.OpenHold(t.Context(), h, e)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h, d.caseLink(h.ID, "")
}

func (d *door) hold(t testing.TB, id string) hold.Hold {
	t.Helper()
	h, err := d.Hold(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAQuestionFromProductionIsAnswered(t *testing.T) {
	d := open(t)
	who := d.customer(t)
	h, at := asks(t, d, who.Customer, who.ID)
	page := d.page(t, at)
	saysNothingPrivate(t, page)
	golden(t, "hold_en.txt", strings.ReplaceAll(visible(page), words.Reference(h.ID), "REFERENCE"))
	if w := d.say(at, url.Values{"choice": {"0"}, "text": {" "}}); w.Code != 422 ||
		!strings.Contains(w.Body.String(), "Say what is to be done") {
		t.Errorf("nothing said: %d", w.Code)
	}
	if w := d.say(at, url.Values{"choice": {"4"}}); w.Code != 422 {
		t.Errorf("no such choice: %d", w.Code)
	}
	if d.hold(t, h.ID).Answer != nil {
		t.Fatal("it is answered")
	}
	answer := url.Values{"choice": {"2"}, "text": {"换 128 克"}}
	for range 2 {
		page = d.follow(t, d.say(at, answer))
		if text := visible(page); !strings.Contains(text, "Production has your answer") ||
			!strings.Contains(text, "停机换纸") || !strings.Contains(text, "换 128 克") || labels(page) != "" {
			t.Error(text)
		}
	}
	if a := d.hold(t, h.ID).Answer; a.Choice != 2 || a.By != staff.Visitor.ID || a.Channel != "link" ||
		d.hold(t, h.ID).Version != 2 {
		t.Errorf("%+v", a)
	}
	if text := visible(d.follow(t, d.say(at, url.Values{"choice": {"1"}}))); !strings.Contains(text,
		"Please look again") || d.hold(t, h.ID).Answer.Choice != 2 {
		t.Errorf("another answer: %s", text)
	}
	golden(t, "hold_answered_zh.txt",
		strings.ReplaceAll(visible(d.page(t, strings.Replace(at, "lang=en", "lang=zh", 1))), words.Reference(h.ID),
			"REFERENCE"))
}

func TestPhotosOfAQuestionAreShown(t *testing.T) {
	b := storetest.NewWithFiles(t)
	facts := b.OpenAs(t, "intake")
	d := hang(b, facts, facts)
	d.UploadOrigin = b.Bucket.Origin()
	d.Handler = d.Server.Handler()
	who := d.customer(t)
	h, at := asks(t, d, who.Customer, who.ID)
	place := h.ArtworkPlace()
	place.By = seed.StaffID(8)
	for _, file := range [][]byte{storetest.Photo(t), storetest.Brochure} {
		a, err := b.OfferArtwork(t.Context(), place, artwork.Artwork{Name: "a.jpg"})
		if err != nil {
			t.Fatal(err)
		}
		u, err := b.UploadArtwork(t.Context(), place, a, "")
		if err != nil {
			t.Fatal(err)
		}
		storetest.Post(t, u, file)
		if got, err := b.DecideArtwork(t.Context(), place, a.ID); err != nil || got.State != artwork.Attached {
			t.Fatalf("%+v %v", got, err)
		}
	}
	w := d.ask("GET", at, "")
	page := parse(t, w)
	var shown []string
	for _, img := range find(page, byTag("img")) {
		if src := attr(img, "src"); strings.HasPrefix(src, b.Bucket.Origin()) {
			shown = append(shown, src)
		}
	}
	if len(shown) != 1 || !strings.Contains(w.Header().Get("Content-Security-Policy"), "img-src 'self' "+
		b.Bucket.Origin()) {
		t.Fatalf("%v %s", shown, w.Header().Get("Content-Security-Policy"))
	}
	kind, disposition := storetest.Get(t, shown[0])
	if kind != "image/jpeg" || disposition != "inline" {
		t.Errorf("handed out as %s, %s", kind, disposition)
	}
	events := b.Events(t, who.Customer)
	if !slices.ContainsFunc(events, func(e event.Event) bool {
		return e.Type == event.ArtworkAttached && e.Cause == seed.StaffID(8) && e.Record == h.ID
	}) {
		t.Errorf("%+v", events)
	}
}
