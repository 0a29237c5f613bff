// Package boot makes what a main wires: checked settings from the environment, the logger, the DynamoDB client, ids
// and the clock. Only mains and their tests import it, and it links no Temporal.
package boot
