package artwork

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/samber/lo"
)

// Kind is what a file is by its own bytes, whatever its name or its sender says.
type Kind string

// Kinds of files that are let in.
const (
	KindPDF  Kind = "pdf"
	KindAI   Kind = "ai" // a PDF or EPS that Adobe Illustrator marks as its own
	KindEPS  Kind = "eps"
	KindTIFF Kind = "tiff"
	KindJPEG Kind = "jpeg"
	KindPNG  Kind = "png"
	KindZIP  Kind = "zip" // the container only: it is not unpacked here
)

// Kinds lists every kind.
var Kinds = []Kind{KindPDF, KindAI, KindEPS, KindTIFF, KindJPEG, KindPNG, KindZIP}

// Head is how many of a file's first bytes KindOf wants to see. Illustrator signs its PDFs within them.
const Head = 64 << 10

// signature is how files of a kind begin. A file shorter than least cannot be whole.
type signature struct {
	kind   Kind
	begins string
	least  int64
	holds  func(head []byte) bool // what must be true besides; nil: nothing
}

// signatures are all that is let in. The list is closed, and each one stands at the file's first byte.
// Libraries that know hundreds of kinds also look further in. They let a page of HTML pass as the PDF that it
// carries.
//
// Sources: ISO 32000-2 7.5.2 (PDF), Adobe EPSF 3.0 (and its DOS header), TIFF 6.0, BigTIFF, ITU T.81 (JPEG),
// PNG (ISO 15948), APPNOTE.TXT (ZIP).
var signatures = []signature{
	{KindPDF, "%PDF-", 64, printsOnly},
	{KindEPS, "%!PS-Adobe-", 64, printsOnly},
	{KindEPS, "\xC5\xD0\xD3\xC6", 64, nil},
	{KindTIFF, "II*\x00", 26, nil},
	{KindTIFF, "MM\x00*", 26, nil},
	{KindTIFF, "II+\x00\x08\x00\x00\x00", 44, nil},
	{KindTIFF, "MM\x00+\x00\x08\x00\x00", 44, nil},
	{KindJPEG, "\xFF\xD8\xFF", 64, func(head []byte) bool { return head[3] >= 0xC0 && head[3] != 0xFF }},
	{KindPNG, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", 57, nil},
	{KindZIP, "PK\x03\x04", 52, nil},
}

// printsOnly reports whether a text format holds no page at its beginning. A file that a browser might take
// for a page is refused, even if it is whole otherwise.
func printsOnly(head []byte) bool {
	begin := bytes.ToLower(head[:min(len(head), 1024)])
	return !slices.ContainsFunc([]string{"<html", "<!doctype html", "<script", "<svg", "<body", "<iframe"},
		func(mark string) bool { return bytes.Contains(begin, []byte(mark)) })
}

// KindOf finds out what a file is from its first bytes, up to Head of them, and its size in bytes. known is
// false for everything that is not let in.
func KindOf(head []byte, size int64) (kind Kind, known bool) {
	s, known := lo.Find(signatures, func(s signature) bool { return bytes.HasPrefix(head, []byte(s.begins)) })
	if !known || size < s.least || int64(len(head)) < min(size, s.least) || s.holds != nil && !s.holds(head) {
		return "", false
	}
	illustrated := bytes.Contains(head, []byte("Adobe Illustrator")) || bytes.Contains(head, []byte("AIPrivateData"))
	if (s.kind == KindPDF || s.kind == KindEPS) && illustrated {
		return KindAI, true
	}
	return s.kind, true
}

// extensions are the endings that a file of the kind may have, the usual one first.
var extensions = map[Kind][]string{
	KindPDF: {".pdf", ".ai"}, KindAI: {".ai", ".pdf", ".eps"}, KindEPS: {".eps", ".ai"}, KindTIFF: {".tif", ".tiff"},
	KindJPEG: {".jpg", ".jpeg"},
	KindPNG:  {".png"}, KindZIP: {".zip"},
}

// FileName is the name under which the file is handed out: as it was given, with an ending of its kind. Some
// files are a PDF and a program at once. With the ending of a program, a double click would run them.
func (a Artwork) FileName() string {
	allowed := extensions[a.Kind]
	if len(allowed) == 0 || slices.Contains(allowed, strings.ToLower(path.Ext(a.Name))) {
		return a.Name
	}
	return a.Name + allowed[0]
}
