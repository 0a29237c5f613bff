package artwork_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"afterpress/shared/crm/artwork"
	"afterpress/shared/crm/firm"
	"afterpress/shared/crm/form"
	"afterpress/shared/kernel/fault"
	"afterpress/shared/kernel/kerneltest"
	"afterpress/shared/kernel/token"
	"afterpress/shared/kernel/words"

	"pgregory.net/rapid"
)

// whole is a text file with a beginning and enough behind it.
func whole(begin string) []byte {
	return []byte(begin + "\n" + strings.Repeat("1 0 obj <</Type /Page>> endobj\n", 4) + "%%EOF\n")
}

func picture(t testing.TB, format string) []byte {
	t.Helper()
	var out bytes.Buffer
	dot := image.NewGray(image.Rect(0, 0, 1, 1))
	var err error
	if format == "png" {
		err = png.Encode(&out, dot)
	} else {
		err = jpeg.Encode(&out, dot, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func archive(t testing.TB, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte("MZ"))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// tiff is an image of one grey dot in either byte order.
func tiff(order binary.AppendByteOrder, mark string) []byte {
	out := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	tags := [][3]uint32{{256, 1, 1}, {257, 1, 1}, {258, 8, 1}, {262, 1, 1}, {273, 0, 1}, {279, 1, 1}}
	out = order.AppendUint16(out, uint16(len(tags)))
	for _, tag := range tags {
		out = order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(out, uint16(tag[0])), 4), tag[2]),
			tag[1])
	}
	return append(order.AppendUint32(out, 0), 0x80)
}

// padded is a beginning with zeros behind it.
func padded(begin string) []byte { return append([]byte(begin), make([]byte, 100)...) }

// riff is a RIFF file of the kind with an empty chunk.
func riff(kind string) []byte {
	return []byte("RIFF\x5c\x00\x00\x00" + kind + "vrsn\x50\x00\x00\x00" + strings.Repeat("\x00", 80))
}

// boxed is a file that begins with a box of the type, and goes on with an empty film.
func boxed(kind, content string) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(8+len(content)))
	return append(append(append(out, kind...), content...), padded("\x00\x00\x00\x6cmdat")...)
}

// stored is a ZIP with one file that is not compressed.
func stored(t testing.TB, name, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Store, CompressedSize64: uint64(len(content)),
		UncompressedSize64: uint64(len(content))})
	if err == nil {
		_, err = f.Write([]byte(content))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWhatAFileIsByItsBytes(t *testing.T) {
	pdf := whole("%PDF-1.7")
	for _, c := range []struct {
		what string
		file []byte
		want artwork.Kind // empty: refused
	}{
		{"PDF", pdf, artwork.KindPDF},
		{"PDF of Illustrator", whole("%PDF-1.5\n<</Creator (Adobe Illustrator 28.0)>>"), artwork.KindAI},
		{"EPS", whole("%!PS-Adobe-3.0 EPSF-3.0"), artwork.KindEPS},
		{"EPS of Illustrator", whole("%!PS-Adobe-3.0 EPSF-3.0\n%%Creator: Adobe Illustrator(R) 24.0"), artwork.KindAI},
		{"EPS with a DOS header", append([]byte("\xC5\xD0\xD3\xC6\x1e\x00\x00\x00"), pdf...), artwork.KindEPS},
		{"TIFF, little-endian", tiff(binary.LittleEndian, "II"), artwork.KindTIFF},
		{"TIFF, big-endian", tiff(binary.BigEndian, "MM"), artwork.KindTIFF},
		{"BigTIFF", append([]byte("II+\x00\x08\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00"), make([]byte, 40)...),
			artwork.KindTIFF},
		{"JPEG", picture(t, "jpeg"), artwork.KindJPEG},
		{"PNG", picture(t, "png"), artwork.KindPNG},
		{"ZIP", archive(t, "box.pdf"), artwork.KindZIP},
		{"CDR of CorelDRAW 3", riff("CDR3"), artwork.KindCDR},
		{"CDR of CorelDRAW 8 in Hebrew", riff("cdr8"), artwork.KindCDR},
		{"CDR of CorelDRAW X3", riff("CDRD"), artwork.KindCDR},
		{"CDR of CorelDRAW X4", archive(t, "content/riffData.cdr", "META-INF/manifest.xml"), artwork.KindCDR},
		{"CDR of CorelDRAW 2024", stored(t, "mimetype", "application/x-vnd.corel.draw.document+zip"), artwork.KindCDR},
		{"CDR of CorelDRAW, compressed", stored(t, "mimetype", "application/x-vnd.corel.zcf.draw.document+zip"),
			artwork.KindCDR},
		{"another office file", stored(t, "mimetype", "application/vnd.oasis.opendocument.text"), artwork.KindZIP},
		{"PSD", padded("8BPS\x00\x01\x00\x00\x00\x00\x00\x00\x00\x03"), artwork.KindPSD},
		{"PSB", padded("8BPS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x03"), artwork.KindPSD},
		{"RAR 4", padded("Rar!\x1A\x07\x00\xCF\x90\x73"), artwork.KindRAR},
		{"RAR 5", padded("Rar!\x1A\x07\x01\x00\x33\x92\xB5\xE5"), artwork.KindRAR},
		{"7z", padded("7z\xBC\xAF\x27\x1C\x00\x04"), artwork.Kind7Z},
		{"HEIC of an iPhone", boxed("ftyp", "heic\x00\x00\x00\x00mif1heic"), artwork.KindHEIC},
		{"HEIC that names its codec second", boxed("ftyp", "mif1\x00\x00\x00\x00mif1heic"), artwork.KindHEIC},
		{"WebP without a picture", riff("WEBP"), ""},
		{"WebP", []byte("RIFF\x30\x00\x00\x00WEBPVP8 " + strings.Repeat("\x00", 44)), artwork.KindWebP},
		{"WebP, lossless", []byte("RIFF\x30\x00\x00\x00WEBPVP8L" + strings.Repeat("\x00", 44)), artwork.KindWebP},
		{"WebP, extended", []byte("RIFF\x30\x00\x00\x00WEBPVP8X" + strings.Repeat("\x00", 44)), artwork.KindWebP},
		{"MOV of an iPhone", boxed("ftyp", "qt  \x00\x00\x00\x00qt  "), artwork.KindMOV},
		{"MOV of an older camera", boxed("wide", ""), artwork.KindMOV},
		{"MOV that begins with its film", boxed("mdat", strings.Repeat("\x00", 80)), artwork.KindMOV},
		{"MP4 of a phone", boxed("ftyp", "isom\x00\x00\x02\x00isomiso2avc1mp41"), artwork.KindMP4},
		{"MP4 of a camera", boxed("ftyp", "mp42\x00\x00\x00\x00mp42isom"), artwork.KindMP4},
		{"3GP", boxed("ftyp", "3gp4\x00\x00\x03\x00isom3gp4"), artwork.KindMP4},
		{"ZIP with a program in it: nobody unpacks it", archive(t, "setup.exe", "../../etc/passwd"), artwork.KindZIP},

		{"HTML", whole("<!DOCTYPE html><script>alert(1)</script>"), ""},
		{"HTML after spaces", whole(" \r\n\t<html>"), ""},
		{"SVG", whole(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), ""},
		{"HTML that carries a PDF", append([]byte("<html><body>"), pdf...), ""},
		{"PDF that is a page as well", whole("%PDF-1.7\n1 0 obj<script>alert(1)</script>"), ""},
		{"EPS that is a page as well", whole("%!PS-Adobe-3.0\n<HTML>"), ""},
		{"PDF after rubbish", append([]byte("rubbish\n"), pdf...), ""},
		{"PDF after a byte order mark", append([]byte("\xEF\xBB\xBF"), pdf...), ""},
		{"nothing", nil, ""},
		{"PDF's first bytes alone", []byte("%PDF-1.7"), ""},
		{"JPEG's first bytes alone", []byte("\xFF\xD8\xFF"), ""},
		{"PNG's first bytes alone", picture(t, "png")[:20], ""},
		{"PNG without its header", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 100)...), ""},
		{"an empty ZIP", archive(t), ""},
		{"a program", append([]byte("MZ\x90\x00"), make([]byte, 100)...), ""},
		{"AVIF", boxed("ftyp", "avif\x00\x00\x00\x00avifmif1"), ""},
		{"AVIF that names its codec second", boxed("ftyp", "mif1\x00\x00\x00\x00mif1avif"), ""},
		{"music in MP4", boxed("ftyp", "M4A \x00\x00\x00\x00M4A isom"), ""},
		{"a page that names a brand", []byte("<svgftypheic" + strings.Repeat(" ", 99)), ""},
		{"a box of four gigabytes", []byte("\x00\xFF\xFF\xFFftypheic" + strings.Repeat(" ", 99)), ""},
		{"sound in RIFF", riff("WAVE"), ""},
		{"film in RIFF", riff("AVI "), ""},
		{"RAR's first bytes alone", []byte("Rar!\x1A\x07\x00"), ""},
		{"PSD's first bytes alone", []byte("8BPS\x00\x01"), ""},
		{"PSD of a later version", padded("8BPS\x00\x03"), ""},
		{"HEIC's first bytes alone", []byte("\x00\x00\x00\x18ftypheic"), ""},
		{"GIF", append([]byte("GIF89a"), make([]byte, 100)...), ""},
		{"text", whole("Please print 500 of these."), ""},
		{"PostScript that is no document", whole("%!\n(hello) print"), ""},
	} {
		got, known := artwork.KindOf(c.file[:min(len(c.file), artwork.Head)], int64(len(c.file)))
		if got != c.want || known != (c.want != "") {
			t.Errorf("%s: %q, %v", c.what, got, known)
		}
	}
}

func FuzzKindOfArtwork(f *testing.F) {
	for _, file := range [][]byte{whole("%PDF-1.7"), whole("%!PS-Adobe-3.0"), tiff(binary.LittleEndian, "II"),
		picture(f, "png"), picture(f, "jpeg"), archive(f, "a"), whole("<html>"), riff("CDRD"), riff("WEBP"),
		padded("8BPS\x00\x01\x00\x00\x00\x00\x00\x00"), padded("Rar!\x1A\x07\x01\x00"), padded("7z\xBC\xAF\x27\x1C\x00"),
		boxed("ftyp", "mif1\x00\x00\x00\x00mif1heic"), boxed("ftyp", "isom\x00\x00\x00\x00"), boxed("wide", "")} {
		f.Add(file, int64(len(file)))
	}
	f.Fuzz(func(t *testing.T, head []byte, size int64) {
		kind, known := artwork.KindOf(head, size)
		if known != slices.Contains(artwork.Kinds, kind) {
			t.Errorf("%q, %v", kind, known)
		}
		if begin := bytes.ToLower(bytes.TrimSpace(head)); known && bytes.HasPrefix(begin, []byte("<")) {
			t.Errorf("%q passes for %s", head, kind)
		}
		a := artwork.Artwork{Name: string(head), Kind: kind}
		if ending := strings.ToLower(path.Ext(a.FileName())); known &&
			(ending == ".exe" || ending == ".hta" || ending == ".html" || ending == ".js") {
			t.Errorf("handed out as %q", a.FileName())
		}
	})
}

func TestAFileIsHandedOutWithAnEndingOfItsKind(t *testing.T) {
	for _, c := range []struct {
		name string
		kind artwork.Kind
		want string
	}{
		{"box.pdf", artwork.KindPDF, "box.pdf"}, {"Logo.AI", artwork.KindPDF, "Logo.AI"},
		{"盒子.PDF", artwork.KindAI, "盒子.PDF"}, {"photo.jpeg", artwork.KindJPEG, "photo.jpeg"},
		{"invoice.hta", artwork.KindPDF, "invoice.hta.pdf"}, {"setup.exe", artwork.KindZIP, "setup.exe.zip"},
		{"a.jar", artwork.KindZIP, "a.jar.zip"},
		{"file-1", artwork.KindTIFF, "file-1.tif"}, {"a.pdf.exe", artwork.KindPNG, "a.pdf.exe.png"},
	} {
		if got := (artwork.Artwork{Name: c.name, Kind: c.kind}).FileName(); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

var (
	artworkDay   = time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC)
	artworkPlace = artwork.Place{Of: "sub_1", Branch: "shanghai", Log: "cus_1", Lead: "lead_1",
		Policy: artwork.StandardPolicy()}
)

func TestAnOffer(t *testing.T) {
	p := artworkPlace
	f, err := artwork.Folder{}.Offer(p, artwork.Artwork{ID: "art_1", Name: `C:\Users\li\盒子.pdf`, Bytes: p.Policy.Bytes},
		artworkDay)
	if err != nil || f.Version != 1 || f.Of != "sub_1" || f.Files[0].Name != "盒子.pdf" ||
		f.Files[0].Ends != artworkDay.Add(15*time.Minute) {
		t.Fatalf("%+v, %v", f, err)
	}
	if f, err = f.Offer(p, artwork.Artwork{ID: "art_2"}, artworkDay); err != nil || f.Files[1].Name != "file-2" {
		t.Errorf("without a name: %+v, %v", f.Files, err)
	}
	if _, err := f.Offer(p, artwork.Artwork{Bytes: p.Policy.Bytes + 1}, artworkDay); fault.KindOf(err) != fault.Invalid {
		t.Errorf("too large: %v", err)
	}
	for range 3 {
		if f, err = f.Offer(p, artwork.Artwork{}, artworkDay); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.Offer(p, artwork.Artwork{}, artworkDay); fault.KindOf(err) != fault.Refused {
		t.Errorf("the sixth: %v", err)
	}
	// What was not sent in its time leaves its place to another, but not for ever.
	for later := artworkDay.Add(artwork.Window); err == nil; later = later.Add(artwork.Window) {
		f, err = f.Offer(p, artwork.Artwork{}, later)
	}
	if fault.KindOf(err) != fault.TooMany || len(f.Files) != 20 {
		t.Errorf("after %d files: %v", len(f.Files), err)
	}
}

func TestADecision(t *testing.T) {
	pdf := whole("%PDF-1.7")
	found := func(file []byte) artwork.Found { return artwork.Found{Bytes: int64(len(file)), Head: file} }
	photos := artwork.Place{Of: "cmp_1", Log: "cus_1",
		Policy: artwork.Policy{Most: 5, Bytes: 8 << 20, Kinds: []artwork.Kind{artwork.KindJPEG, artwork.KindPNG}}}
	for _, c := range []struct {
		what    string
		place   artwork.Place
		found   artwork.Found
		refusal string
	}{
		{"a PDF", artworkPlace, found(pdf), ""},
		{"a page named .pdf", artworkPlace, found(whole("<html>")), artwork.RefusedKind},
		{"nothing", artworkPlace, found(nil), artwork.RefusedEmpty},
		{"more than was allowed", artworkPlace, artwork.Found{Bytes: artworkPlace.Policy.Bytes + 1, Head: pdf},
			artwork.RefusedSize},
		{"a photo", photos, found(picture(t, "jpeg")), ""},
		{"a PDF among photos", photos, found(pdf), artwork.RefusedKind},
	} {
		f, err := artwork.Folder{}.Offer(c.place, artwork.Artwork{ID: "art_1", Name: "a.pdf"}, artworkDay)
		if err != nil {
			t.Fatal(err)
		}
		next, told, err := f.Decide(c.place, "art_1", c.found, artworkDay)
		a := next.Files[0]
		if err != nil || a.Refusal != c.refusal || (a.State == artwork.Attached) != (c.refusal == "") ||
			(told != nil) != (c.refusal == "") {
			t.Errorf("%s: %+v, %v, %v", c.what, a, told, err)
		}
		if text := c.place.Policy.Refused(a.Refusal); (text.Zh == "") != (c.refusal == "") ||
			(text.En == "") != (c.refusal == "") {
			t.Errorf("%s: %q", c.what, text)
		}
		if told != nil && (told.Customer != "cus_1" || told.Data["artwork"] != "art_1" || told.Seq != 2 || told.Pending ||
			told.Data["of"] != c.place.Of || len(told.Data) != 4) {
			t.Errorf("%s: %+v", c.what, told)
		}
		if f.Files[0].State != artwork.Offered {
			t.Errorf("%s: the folder before it changed", c.what)
		}
		if again, told, err := next.Decide(c.place, "art_1", found(pdf), artworkDay); err != nil || told != nil ||
			again.Version != next.Version {
			t.Errorf("%s, again: %+v, %v, %v", c.what, again, told, err)
		}
		if _, _, err := next.Decide(c.place, "art_2", found(pdf), artworkDay); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s, another file: %v", c.what, err)
		}
	}
}

// TestWhatIsForStaffAlone keeps files of each kind: what may say where it was taken and is not stripped is for staff.
func TestWhatIsForStaffAlone(t *testing.T) {
	heic, film := boxed("ftyp", "heic\x00\x00\x00\x00mif1heic"), boxed("ftyp", "qt  \x00\x00\x00\x00qt  ")
	mp4 := boxed("ftyp", "isom\x00\x00\x02\x00isomiso2")
	for _, c := range []struct {
		what   string
		policy artwork.Policy
		file   []byte
		torn   bool
		want   bool
	}{
		{"a photo that was stripped", artwork.PhotoPolicy(), picture(t, "jpeg"), false, false},
		{"a photo whose parts cannot be told apart", artwork.PhotoPolicy(), picture(t, "jpeg"), true, true},
		{"HEIC", artwork.PhotoPolicy(), heic, false, true},
		{"a film of an iPhone", artwork.PhotoPolicy(), film, false, true},
		{"a film", artwork.PhotoPolicy(), mp4, false, true},
		{"a PDF", artwork.PhotoPolicy(), whole("%PDF-1.7"), false, false},
		{"print data, which staff alone read", artwork.StandardPolicy(), heic, false, false},
	} {
		place := artwork.Place{Of: "cmp_1", Policy: c.policy}
		f, err := artwork.Folder{}.Offer(place, artwork.Artwork{ID: "art_1"}, artworkDay)
		if err == nil {
			found := artwork.Found{Bytes: int64(len(c.file)), Head: c.file, Torn: c.torn}
			f, _, err = f.Decide(place, "art_1", found, artworkDay)
		}
		if err != nil || f.Files[0].State != artwork.Attached || f.Files[0].Private != c.want {
			t.Errorf("%s: %+v, %v", c.what, f.Files, err)
		}
	}
}

// TestWhatARecordTakes offers and checks a file where the record is open, has ended, looks like a program's or was
// discarded.
func TestWhatARecordTakes(t *testing.T) {
	offered, err := artwork.Folder{}.Offer(artworkPlace, artwork.Artwork{ID: "art_1", Name: "a.pdf"}, artworkDay)
	if err != nil {
		t.Fatal(err)
	}
	pdf := whole("%PDF-1.7")
	found := artwork.Found{Bytes: int64(len(pdf)), Head: pdf}
	over, shut := artworkPlace, artworkPlace
	over.Over, shut.Shut = true, true
	for _, c := range []struct {
		what   string
		folder artwork.Folder
		place  artwork.Place
		says   string // empty: it takes files
	}{
		{"an open one", offered, artworkPlace, ""},
		{"one that has ended", offered, over, "This has ended"},
		{"one that looks like a program's", offered, shut, "call us"},
		{"one that was discarded", offered.Drop(artworkDay), artworkPlace, "This has ended"},
	} {
		_, err := c.folder.Offer(c.place, artwork.Artwork{Name: "b.pdf"}, artworkDay)
		if (fault.KindOf(err) == fault.Refused) != (c.says != "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: an offer: %v", c.what, err)
		}
		if c.folder.Dropped { // there is no offered file any more
			continue
		}
		_, told, err := c.folder.Decide(c.place, "art_1", found, artworkDay)
		if (told != nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: a check: %+v, %v", c.what, told, err)
		}
	}
}

func TestAFolderIsDropped(t *testing.T) {
	f := artwork.Folder{Of: "sub_1", Version: 3, Files: []artwork.Artwork{{ID: "art_1", State: artwork.Attached},
		{ID: "art_2", State: artwork.Refused}, {ID: "art_3", State: artwork.Offered}}}
	next := f.Drop(artworkDay)
	states := []string{next.Files[0].State, next.Files[1].State, next.Files[2].State}
	if !slices.Equal(states, []string{artwork.Dropped, artwork.Refused, artwork.Dropped}) || next.Version != 4 ||
		len(next.Attached()) != 0 || f.Files[0].State != artwork.Attached {
		t.Errorf("%+v", next)
	}
	if again := next.Drop(artworkDay); again.Version != next.Version {
		t.Errorf("a second time: %+v", again)
	}
}

func TestWhatMayBeSentForAFile(t *testing.T) {
	p := artwork.Policy{Bytes: 8 << 20}
	for stated, want := range map[int64]int64{0: 8 << 20, 1: 1 << 20, 1 << 20: 1 << 20, 1<<20 + 1: 2 << 20,
		8 << 20: 8 << 20, 8<<20 - 1: 8 << 20} {
		if got := p.Allowance(artwork.Artwork{Bytes: stated}); got != want {
			t.Errorf("%d stated: %d, want %d", stated, got, want)
		}
	}
	if got := (artwork.Policy{Bytes: 1000}).Allowance(artwork.Artwork{Bytes: 1}); got != 1000 {
		t.Errorf("beyond the policy: %d", got)
	}
}

func TestADayOfAQuota(t *testing.T) {
	q := artwork.Quota{Source: "quote", Bytes: 500 << 20}
	start, end := q.Window(artworkDay.In(time.FixedZone("", -3*3600)))
	if want := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC); !start.Equal(want) || !end.Equal(want.AddDate(0, 0, 1)) {
		t.Errorf("%s to %s", start, end)
	}
	e := q.Exceeded(artworkDay)
	if e.Kind != fault.TooMany || e.RetryAfter != 22*time.Hour || !strings.Contains(e.Text.En, "500 MB") ||
		!strings.Contains(e.Text.Zh, "500 MB") {
		t.Errorf("%+v", e)
	}
}

// Whatever is offered, sent and looked at in whatever order: no more is kept than the policy says, and what is
// decided stays.
func TestAFolderKeepsItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := artworkPlace
		p.Policy.Most = rapid.IntRange(1, 4).Draw(t, "most")
		f, now := artwork.Folder{}, artworkDay
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			before := f
			now = now.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "minutes")) * time.Minute)
			if rapid.Bool().Draw(t, "offer") || len(f.Files) == 0 {
				if next, err := f.Offer(p, artwork.Artwork{ID: string(rune('a' + i)), Name: "a"}, now); err == nil {
					f = next
				}
			} else {
				a := rapid.SampledFrom(f.Files).Draw(t, "file")
				file := rapid.SampledFrom([][]byte{nil, whole("%PDF-1.7"), whole("<html>")}).Draw(t, "bytes")
				if next, _, err := f.Decide(p, a.ID, artwork.Found{Bytes: int64(len(file)), Head: file}, now); err == nil {
					f = next
				}
			}
			if len(f.Attached()) > p.Policy.Most || len(f.Files) > 4*p.Policy.Most {
				t.Fatalf("%d kept of %d, %d most", len(f.Attached()), len(f.Files), p.Policy.Most)
			}
			for i, a := range before.Files {
				if a.State != artwork.Offered && f.Files[i].State != a.State {
					t.Fatalf("%s became %s", a.State, f.Files[i].State)
				}
			}
		}
	})
}

func TestAnInvitationIsForOneRecordAndUse(t *testing.T) {
	tokens := token.NewTokens(kerneltest.Ring("ours"))
	i := artwork.Invitation{Of: "sub_1", Ends: artworkDay}
	if got, ok := artwork.OpenArtwork(tokens, artwork.SignArtwork(tokens, i)); !ok || got != i {
		t.Errorf("%+v, %v", got, ok)
	}
	for _, other := range []string{"", "x", tokens.Sign(token.UseForm, "sub_1 zzz"),
		tokens.Sign(token.UseArtwork, "sub_1"), artwork.SignArtwork(tokens, i) + "x"} {
		if got, ok := artwork.OpenArtwork(tokens, other); ok {
			t.Errorf("%q opened as %+v", other, got)
		}
	}
}

func TestAFormsArtwork(t *testing.T) {
	asks := form.Field{Name: form.FieldArtwork}
	if p, ok := (form.Form{Fields: []form.Field{asks}}).ArtworkPolicy(); !ok || p.Most != 5 || p.Bytes != 100<<20 ||
		p.Check() != nil {
		t.Errorf("%+v, %v", p, ok)
	}
	if _, ok := (form.Form{}).ArtworkPolicy(); ok {
		t.Error("a form without the field takes files")
	}
	frm := form.Form{Fields: []form.Field{{Name: form.FieldEmail}, asks}}
	faulty := func(field form.Field) bool {
		frm.Fields[1] = field
		return slices.ContainsFunc(frm.Check(firm.Roster{}), func(f fault.Field) bool { return f.Pointer == "/fields/1" })
	}
	own := func(most int, raw int64, kinds ...artwork.Kind) *artwork.Policy {
		return &artwork.Policy{Most: most, Bytes: raw, Kinds: kinds}
	}
	for what, c := range map[string]struct {
		field form.Field
		wrong bool
	}{
		"as it comes":     {asks, false},
		"photos":          {form.Field{Name: form.FieldArtwork, Artwork: own(5, 8<<20, artwork.KindJPEG)}, false},
		"required":        {form.Field{Name: form.FieldArtwork, Required: true}, true},
		"no kind":         {form.Field{Name: form.FieldArtwork, Artwork: own(5, 8<<20)}, true},
		"unknown kind":    {form.Field{Name: form.FieldArtwork, Artwork: own(5, 8<<20, "exe")}, true},
		"too many":        {form.Field{Name: form.FieldArtwork, Artwork: own(50, 8<<20, artwork.KindJPEG)}, true},
		"too large":       {form.Field{Name: form.FieldArtwork, Artwork: own(5, 8<<40, artwork.KindJPEG)}, true},
		"another field's": {form.Field{Name: form.FieldMessage, Artwork: own(5, 8<<20, artwork.KindJPEG)}, true},
	} {
		if faulty(c.field) != c.wrong {
			t.Errorf("%s: %v", what, !c.wrong)
		}
	}
}

// The chooser asks phones and Macs for JPEG first, and never for HEIC, so that they convert. What is chosen all the
// same is taken by its ending or its type.
func TestWhatAChooserOffers(t *testing.T) {
	for what, c := range map[string]struct {
		policy      artwork.Policy
		first       string
		lacks, has  []string
		takesEnding []string
	}{
		"print data": {artwork.StandardPolicy(), "image/jpeg", []string{"image/heic", ".heic"},
			[]string{".pdf", ".cdr", ".7z"},
			[]string{".heic", ".heif", "image/heic", ".psb", ".rar", "video/quicktime"}},
		"photos": {artwork.PhotoPolicy(), "image/jpeg", []string{"image/heic", ".heic", ".zip"},
			[]string{".mov", "image/webp"}, []string{".heic"}},
		"PDF alone": {artwork.Policy{Kinds: []artwork.Kind{artwork.KindPDF}}, ".pdf", []string{"image/jpeg"}, nil,
			[]string{".pdf"}},
	} {
		accept, endings := c.policy.Accept(), c.policy.Endings()
		if accept[0] != c.first {
			t.Errorf("%s: it asks for %s first", what, accept[0])
		}
		for _, x := range c.lacks {
			if slices.Contains(accept, x) {
				t.Errorf("%s: it offers %s", what, x)
			}
		}
		for _, x := range c.has {
			if !slices.Contains(accept, x) {
				t.Errorf("%s: it does not offer %s", what, x)
			}
		}
		for _, x := range c.takesEnding {
			if !slices.Contains(endings, x) {
				t.Errorf("%s: it does not take %s", what, x)
			}
		}
	}
	for _, k := range artwork.Kinds {
		if len(artwork.Policy{Kinds: []artwork.Kind{k}}.Endings()) == 0 {
			t.Errorf("no ending of %s", k)
		}
	}
}

func TestSizesAndKindsAsPeopleWriteThem(t *testing.T) {
	for raw, want := range map[int64]string{1: "1 kB", 640 << 10: "640 kB", 3 << 19: "1.5 MB", 8 << 20: "8 MB",
		100 << 20: "100 MB"} {
		if got := words.FileSize(raw); got != want {
			t.Errorf("%d: %q, want %q", raw, got, want)
		}
	}
	names := artwork.Policy{Kinds: []artwork.Kind{artwork.KindPDF, artwork.KindWebP, artwork.Kind7Z}}.KindNames()
	if names.En != "PDF, WebP or 7z" || names.Zh != "PDF、WebP、7z" {
		t.Errorf("%+v", names)
	}
}
