package main

import (
	"crypto/sha256"
	"encoding/hex"
)

// requestID makes the id of a request from the trigger_id that Slack gives it: the same for a
// redelivery, fit for logs and for reading out over the phone.
func requestID(triggerID string) string {
	sum := sha256.Sum256([]byte(triggerID))
	return hex.EncodeToString(sum[:8])
}
