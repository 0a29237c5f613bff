package stack

import (
	"fmt"
	"path/filepath"
	"strings"

	"afterpress/shared/crm/gate"
	"afterpress/shared/crm/message"
	"afterpress/shared/kernel/token"
)

// ChoicesLink is the address at which a contact of the stack in dir chooses what to be sent. It is the one that a mail
// to the contact holds.
func ChoicesLink(dir, contact string) (string, error) {
	if !strings.HasPrefix(contact, "con_") {
		return "", fmt.Errorf("%q is no contact's id: a lead has it as contact_id", contact)
	}
	at, err := addressesIn(dir)
	if err != nil {
		return "", err
	}
	tokens, err := Tokens(dir)
	if err != nil {
		return "", err
	}
	return at.API + "/u/" + gate.SignUnsubscribing(tokens,
		gate.Unsubscribing{Person: contact, Channel: message.ChannelEmail}), nil
}

// Tokens signs links as the doors of the stack in dir do.
func Tokens(dir string) (token.Tokens, error) {
	ring, err := Ring(dir)
	return token.NewTokens(ring), err
}

// Ring holds the keys of the stack in dir.
func Ring(dir string) (*token.Ring, error) {
	text, err := secret(filepath.Join(dir, "data", "seal-key"))
	if err != nil {
		return nil, err
	}
	return token.NewRing(text)
}
