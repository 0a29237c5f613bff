package kerneltest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"

	"afterpress/shared/kernel/token"
)

// Keys is the text of a secret with a hash key and seal keys, the newest first. Each key is made of its name.
func Keys(hash string, seal ...string) string {
	in := struct {
		Hash string   `json:"hash"`
		Seal []string `json:"seal"`
	}{Hash: Key(hash)}
	for _, name := range seal {
		in.Seal = append(in.Seal, Key(name))
	}
	text, err := json.Marshal(in)
	if err != nil {
		panic(err) // texts have a JSON form
	}
	return string(text)
}

// Key is a key that is made of its name: always the same, and another for another name.
func Key(name string) string {
	key := sha256.Sum256([]byte(name))
	return base64.StdEncoding.EncodeToString(key[:])
}

// Ring holds one key, made of its name.
func Ring(name string) *token.Ring {
	r, err := token.NewRing(Key(name))
	if err != nil {
		panic(err) // Key makes good ones
	}
	return r
}
