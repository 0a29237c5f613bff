package store_test

import (
	"afterpress/shared/crm/artwork"
	"afterpress/shared/store"
	"afterpress/shared/store/storetest"
)

// scans hands in a file with a complaint where a scanner looks at files. The tag says what was found; empty: nothing,
// and its time is over.
func (h *house) scans(tag string) (p artwork.Place, file string) {
	h.t.Helper()
	scanner := storetest.Scan(h.t, h.Bucket)
	c, err := h.Complaint(h.t.Context(), h.complaint(h.lead()))
	h.must(err)
	p = c.ArtworkPlace()
	file = h.sent(p)
	a, err := h.DecideArtwork(h.t.Context(), p, file)
	h.must(err)
	if tag != "" {
		scanner.Says(h.t, "quarantine/"+p.Of+"/"+file, a.Scan.Version, tag)
	} else {
		h.Clock.Advance(artwork.ScanTime)
	}
	p.By = "stf_1"
	return p, file
}

func judges(h *house, p artwork.Place, file string) act {
	return func(s *store.Store) error {
		_, err := s.JudgeArtwork(h.t.Context(), p.Of, file)
		return err
	}
}

func frees(h *house, p artwork.Place, file string) act {
	return func(s *store.Store) error {
		_, err := s.ReleaseArtwork(h.t.Context(), p, file, "sender-confirmed")
		return err
	}
}

func givesUp(h *house, p artwork.Place, file string) act {
	return func(s *store.Store) error {
		_, err := s.DiscardArtwork(h.t.Context(), p, file, "suspicious")
		return err
	}
}

var judgeMeeting = meeting{"two workers judge one file", [2]string{"JudgeArtwork", "JudgeArtwork"},
	func(h *house) pair {
		p, file := h.scans(artwork.TagClean)
		return pair{judges(h, p, file), judges(h, p, file), func() string { return h.folder(p) }}
	}, [2]string{"3, [attached], 2", "3, [attached], 2"}}

var judgeReleaseMeeting = meeting{"a file is judged while a colleague releases it",
	[2]string{"JudgeArtwork", "ReleaseArtwork"}, func(h *house) pair {
		p, file := h.scans("")
		return pair{judges(h, p, file), frees(h, p, file), func() string { return h.folder(p) }}
	}, [2]string{"3, [attached], 2", "4, [attached], 3"}}

var judgeDropMeeting = meeting{"a file is judged while its record is discarded",
	[2]string{"JudgeArtwork", "DropArtwork"}, func(h *house) pair {
		p, file := h.scans(artwork.TagInfected)
		drops := func(s *store.Store) error { return s.DropArtwork(h.t.Context(), p.Of) }
		return pair{judges(h, p, file), drops, func() string { return h.folder(p) }}
	}, [2]string{"3, [dropped], 1", "4, [infected], 2"}}

var judgeWithdrawMeeting = meeting{"a file is judged while its complaint is withdrawn",
	[2]string{"JudgeArtwork", "GrantComplaint"}, func(h *house) pair {
		p, file := h.scans(artwork.TagClean)
		return pair{judges(h, p, file), withdrawn(h, p.Of), func() string { return lines(h.folder(p), h.says(p.Of)) }}
	}, [2]string{"3, [attached], 2, withdrawn 0+0, 0 frozen", "3, [attached], 2, withdrawn 0+0, 0 frozen"}}

var decideHeldMeeting = meeting{"a held file is released and discarded",
	[2]string{"ReleaseArtwork", "DiscardArtwork"}, func(h *house) pair {
		p, file := h.scans("")
		return pair{frees(h, p, file), givesUp(h, p, file), func() string { return h.folder(p) }}
	}, [2]string{"refused: 3, [dropped], 2", "refused: 3, [attached], 2"}}

var heldTwiceMeeting = meeting{"a held file is discarded twice", [2]string{"DiscardArtwork", "DiscardArtwork"},
	func(h *house) pair {
		p, file := h.scans("")
		return pair{givesUp(h, p, file), givesUp(h, p, file), func() string { return h.folder(p) }}
	}, [2]string{"3, [dropped], 2", "3, [dropped], 2"}}
