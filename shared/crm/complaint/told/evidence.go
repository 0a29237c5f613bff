package told

import (
	"slices"
	"strings"

	"afterpress/shared/crm/complaint"
	"afterpress/shared/crm/complaint/defect"
	"afterpress/shared/kernel/words"
)

// Asked lists what the customer was asked for, in words that need no knowledge of print. Photos are described by
// defect: what is off by millimetres needs a ruler, a wrong colour needs daylight.
func Asked(c complaint.Complaint) []words.Text {
	var out []words.Text
	for _, e := range c.Asked {
		for _, text := range requests(c, e) {
			if !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	return out
}

// theirs is the evidence that only the customer has; the shop finds the rest itself.
var theirs = []defect.Evidence{defect.EvidencePhoto, defect.EvidenceSamples, defect.EvidenceCount, defect.EvidenceLabel,
	defect.EvidenceDeliveryNote, defect.EvidenceUse}

// ToAsk is Asked for a complaint whose customer was asked for nothing yet. It is what the catalogue wants for these
// defects, as far as only the customer has it.
func ToAsk(c complaint.Complaint) []words.Text {
	var wanted []defect.Evidence
	for _, kind := range c.Defects {
		d, _ := defect.Of(kind)
		wanted = append(wanted, d.Evidence...)
	}
	c.Asked = nil
	for _, e := range theirs {
		if slices.Contains(wanted, e) {
			c.Asked = append(c.Asked, e)
		}
	}
	return Asked(c)
}

// AskedWords are Asked for a letter, one per line.
func AskedWords(c complaint.Complaint, lang words.Lang) string {
	var lines []string
	for _, text := range Asked(c) {
		lines = append(lines, text.In(lang))
	}
	return strings.Join(lines, "\n")
}

func requests(c complaint.Complaint, e defect.Evidence) (out []words.Text) {
	if e != defect.EvidencePhoto {
		return []words.Text{common[e]}
	}
	for _, kind := range c.Defects {
		out = append(out, photoOf(kind))
	}
	return out
}

// photoOf is the photo that shows a defect.
func photoOf(kind defect.Kind) words.Text {
	d, _ := defect.Of(kind)
	switch {
	case photos[kind].Zh != "":
		return photos[kind]
	case slices.Contains(offByMillimetres, kind):
		return ruler
	case d.Group == defect.Colour:
		return daylight
	case d.Group == defect.Content:
		return place
	}
	return closeUp
}

// offByMillimetres are the defects whose size is read off a ruler.
var offByMillimetres = []defect.Kind{defect.Misregister, defect.Backup, defect.Skew, "trim-size", "trim-skew",
	"fold-error", "die-cut-offset", "foil-offset", "spine-shift", "cover-white", "warp-curl"}

var (
	ruler = words.Text{Zh: "一张照片：把直尺贴着有偏差的地方，拍清刻度",
		En: "A photo with a ruler laid along the place, so that we can read how far it is off"}
	daylight = words.Text{Zh: "一张照片：白天在窗边拍，不开灯、不用闪光灯，把有问题的和您满意的放在一起",
		En: "A photo by a window in daylight, without lamp or flash: a bad piece beside one that you are happy with"}
	place = words.Text{Zh: "一张照片：拍下印错的地方和它的周围，并写明正确的应是什么",
		En: "A photo of the wrong place with what is around it, and a line on what it should be"}
	closeUp = words.Text{Zh: "两张照片：一张拍整件，一张靠近拍有问题的地方",
		En: "Two photos: one of the whole piece, and one close up of what is wrong"}
	cartons = words.Text{Zh: "照片：外箱、箱上的标签和箱内的货物",
		En: "Photos of the cartons, of the label on them, and of the goods inside"}
	note = words.Text{Zh: "一张送货单的照片，能看清日期",
		En: "A photo of the delivery note on which the date can be read"}
)

// photos are the photos of single defects.
var photos = map[defect.Kind]words.Text{
	defect.Late: note, defect.Short: cartons, defect.Over: cartons, "transit-damage": cartons, "packing": cartons,
	defect.MixedLot: cartons,
	defect.Barcode: {Zh: "一张正对条码、拍满画面的照片，并写明用什么设备扫描",
		En: "A photo taken straight in front of the code, filling the picture, and the scanner or app that you used"},
}

// common are the requests that are the same for every defect.
var common = map[defect.Evidence]words.Text{
	defect.EvidenceSamples: {Zh: "寄回 5 件有问题的和 1 件好的，平放包好，以免路上再受损",
		En: "5 bad pieces and 1 good one, sent to us flat and well packed"},
	defect.EvidenceCount: {Zh: "抽看 50 件左右，告诉我们看了多少件、其中多少件有问题",
		En: "A count of about 50 pieces: how many you checked, and how many are bad"},
	defect.EvidenceLabel: {Zh: "一张箱上标签的照片，能看清编号",
		En: "A photo of the label on the carton on which its number can be read"},
	defect.EvidenceDeliveryNote: {Zh: "一张收货时签过字的送货单照片",
		En: "A photo of the delivery note that was signed when the goods came"},
	defect.EvidenceProof: {Zh: "如果手边有您签字确认过的样张，请拍一张照片",
		En: "A photo of the sample that you signed, if you have it at hand"},
	defect.EvidenceMeter: {Zh: "如果有人用仪器测过，请拍下读数，并写明仪器型号",
		En: "If somebody measured it with an instrument: a photo of the reading and the name of the device"},
	defect.EvidenceUse: {Zh: "收货后放在哪里、怎样使用的，例如是否受潮、受热或日晒",
		En: "Where the goods were kept and how they were used: damp, heat and sun matter"},
	defect.EvidenceFile: {Zh: "您当时发给我们的文件", En: "The file that you sent us for this job"},
	defect.EvidenceLab:  {Zh: "如果送检过，请提供检测报告", En: "The report, if a laboratory tested it"},
	defect.EvidenceComparison: {Zh: "把有问题的和确认过的样张放在一起，告诉我们差在哪里",
		En: "A bad piece beside the sample that you approved, and a line on what differs"},
	defect.EvidenceQuantities: {Zh: "订了多少、收到多少、其中多少有问题",
		En: "How many you ordered, how many came, and how many of them are bad"},
	defect.EvidenceTimes: {Zh: "当时约定哪天交货，实际哪天收到", En: "The day that was agreed, and the day on which the goods came"},
	defect.EvidenceCause: {Zh: "您认为可能是什么原因", En: "What you think may have caused it"},
}
