package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"afterpress/infra/local/seed"
	"afterpress/shared/app"
	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/crm/form"
	"afterpress/shared/crm/hold"
	"afterpress/shared/crm/lead"
	"afterpress/shared/kernel/event"
	"afterpress/shared/kernel/staff"
	"afterpress/shared/kernel/words"
	"afterpress/shared/store/storetest"
	"afterpress/shared/store/table"
)

var artworkTrials = map[string]trial{
	"GET /complaints/{id}/artwork": {record: onComplaint(nil)},
	"POST /complaints/{id}/artwork": {record: onComplaint(nil),
		body: fields{"name": "photo.jpg", "bytes": 1000, "type": "image/jpeg"}},
	"GET /complaints/{id}/artwork/{artwork}":        {record: onComplaint((*bench).sendFile)},
	"POST /complaints/{id}/artwork/{artwork}/check": {record: onComplaint((*bench).uploadFile), body: fields{}},
	"POST /complaints/{id}/artwork/{artwork}/release": {record: onComplaint((*bench).heldFile),
		body: fields{"reason": "sender-confirmed"}},
	"POST /complaints/{id}/artwork/{artwork}/discard": {record: onComplaint((*bench).heldFile),
		body: fields{"reason": "suspicious"}},
	"POST /holds/{id}/artwork/{artwork}/release": {record: onHold((*bench).heldFile),
		body: fields{"reason": "sender-confirmed"}},
	"POST /holds/{id}/artwork/{artwork}/discard": {record: onHold((*bench).heldFile),
		body: fields{"reason": "suspicious"}},
	"POST /leads/{id}/artwork/{artwork}/release": {record: leadWithHeldFile,
		body: fields{"reason": "scanned-elsewhere"}},
	"POST /leads/{id}/artwork/{artwork}/discard": {record: leadWithHeldFile, body: fields{"reason": "not-needed"}},
	"GET /holds/{id}/artwork":                    {record: onHold(nil)},
	"POST /holds/{id}/artwork": {record: onHold(nil),
		body: fields{"name": "photo.jpg", "bytes": 1000, "type": "image/jpeg"}},
	"GET /holds/{id}/artwork/{artwork}":        {record: onHold((*bench).sendFile)},
	"POST /holds/{id}/artwork/{artwork}/check": {record: onHold((*bench).uploadFile), body: fields{}},
}

// onComplaint is a complaint of the caller, and a file of it where one is made.
func onComplaint(file func(b *bench, of, name string) artwork.Artwork) func(*bench, staff.Staff) string {
	return withFile(complaintIn(complaint.StateTriaged), file)
}

// onHold is an open question from production, and a file of it where one is made.
func onHold(file func(b *bench, of, name string) artwork.Artwork) func(*bench, staff.Staff) string {
	return withFile(holdIn(hold.StateAsked), file)
}

func withFile(record func(*bench, staff.Staff) string,
	file func(b *bench, of, name string) artwork.Artwork) func(*bench, staff.Staff) string {
	return func(b *bench, owner staff.Staff) string {
		b.t.Helper()
		b.files()
		id := record(b, owner)
		if file == nil {
			return id
		}
		return id + " " + file(b, id, "photo.pdf").ID
	}
}

// leadWithFile is a lead that came through the form, and the file that was sent with it and kept. The first one
// starts an object store.
func (b *bench) leadWithFile(name string,
	send func(of, name string) artwork.Artwork) (lead.Lead, artwork.Artwork) {
	b.t.Helper()
	b.files()
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	sub := form.Submission{ID: storetest.NewID("sub"), Version: 1, CreatedAt: b.Clock.Now(), Form: seed.Quote,
		Branch: seed.Shanghai, Lang: words.Zh}
	l, err := b.Capture(b.t.Context(),
		lead.Capture{Enquiry: form.Enquiry{Name: "李娜", Email: sub.ID + "@example.com", Lang: words.Zh},
			Source: form.SourceWeb, Form: seed.Quote, Submission: sub.ID, Terms: terms.Lead(), Life: terms.Policy.Life,
			By: staff.Visitor}, &sub)
	if err != nil {
		b.t.Fatal(err)
	}
	return l, send(sub.ID, name)
}

// files gives the bench a bucket; the first one starts an object store.
func (b *bench) files() {
	b.t.Helper()
	if b.Bucket == nil {
		b.Bucket = storetest.OpenBucket(b.t, time.Now)
		b.Store = b.Open(b.t)
		b.handler = b.door()
	}
}

// sendFile is a file that was sent with a record, and kept.
func (b *bench) sendFile(of, name string) artwork.Artwork {
	b.t.Helper()
	a, place := b.uploadFile(of, name), b.placeOf(of)
	a, err := b.DecideArtwork(b.t.Context(), place, a.ID)
	if err != nil || a.State != artwork.Attached {
		b.t.Fatalf("%+v, %v", a, err)
	}
	return a
}

// heldFile is a file that was sent with a record, and of which the scanner said nothing in time.
func (b *bench) heldFile(of, name string) artwork.Artwork {
	b.t.Helper()
	b.Bucket.Scanned = true
	a, err := b.DecideArtwork(b.t.Context(), b.placeOf(of), b.uploadFile(of, name).ID)
	b.Bucket.Scanned = false
	if err != nil || a.State != artwork.Scanning {
		b.t.Fatalf("%+v, %v", a, err)
	}
	b.Clock.Advance(artwork.ScanTime)
	return a
}

func (b *bench) placeOf(of string) artwork.Place {
	b.t.Helper()
	place, err := b.ArtworkPlace(b.t.Context(), of)
	if err != nil {
		b.t.Fatal(err)
	}
	return place
}

// uploadFile is a file that was sent with a record, and at which nobody has looked.
func (b *bench) uploadFile(of, name string) artwork.Artwork {
	b.t.Helper()
	place := b.placeOf(of)
	a, err := b.OfferArtwork(b.t.Context(), place, artwork.Artwork{Name: name})
	if err != nil {
		b.t.Fatal(err)
	}
	u, err := b.UploadArtwork(b.t.Context(), place, a, "")
	if err != nil {
		b.t.Fatal(err)
	}
	if status, said := storetest.Post(b.t, u, storetest.Brochure); status != http.StatusNoContent {
		b.t.Fatalf("%d %s", status, said)
	}
	return a
}

func TestAFileReachesStaff(t *testing.T) {
	t.Parallel()
	b := start(t)
	l, file := b.leadWithFile("盒子.exe", b.sendFile)
	list := into[table.Page[artwork.Artwork]](b.call("sales", "GET /leads/"+l.ID+"/artwork", nil).want(http.StatusOK))
	if len(list.Items) != 1 || list.Items[0].ID != file.ID || list.Items[0].Name != "盒子.exe" ||
		list.Items[0].Kind != artwork.KindPDF {
		t.Fatalf("%+v", list)
	}
	link := into[app.ArtworkLink](b.call("sales", "GET /leads/"+l.ID+"/artwork/"+file.ID, nil).want(http.StatusOK))
	if link.Name != "盒子.exe.pdf" || link.Ends.Sub(b.Clock.Now()) > 5*time.Minute || strings.Contains(link.URL, "盒子") {
		t.Errorf("%+v", link)
	}
	answer, err := http.Get(link.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if d := answer.Header.Get("Content-Disposition"); answer.StatusCode != 200 ||
		answer.Header.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(d, "attachment; ") || !strings.HasSuffix(d, ".exe.pdf") {
		t.Errorf("%d %v", answer.StatusCode, answer.Header)
	}
	timeline := b.call("sales", "GET /customers/"+l.Customer+"/timeline", nil, "Accept-Language",
		"zh").want(http.StatusOK).Body.String()
	if !strings.Contains(timeline, "客户上传了文件") || strings.Contains(timeline, "盒子") {
		t.Errorf("the timeline says %s", timeline)
	}

	other, theirs := b.leadWithFile("other.pdf", b.sendFile)
	for _, path := range []string{"/leads/" + l.ID + "/artwork/" + theirs.ID, "/leads/" + other.ID + "/artwork/" +
		file.ID, "/leads/" + l.ID + "/artwork/none"} {
		b.call("sales", "GET "+path, nil).want(http.StatusNotFound)
	}
	typed := b.lead(lead.StateNew, b.staff("sales")) // it came by no form
	if none := into[table.Page[artwork.Artwork]](b.call("sales", "GET /leads/"+typed.ID+"/artwork",
		nil).want(http.StatusOK)); len(none.Items) != 0 {
		t.Errorf("%+v", none)
	}
	b.call("sales", "GET /leads/"+typed.ID+"/artwork/"+file.ID, nil).want(http.StatusNotFound)
}

func TestAFormTakesFiles(t *testing.T) {
	t.Parallel()
	b := start(t)
	body := leaflets()
	asks := fields{"name": "artwork", "label": fields{"zh": "照片", "en": "Photos"},
		"artwork": fields{"most": 3, "max_bytes": 8 << 20, "kinds": []string{"jpeg", "png"}}}
	body["fields"] = append(body["fields"].([]fields), asks)
	made := into[form.Form](b.call("owner", "POST /forms", body).want(http.StatusCreated))
	if p, ok := made.ArtworkPolicy(); !ok || p.Most != 3 || p.Bytes != 8<<20 || len(p.Kinds) != 2 {
		t.Errorf("%+v", p)
	}
	patched := into[form.Form](b.call("owner", "PATCH /forms/"+made.ID+"/definition", fields{"region": "DE"}, "If-Match",
		quoted(1), "Content-Type", "application/merge-patch+json").want(http.StatusOK))
	if p, _ := patched.ArtworkPolicy(); p.Most != 3 {
		t.Errorf("a patch of something else changed it: %+v", p)
	}
	asks["required"] = true
	body["id"] = "other"
	b.call("owner", "POST /forms", body).want(http.StatusUnprocessableEntity)
	delete(asks, "required")
	asks["artwork"] = fields{"most": 3, "max_bytes": 8 << 20, "kinds": []string{"exe"}}
	b.call("owner", "POST /forms", body).want(http.StatusUnprocessableEntity)
}

// photographed is a complaint of the shop's own, to which a colleague may send photos.
func (b *bench) photographed() complaint.Complaint {
	b.t.Helper()
	b.files()
	terms, err := b.Shop.Terms(seed.Shanghai)
	if err != nil {
		b.t.Fatal(err)
	}
	c, e, err := complaint.Open(complaint.Opening{Channel: "phone", Defects: []defect.Kind{defect.Scratch}, Words: "划痕"},
		complaint.Opener{ID: storetest.NewID("cmp"), Customer: "cus_1", Contact: "con_1", By: staff.Visitor,
			Terms: terms.Complaint()}, b.Clock.Now())
	if err == nil {
		c, err = b.OpenComplaint(b.t.Context(), c, e)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return c
}

func TestStaffSendPhotosOfAComplaint(t *testing.T) {
	t.Parallel()
	b := start(t)
	c := b.photographed()
	at := "/complaints/" + c.ID + "/artwork"
	before := b.State()
	for _, role := range []string{"marketing", "integration", "manager-hangzhou"} {
		status := http.StatusForbidden
		if role == "manager-hangzhou" {
			status = http.StatusNotFound
		}
		b.call(role, "GET "+at, nil).want(status)
		b.call(role, "POST "+at, fields{"name": "a.jpg"}).want(status)
		b.call(role, "POST "+at+"/art_1/check", fields{}).want(status)
	}
	for _, wrong := range []string{"/holds/" + c.ID + "/artwork", "/complaints/" + storetest.NewID("cmp") + "/artwork",
		"/complaints/" + storetest.NewID("sub") + "/artwork"} {
		b.call("manager", "GET "+wrong, nil).want(http.StatusNotFound)
		b.call("manager", "POST "+wrong, fields{"name": "a.jpg"}).want(http.StatusNotFound)
	}
	b.call("service", "POST "+at, fields{"name": "a.jpg", "bytes": 9 << 20}).want(http.StatusUnprocessableEntity)
	b.call("service", "POST "+at, fields{"name": "a\u202egpj.exe"}).want(http.StatusUnprocessableEntity)
	b.call("service", "POST "+at, fields{"key": "a"}).want(http.StatusBadRequest)
	if b.State() != before {
		t.Fatal("a refusal changed something")
	}
	send := func(file []byte) artwork.Artwork {
		offer := into[app.ArtworkOffer](b.call("production", "POST "+at, fields{"name": "卷筒.jpg"}).want(http.StatusCreated))
		b.call("production", "POST "+at+"/"+offer.ID+"/check", fields{}).want(http.StatusConflict)
		if status, said := storetest.Post(t, offer.Upload, file); status != http.StatusNoContent {
			t.Fatalf("%d %s", status, said)
		}
		got := into[artwork.Artwork](b.call("production", "POST "+at+"/"+offer.ID+"/check", fields{}).want(http.StatusOK))
		return got
	}
	if got := send([]byte("<svg xmlns='http://www.w3.org/2000/svg'/>" +
		strings.Repeat(" ", 99))); got.State != artwork.Refused || got.Why == "" {
		t.Errorf("%+v", got)
	}
	photo := send(storetest.Photo(t))
	list := into[table.Page[artwork.Artwork]](b.call("finance", "GET "+at, nil).want(http.StatusOK))
	if photo.State != artwork.Attached || len(list.Items) != 1 || list.Items[0].ID != photo.ID ||
		list.Items[0].Name != "卷筒.jpg" {
		t.Errorf("%+v %+v", photo, list)
	}
	events := b.Events(t, "cus_1")
	if last := events[len(events)-1]; last.Type != event.ArtworkAttached || last.Cause != b.staff("production").ID ||
		last.Record != c.ID {
		t.Errorf("%+v", last)
	}
	if _, err := b.ChangeComplaint(t.Context(), c.ID,
		func(c complaint.Complaint) (complaint.Complaint, event.Event, error) {
			terms, err := b.Shop.Terms(seed.Shanghai)
			if err != nil {
				return c, event.Event{}, err
			}
			return c.Withdraw(staff.Visitor, "", terms.Complaint(), b.Clock.Now())
		}); err != nil {
		t.Fatal(err)
	}
	b.call("service", "POST "+at, fields{"name": "late.jpg"}).want(http.StatusConflict)
	b.call("service", "GET "+at, nil).want(http.StatusOK)
}

// A photo is copied before the record says so. When another one takes the last place meanwhile, the copy goes again.
func TestAPhotoThatMissesTheLastPlaceIsDropped(t *testing.T) {
	t.Parallel()
	b := start(t)
	for of, at := range map[string]string{b.photographed().ID: "/complaints/", b.hold(hold.StateAsked).ID: "/holds/"} {
		at += of + "/artwork"
		late := into[app.ArtworkOffer](b.call("production", "POST "+at, fields{"name": "late.jpg"}).want(http.StatusCreated))
		if status, said := storetest.Post(t, late.Upload, storetest.Photo(t)); status != http.StatusNoContent {
			t.Fatalf("%d %s", status, said)
		}
		b.Clock.Advance(artwork.Window + time.Minute) // its place goes to the next one
		for range artwork.PhotoPolicy().Most - 1 {
			b.sendFile(of, "photo.pdf")
		}
		last, met := b.uploadFile(of, "last.pdf"), false
		b.Cloud.Around(func(land func() (*http.Response, error)) (*http.Response, error) {
			if !met {
				met = true
				if a, err := b.DecideArtwork(t.Context(), b.placeOf(of), last.ID); err != nil || a.State != artwork.Attached {
					t.Errorf("%+v, %v", a, err)
				}
			}
			return land()
		})
		b.call("production", "POST "+at+"/"+late.ID+"/check", fields{}).want(http.StatusConflict)
		b.Cloud.Around(nil)
		for _, kept := range []string{late.ID, last.ID} {
			_, missing, err := b.Bucket.Look(t.Context(), "attached/"+of+"/"+kept, 1)
			if err != nil || missing != (kept == late.ID) || !met {
				t.Errorf("%s of %s is missing: %t, %v", kept, at, missing, err)
			}
		}
	}
}

func TestStaffSendPhotosOfAQuestion(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.files()
	at := "/holds/" + b.hold(hold.StateAsked).ID + "/artwork"
	offer := into[app.ArtworkOffer](b.call("production", "POST "+at, fields{"name": "卷筒.jpg"}).want(http.StatusCreated))
	if status, said := storetest.Post(t, offer.Upload, storetest.Photo(t)); status != http.StatusNoContent {
		t.Fatalf("%d %s", status, said)
	}
	photo := into[artwork.Artwork](b.call("production", "POST "+at+"/"+offer.ID+"/check", fields{}).want(http.StatusOK))
	list := into[table.Page[artwork.Artwork]](b.call("sales", "GET "+at, nil).want(http.StatusOK))
	if photo.State != artwork.Attached || len(list.Items) != 1 || list.Items[0].ID != photo.ID {
		t.Errorf("%+v %+v", photo, list)
	}
	link := into[app.ArtworkLink](b.call("sales", "GET "+at+"/"+photo.ID, nil).want(http.StatusOK))
	if kind, _ := storetest.Get(t, link.URL); kind != "application/octet-stream" {
		t.Errorf("handed out as %s", kind)
	}
}
