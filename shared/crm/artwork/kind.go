package artwork

import (
	"bytes"
	"cmp"
	"encoding/binary"
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
	KindZIP  Kind = "zip" // the container only, as RAR and 7z: it is not unpacked here
	KindCDR  Kind = "cdr" // of CorelDRAW 3 and later
	KindPSD  Kind = "psd" // and PSB
	KindRAR  Kind = "rar"
	Kind7Z   Kind = "7z"
	KindHEIC Kind = "heic"
	KindWebP Kind = "webp"
	KindMOV  Kind = "mov"
	KindMP4  Kind = "mp4"
)

// Kinds lists every kind.
var Kinds = []Kind{KindPDF, KindAI, KindCDR, KindEPS, KindPSD, KindTIFF, KindJPEG, KindPNG, KindWebP, KindHEIC, KindMOV,
	KindMP4, KindZIP, KindRAR, Kind7Z}

// labels are the kinds that people do not write in capital letters.
var labels = map[Kind]string{KindWebP: "WebP", Kind7Z: "7z"}

// label is the kind as people write it.
func (k Kind) label() string { return cmp.Or(labels[k], strings.ToUpper(string(k))) }

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
// carries, and do not know CDR.
//
// Sources: ISO 32000-2 7.5.2 (PDF), Adobe EPSF 3.0 (and its DOS header); TIFF 6.0, BigTIFF; ITU T.81 (JPEG), PNG (ISO
// 15948), RFC 9649 (WebP); APPNOTE.TXT (ZIP), RAR 5.0 technote, 7zFormat.txt; Adobe Photoshop File Formats (PSD, PSB);
// ISO 14496-12 and QuickTime File Format (boxes), MP4RA (brands); PRONOM fmt/427 to 465 (CDR).
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
	{KindCDR, "PK\x03\x04", 52, drawn},
	{KindZIP, "PK\x03\x04", 52, nil},
	{KindCDR, "RIFF", 64, func(head []byte) bool { return corel(string(head[8:12])) }},
	{KindWebP, "RIFF", 30, func(head []byte) bool { return string(head[8:15]) == "WEBPVP8" }},
	{KindPSD, "8BPS\x00\x01\x00\x00\x00\x00\x00\x00", 40, nil},
	{KindPSD, "8BPS\x00\x02\x00\x00\x00\x00\x00\x00", 40, nil},
	{KindRAR, "Rar!\x1A\x07\x00", 20, nil},
	{KindRAR, "Rar!\x1A\x07\x01\x00", 20, nil},
	{Kind7Z, "7z\xBC\xAF\x27\x1C\x00", 32, nil},
	{KindHEIC, "\x00", 64, heic},
	{KindMOV, "\x00", 64, func(head []byte) bool { return branded(head, "qt  ") || unbranded(head) }},
	{KindMP4, "\x00", 64, func(head []byte) bool { return branded(head, mp4Brands...) }},
}

// corel reports whether a RIFF file of this form is a drawing of CorelDRAW: CDR and the sign of its version.
func corel(form string) bool {
	version := form[3]
	return strings.EqualFold(form[:3], "CDR") && (version >= '3' && version <= '9' || version >= 'A' && version <= 'Z')
}

// drawn reports whether a ZIP is a drawing of CorelDRAW X4 or later. It names its media type, or its content.
func drawn(head []byte) bool {
	return bytes.HasPrefix(head[30:], []byte("mimetypeapplication/x-vnd.corel.")) ||
		bytes.Contains(head, []byte("content/riffData.cdr")) || bytes.Contains(head, []byte("content/root.dat"))
}

// Brands by which phones and cameras mark their pictures and films.
var (
	heicBrands = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"}
	mp4Brands  = []string{"isom", "iso2", "iso3", "iso4", "iso5", "iso6", "iso8", "iso9", "mp41", "mp42", "avc1", "M4V ",
		"M4VH", "M4VP", "MSNV", "dash", "mmp4", "3gp4", "3gp5", "3gp6", "3gp7", "3gp8", "3gp9", "3g2a", "3g2b", "3g2c"}
)

// branded reports whether the file begins with a box that names its brand, and the brand is one of these.
func branded(head []byte, brands ...string) bool {
	size := binary.BigEndian.Uint32(head)
	return string(head[4:8]) == "ftyp" && size >= 16 && size <= 1024 && slices.Contains(brands, string(head[8:12]))
}

// heic reports whether the file is a picture of HEIC. A brand that other codecs have as well needs one of HEIC beside
// it.
func heic(head []byte) bool {
	if !branded(head, "mif1", "msf1") {
		return branded(head, heicBrands...)
	}
	box := head[:min(len(head), int(binary.BigEndian.Uint32(head)))]
	for at := 16; at+4 <= len(box); at += 4 {
		if slices.Contains(heicBrands, string(box[at:at+4])) {
			return true
		}
	}
	return false
}

// unbranded reports whether the file begins as a QuickTime film without a brand, as older cameras make them.
func unbranded(head []byte) bool {
	size := binary.BigEndian.Uint32(head)
	return (size == 1 || size >= 8) && slices.Contains([]string{"moov", "mdat", "wide", "skip"}, string(head[4:8]))
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
	s, known := lo.Find(signatures, func(s signature) bool {
		return bytes.HasPrefix(head, []byte(s.begins)) && size >= s.least && int64(len(head)) >= s.least &&
			(s.holds == nil || s.holds(head))
	})
	if !known {
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
	KindPNG:  {".png"}, KindZIP: {".zip"}, KindCDR: {".cdr", ".cdt"}, KindPSD: {".psd", ".psb"}, KindRAR: {".rar"},
	Kind7Z: {".7z"}, KindHEIC: {".heic", ".heif", ".hif"}, KindWebP: {".webp"}, KindMOV: {".mov", ".qt"},
	KindMP4: {".mp4", ".m4v", ".3gp"},
}

// media are the media types of the kinds that phones take, for choosers.
var media = map[Kind]string{KindJPEG: "image/jpeg", KindPNG: "image/png", KindWebP: "image/webp",
	KindHEIC: "image/heic", KindMOV: "video/quicktime", KindMP4: "video/mp4"}

// FileName is the name under which the file is handed out: as it was given, with an ending of its kind. Some
// files are a PDF and a program at once. With the ending of a program, a double click would run them.
func (a Artwork) FileName() string {
	allowed := extensions[a.Kind]
	if len(allowed) == 0 || slices.Contains(allowed, strings.ToLower(path.Ext(a.Name))) {
		return a.Name
	}
	return a.Name + allowed[0]
}
