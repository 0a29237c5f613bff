// Package worklist is where people see what they have to do, and do it. It has tasks, the desk, the load of a branch,
// and messages in doubt.
package worklist

import "afterpress/shared/app"

// Desk has one method for each thing that people do with their work.
type Desk struct{ app.Office }
