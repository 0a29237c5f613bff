package artwork

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"
)

// strippers take off what pictures say beside the picture, by kind.
var strippers = map[Kind]func(file []byte) (clean []byte, ok bool){
	KindJPEG: stripJPEG, KindPNG: stripPNG, KindWebP: stripWebP,
}

// locating are the kinds that may say where they were taken and are not stripped. Nobody but staff is shown them.
var locating = []Kind{KindHEIC, KindMOV, KindMP4}

// Strips reports whether a file of a policy loses what it says of place, time and camera, and which kind it is. Only
// photos do: print data stay as they are. A file that is refused for its size need not be read.
func (p Policy) Strips(found Found) (Kind, bool) {
	kind, known := KindOf(found.Head, found.Bytes)
	return kind, known && p.Photos && strippers[kind] != nil && found.Bytes <= p.Bytes && slices.Contains(p.Kinds, kind)
}

// Strip takes off a picture what it says of place, time, camera and author (EXIF, XMP, IPTC, comments), with all that
// follows the picture. The picture itself, its colours and how it is turned stay, byte for byte. ok is false for a
// picture whose parts cannot be told apart, and for a kind that is no picture.
func Strip(kind Kind, file []byte) (clean []byte, ok bool) {
	is := func(file []byte) bool {
		known, _ := KindOf(file, int64(len(file)))
		return known == kind
	}
	strip := strippers[kind]
	if strip == nil || !is(file) {
		return nil, false
	}
	if clean, ok = strip(file); !ok || !is(clean) { // there was no picture in it
		return nil, false
	}
	return clean, true
}

// Markers of a JPEG, ITU T.81 table B.1.
const (
	jpegEnd     = 0xD9
	jpegScan    = 0xDA
	jpegExif    = 0xE1
	jpegColours = 0xE2
	jpegAdobe   = 0xEE
)

func stripJPEG(in []byte) ([]byte, bool) {
	out, at, scanned, turned := slices.Clone(in[:2]), 2, false, false
	for {
		for at < len(in) && in[at] == 0xFF && at+1 < len(in) && in[at+1] == 0xFF { // they may fill the room before a marker
			at++
		}
		if at+4 > len(in) { // some programs leave out the end
			ended := at+2 <= len(in) && in[at] == 0xFF && in[at+1] == jpegEnd
			if ended {
				out = append(out, 0xFF, jpegEnd)
			}
			return out, scanned
		}
		if in[at] != 0xFF {
			return nil, false
		}
		marker := in[at+1]
		switch {
		case marker == jpegEnd:
			return append(out, 0xFF, jpegEnd), scanned
		case marker == 0:
			return nil, false
		case marker >= 0xD0 && marker <= 0xD7: // a restart where there is nothing to restart
			at += 2
			continue
		}
		size := int(binary.BigEndian.Uint16(in[at+2:]))
		if size < 2 || at+2+size > len(in) {
			return nil, false
		}
		segment, body := in[at:at+2+size], in[at+4:at+2+size]
		at += len(segment)
		switch {
		case jpegStays(marker, body):
			out = append(out, segment...)
		case marker == jpegExif && !turned:
			if said, exif := bytes.CutPrefix(body, []byte("Exif\x00\x00")); exif && orientation(said) > 1 {
				turned = true
				out = append(append(out, 0xFF, jpegExif, 0, byte(2+6+turnSize), 'E', 'x', 'i', 'f', 0, 0),
					turn(orientation(said))...)
			}
		}
		if marker == jpegScan {
			end := scanEnd(in, at)
			out, at, scanned = append(out, in[at:end]...), end, true
		}
	}
}

// jpegStays reports whether a segment is part of the picture or of its colours.
func jpegStays(marker byte, body []byte) bool {
	switch {
	case marker >= 0xC0 && marker <= 0xCF, marker >= jpegScan && marker <= 0xDF: // frames, tables, scans
		return true
	case marker == 0xE0:
		return bytes.HasPrefix(body, []byte("JFIF\x00"))
	case marker == jpegColours: // the same marker leads to further pictures with an EXIF of their own
		return bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
	case marker == jpegAdobe:
		return bytes.HasPrefix(body, []byte("Adobe"))
	}
	return false
}

// scanEnd is where the data of a scan end: at the next marker that is neither a stuffed byte nor a restart.
func scanEnd(in []byte, at int) int {
	for at+1 < len(in) {
		next := in[at+1]
		switch {
		case in[at] != 0xFF, next == 0xFF:
			at++
		case next == 0 || next >= 0xD0 && next <= 0xD7:
			at += 2
		default:
			return at
		}
	}
	return len(in)
}

// pngStays are the chunks that make a picture and its colours, PNG (third edition) table 7 and Apple's own.
var pngStays = []string{"IHDR", "PLTE", "IDAT", "IEND", "CgBI", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP",
	"mDCV", "cLLI", "bKGD", "hIST", "pHYs", "acTL", "fcTL", "fdAT"}

func stripPNG(in []byte) ([]byte, bool) {
	out, at, turned := slices.Clone(in[:8]), 8, false
	for at+12 <= len(in) {
		size := int64(binary.BigEndian.Uint32(in[at:]))
		if size > int64(len(in)-at-12) {
			return nil, false
		}
		chunk, name := in[at:at+12+int(size)], string(in[at+4:at+8])
		at += len(chunk)
		switch {
		case slices.Contains(pngStays, name):
			out = append(out, chunk...)
		case name == "eXIf" && !turned:
			if how := orientation(chunk[8 : len(chunk)-4]); how > 1 {
				turned = true
				said := append([]byte(name), turn(how)...)
				out = append(binary.BigEndian.AppendUint32(out, turnSize), said...)
				out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(said))
			}
		}
		if name == "IEND" {
			return out, true
		}
	}
	return nil, false
}

// webpStays are the chunks that make a picture and its colours, RFC 9649.
var webpStays = []string{"VP8 ", "VP8L", "VP8X", "ALPH", "ANIM", "ANMF", "ICCP"}

// Flags of a WebP's header VP8X.
const (
	webpExif = 0x08
	webpXMP  = 0x04
)

func stripWebP(in []byte) ([]byte, bool) {
	size := int64(binary.LittleEndian.Uint32(in[4:])) + 8
	if size < 12 || size > int64(len(in)) {
		return nil, false
	}
	body, how, ok := webpChunks(in[12:size], webpStays)
	if !ok {
		return nil, false
	}
	out := append([]byte("RIFF\x00\x00\x00\x00WEBP"), body...)
	if len(out) >= 30 && string(out[12:16]) == "VP8X" && binary.LittleEndian.Uint32(out[16:]) >= 10 {
		out[20] &^= webpExif | webpXMP
		if how > 1 {
			out[20] |= webpExif
			out = append(binary.LittleEndian.AppendUint32(append(out, "EXIF"...), turnSize), turn(how)...)
		}
	}
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out, true
}

// frameHead is how many bytes of a frame of an animation stand before its chunks.
const frameHead = 16

// webpChunks are the chunks of a file or a frame that stay, and how the picture is turned where it says so.
func webpChunks(in []byte, stays []string) (out []byte, how uint16, ok bool) {
	for len(in) > 0 {
		if len(in) < 8 {
			return nil, 0, false
		}
		name, size := string(in[:4]), int64(binary.LittleEndian.Uint32(in[4:]))
		whole := 8 + size + size%2
		if whole > int64(len(in)) {
			return nil, 0, false
		}
		chunk, body := in[:whole], in[8:8+size]
		in = in[whole:]
		switch {
		case name == "ANMF" && slices.Contains(stays, name) && size >= frameHead:
			frame, _, ok := webpChunks(body[frameHead:], []string{"VP8 ", "VP8L", "ALPH"})
			if !ok {
				return nil, 0, false
			}
			out = binary.LittleEndian.AppendUint32(append(out, name...), uint32(frameHead+len(frame)))
			out = append(append(out, body[:frameHead]...), frame...)
		case slices.Contains(stays, name):
			out = append(out, chunk...)
		case name == "EXIF" && how == 0:
			how = orientation(bytes.TrimPrefix(body, []byte("Exif\x00\x00")))
		}
	}
	return out, how, true
}

// turnSize is the length of what turn makes.
const turnSize = 26

// tagOrientation says how a picture is turned: 1 is upright, 2 to 8 are turned or mirrored (Exif 3.0, 4.6.5.1.8).
const tagOrientation = 0x0112

// turn is an EXIF block that says nothing but how the picture is turned.
func turn(how uint16) []byte {
	out := append([]byte("MM\x00*\x00\x00\x00\x08\x00\x01"), tagOrientation>>8, tagOrientation&0xFF, 0, 3, 0, 0, 0, 1)
	out = binary.BigEndian.AppendUint16(out, how)
	return append(out, 0, 0, 0, 0, 0, 0) // the rest of the field, and no directory after this one
}

// orientation reads from an EXIF block how the picture is turned. It is 0 where the block does not say.
func orientation(exif []byte) uint16 {
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(exif, []byte("II")) {
		order = binary.LittleEndian
	}
	if len(exif) < 10 {
		return 0
	}
	at := int64(order.Uint32(exif[4:]))
	if at+2 > int64(len(exif)) {
		return 0
	}
	fields := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(fields) < 12 {
			return 0
		}
		if order.Uint16(fields) == tagOrientation && order.Uint16(fields[2:]) == 3 {
			if how := order.Uint16(fields[8:]); how <= 8 {
				return how
			}
			return 0
		}
		fields = fields[12:]
	}
	return 0
}
