package store_test

import (
	"afterpress/shared/crm/artwork"
	"afterpress/shared/store"
)

// dropMeeting discards a submission while somebody has a file of it looked at. Nothing of it stays in the bucket.
var dropMeeting = meeting{"a file is decided about while its submission is discarded",
	[2]string{"DecideArtwork", "DropArtwork"}, func(h *house) pair {
		p := h.place(artwork.StandardPolicy())
		id := h.sent(p)
		drops := func(s *store.Store) error { return s.DropArtwork(h.t.Context(), p.Of) }
		return pair{decides(h, p, id), drops, func() string {
			_, kept, err := h.Bucket.Look(h.t.Context(), "attached/"+p.Of+"/"+id, 1)
			h.must(err)
			_, sent, err := h.Bucket.Look(h.t.Context(), "quarantine/"+p.Of+"/"+id, 1)
			h.must(err)
			return lines(h.folder(p), "gone", kept, sent)
		}}
	}, [2]string{"2, [dropped], 0, gone, true, true", "3, [dropped], 1, gone, true, true"}}

// removeMeeting takes a refused file from view twice.
var removeMeeting = meeting{"a refused file is removed twice",
	[2]string{"RemoveArtwork", "RemoveArtwork"}, func(h *house) pair {
		policy := artwork.StandardPolicy()
		policy.Kinds = []artwork.Kind{artwork.KindPNG} // what is sent is a PDF
		p := h.place(policy)
		id := h.sent(p)
		h.must(decides(h, p, id)(h.Store))
		removes := func(s *store.Store) error { return s.RemoveArtwork(h.t.Context(), p.Of, id) }
		return pair{removes, removes, func() string { return h.folder(p) }}
	}, [2]string{"3, [dropped], 0", "3, [dropped], 0"}}
