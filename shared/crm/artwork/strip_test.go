package artwork_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"afterpress/shared/crm/artwork"
)

// secret stands in every part of a picture that must go.
const secret = "31.2304N 121.4737E"

// exif is an EXIF block that says where a picture was taken, and how it is turned (0: it does not say).
func exif(order binary.AppendByteOrder, mark string, how uint16) []byte {
	out := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	out = order.AppendUint16(out, 2)
	field := func(tag, kind uint16, count, value uint32) {
		out = order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(out, tag), kind), count), value)
	}
	field(0x010E, 2, uint32(len(secret)), 50) // a description
	out = order.AppendUint32(order.AppendUint16(order.AppendUint16(out, 0x0112), 3), 1)
	out = order.AppendUint16(order.AppendUint16(out, how), 0)
	out = order.AppendUint32(out, 0)
	out = append(out, make([]byte, 50-len(out))...)
	return append(out, secret...)
}

func segment(marker byte, content string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(2+len(content))), content...)
}

func chunk(name, content string) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(content))), name+content...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

func webpChunk(name, content string) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content))), content...)
	return append(out, make([]byte, len(content)%2)...)
}

func webp(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// shades is a picture in colours of which each dot is another one.
func shades() image.Image {
	out := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			out.Set(x, y, color.RGBA{R: uint8(10 * x), G: uint8(15 * y), B: uint8(x * y), A: 255})
		}
	}
	return out
}

// plain is a picture as Go writes it, which says nothing beside itself.
func plain(t testing.TB, kind artwork.Kind) []byte {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch kind {
	case artwork.KindJPEG:
		err = jpeg.Encode(&out, shades(), nil)
	case artwork.KindPNG:
		err = png.Encode(&out, shades())
	default:
		return webp(webpChunk("VP8X", "\x00\x00\x00\x00\x17\x00\x00\x0f\x00\x00"),
			webpChunk("VP8L", "/\x17\xc0\x03"+strings.Repeat("\x55", 21)))
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// after puts parts behind the first bytes of a picture.
func after(file []byte, n int, parts ...[]byte) []byte {
	return append(append(bytes.Clone(file[:n]), bytes.Join(parts, nil)...), file[n:]...)
}

const (
	pngHead  = 8 + 25 // signature and IHDR
	webpHead = 12 + 18
)

// TestAPhotoLosesWhatItSaysOfItsPlace takes pictures with whatever may say a place in each part where cameras, phones
// and programs put it. What is left is the picture, byte for byte, and how it is turned.
func TestAPhotoLosesWhatItSaysOfItsPlace(t *testing.T) {
	t.Parallel()
	j, p, w := plain(t, artwork.KindJPEG), plain(t, artwork.KindPNG), plain(t, artwork.KindWebP)
	big := func(how uint16) string { return string(exif(binary.BigEndian, "MM", how)) }
	little := func(how uint16) string { return string(exif(binary.LittleEndian, "II", how)) }
	turned := func(how byte) string {
		return "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(how) +
			"\x00\x00\x00\x00\x00\x00"
	}
	jfif := segment(0xE0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")
	icc := segment(0xE2, "ICC_PROFILE\x00\x01\x01profile")
	flagged := func(flags byte) []byte {
		return webpChunk("VP8X", string(flags)+"\x00\x00\x00\x17\x00\x00\x0f\x00\x00")
	}
	for _, c := range []struct {
		what     string
		kind     artwork.Kind
		in, want []byte
	}{
		{"JPEG without anything", artwork.KindJPEG, j, j},
		{"JPEG, upright", artwork.KindJPEG, after(j, 2, segment(0xE1, "Exif\x00\x00"+big(1))), j},
		{"JPEG, turned", artwork.KindJPEG, after(j, 2, segment(0xE1, "Exif\x00\x00"+big(6))),
			after(j, 2, segment(0xE1, "Exif\x00\x00"+turned(6)))},
		{"JPEG, turned, of another byte order", artwork.KindJPEG, after(j, 2, jfif, segment(0xE1, "Exif\x00\x00"+little(8))),
			after(j, 2, jfif, segment(0xE1, "Exif\x00\x00"+turned(8)))},
		{"JPEG that does not say how it is turned", artwork.KindJPEG, after(j, 2, segment(0xE1, "Exif\x00\x00"+big(0))), j},
		{"JPEG that is turned in no known way", artwork.KindJPEG, after(j, 2, segment(0xE1, "Exif\x00\x00"+big(9))), j},
		{"JPEG with two blocks", artwork.KindJPEG, after(j, 2, segment(0xE1, "Exif\x00\x00"+big(3)),
			segment(0xE1, "Exif\x00\x00"+big(6))), after(j, 2, segment(0xE1, "Exif\x00\x00"+turned(3)))},
		{"JPEG with XMP, IPTC and a comment", artwork.KindJPEG, after(j, 2,
			segment(0xE1, "http://ns.adobe.com/xap/1.0/\x00"+secret), segment(0xED, "Photoshop 3.0\x00"+secret),
			segment(0xFE, secret), segment(0xE3, secret), segment(0xEF, secret)), j},
		{"JPEG with colours", artwork.KindJPEG, after(j, 2, jfif, icc), after(j, 2, jfif, icc)},
		{"JPEG of CMYK", artwork.KindJPEG, after(j, 2, segment(0xEE, "Adobe\x00d\x00\x00\x00\x00\x02")),
			after(j, 2, segment(0xEE, "Adobe\x00d\x00\x00\x00\x00\x02"))},
		{"JPEG with a preview", artwork.KindJPEG, after(j, 2, jfif, segment(0xE0, "JFXX\x00\x10"+secret)), after(j, 2, jfif)},
		{"JPEG with more pictures", artwork.KindJPEG,
			append(after(j, 2, segment(0xE2, "MPF\x00"+secret)), after(j, 2, segment(0xE1, "Exif\x00\x00"+big(1)))...), j},
		{"JPEG with a film behind it", artwork.KindJPEG, append(bytes.Clone(j), "\x00\x00\x00\x18ftypmp42"+secret...), j},
		{"JPEG with room before its markers", artwork.KindJPEG, after(j, 2, jfif, []byte{0xFF, 0xFF}), after(j, 2, jfif)},
		{"JPEG without its end", artwork.KindJPEG, j[:len(j)-2], j[:len(j)-2]},
		{"JPEG whose part is longer than the file", artwork.KindJPEG, after(j[:100], 2, []byte{0xFF, 0xE1, 0xFF, 0xFF}), nil},
		{"JPEG with rubbish between its parts", artwork.KindJPEG, after(j, 2, jfif, []byte(secret)), nil},
		{"JPEG without a picture", artwork.KindJPEG, append(bytes.Join([][]byte{{0xFF, 0xD8}, jfif, icc,
			segment(0xFE, strings.Repeat(" ", 50))}, nil), 0xFF, 0xD9), nil},

		{"PNG without anything", artwork.KindPNG, p, p},
		{"PNG, upright, with words and a time", artwork.KindPNG, after(p, pngHead, chunk("eXIf", big(1)),
			chunk("tEXt", "Comment\x00"+secret), chunk("zTXt", secret), chunk("iTXt", "XML:com.adobe.xmp\x00"+secret),
			chunk("tIME", "\x07\xea\x0b\x18\x00\x00\x00"), chunk("prVt", secret)), p},
		{"PNG, turned", artwork.KindPNG, after(p, pngHead, chunk("eXIf", little(6))), after(p, pngHead,
			chunk("eXIf", turned(6)))},
		{"PNG with colours", artwork.KindPNG, after(p, pngHead, chunk("gAMA", "\x00\x00\xb1\x8f"), chunk("iCCP", "profile")),
			after(p, pngHead, chunk("gAMA", "\x00\x00\xb1\x8f"), chunk("iCCP", "profile"))},
		{"PNG with something behind it", artwork.KindPNG, append(bytes.Clone(p), secret...), p},
		{"PNG without its end", artwork.KindPNG, p[:len(p)-12], nil},
		{"PNG whose part is longer than the file", artwork.KindPNG, after(p, pngHead, []byte("\xff\xff\xff\xfftEXt")), nil},

		{"WebP without anything", artwork.KindWebP, w, w},
		{"WebP, upright, with XMP", artwork.KindWebP,
			webp(flagged(0x2C), w[webpHead:], webpChunk("EXIF", big(1)), webpChunk("XMP ", secret), webpChunk("mine", secret)),
			webp(flagged(0x20), w[webpHead:])},
		{"WebP, turned", artwork.KindWebP, webp(flagged(0x08), w[webpHead:], webpChunk("EXIF", "Exif\x00\x00"+little(6))),
			webp(flagged(0x08), w[webpHead:], webpChunk("EXIF", turned(6)))},
		{"WebP that moves", artwork.KindWebP, webp(flagged(0x02), webpChunk("ANIM", "\x00\x00\x00\x00\x00\x00"),
			webpChunk("ANMF", strings.Repeat("\x01", 16)+string(w[webpHead:])+string(webpChunk("mine", secret)))),
			webp(flagged(0x02), webpChunk("ANIM", "\x00\x00\x00\x00\x00\x00"),
				webpChunk("ANMF", strings.Repeat("\x01", 16)+string(w[webpHead:])))},
		{"WebP with something behind it", artwork.KindWebP, append(bytes.Clone(w), secret...), w},
		{"WebP that ends too early", artwork.KindWebP, w[:len(w)-4], nil},
		{"WebP whose part is longer than the file", artwork.KindWebP, webp(flagged(0), []byte("VP8L\xff\xff\x00\x00")), nil},

		{"one kind in the name of another", artwork.KindJPEG, p, nil},
		{"what is no picture", artwork.KindPDF, whole("%PDF-1.7"), nil},
	} {
		got, ok := artwork.Strip(c.kind, c.in)
		if ok != (c.want != nil) || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %v, %d bytes, want %d:\n%q\n%q", c.what, ok, len(got), len(c.want), got, c.want)
		}
		if bytes.Contains(got, []byte(secret)) {
			t.Errorf("%s: it still says where it was taken", c.what)
		}
	}
}

// TestWhichFilesAreStripped holds that photos of people's own are, and print data are not.
func TestWhichFilesAreStripped(t *testing.T) {
	t.Parallel()
	photo, print := artwork.PhotoPolicy(), artwork.StandardPolicy()
	for what, c := range map[string]struct {
		policy artwork.Policy
		file   []byte
		want   bool
	}{
		"a photo": {photo, plain(t, artwork.KindJPEG), true}, "a picture": {photo, plain(t, artwork.KindPNG), true},
		"a WebP": {photo, plain(t, artwork.KindWebP), true}, "a PDF": {photo, whole("%PDF-1.7"), false},
		"print data":             {print, plain(t, artwork.KindJPEG), false},
		"a kind that is refused": {artwork.Policy{Photos: true, Bytes: 1 << 20}, plain(t, artwork.KindJPEG), false},
		"too large": {artwork.Policy{Photos: true, Bytes: 1, Kinds: artwork.Kinds},
			plain(t, artwork.KindJPEG), false},
	} {
		_, got := c.policy.Strips(artwork.Found{Bytes: int64(len(c.file)), Head: c.file})
		if got != c.want {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// FuzzStrip holds that whatever comes: what is left is a picture of the same kind that says nothing more to take off.
// It is no longer than before but for how it is turned, and shows the same dots.
func FuzzStrip(f *testing.F) {
	big := string(exif(binary.BigEndian, "MM", 6))
	j, p, w := plain(f, artwork.KindJPEG), plain(f, artwork.KindPNG), plain(f, artwork.KindWebP)
	for _, file := range [][]byte{j, p, w, after(j, 2, segment(0xE1, "Exif\x00\x00"+big)),
		after(p, pngHead, chunk("eXIf", big)), webp(w[12:], webpChunk("EXIF", big)),
		append(bytes.Clone(j), j...), after(j, 2, segment(0xE2, "MPF\x00"))} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, kind := range []artwork.Kind{artwork.KindJPEG, artwork.KindPNG, artwork.KindWebP} {
			clean, ok := artwork.Strip(kind, file)
			if !ok {
				continue
			}
			if len(clean) > len(file)+4 { // an EXIF block needs no end
				t.Errorf("%s: %d bytes became %d", kind, len(file), len(clean))
			}
			if again, ok := artwork.Strip(kind, clean); !ok || !bytes.Equal(again, clean) {
				t.Errorf("%s: a second time takes off more: %v, %q, %q", kind, ok, clean, again)
			}
			if kind != artwork.KindWebP {
				sameDots(t, file, clean)
			}
		}
	})
}

// sameDots holds that a picture that Go can read is the same afterwards.
func sameDots(t *testing.T, before, after []byte) {
	t.Helper()
	size, _, err := image.DecodeConfig(bytes.NewReader(before))
	if err != nil || size.Width*size.Height > 1<<16 { // what is large takes long, and shows nothing more
		return
	}
	was, _, err := image.Decode(bytes.NewReader(before))
	if err != nil {
		return
	}
	is, _, err := image.Decode(bytes.NewReader(after))
	if err != nil || is.Bounds() != was.Bounds() {
		t.Fatalf("it cannot be read any more: %v", err)
	}
	for y := was.Bounds().Min.Y; y < was.Bounds().Max.Y; y++ {
		for x := was.Bounds().Min.X; x < was.Bounds().Max.X; x++ {
			if was.At(x, y) != is.At(x, y) {
				t.Fatalf("the dot %d, %d is another one", x, y)
			}
		}
	}
}
