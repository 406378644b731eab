package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// today returns the day in UTC, or that of SOURCE_DATE_EPOCH in seconds: the
// one input beside the files, for suppressions that end on a day.
func today() (time.Time, error) {
	now := time.Now()
	if epoch := os.Getenv("SOURCE_DATE_EPOCH"); epoch != "" {
		seconds, err := strconv.ParseInt(epoch, 10, 64)
		if err != nil {
			return time.Time{}, fmt.Errorf("SOURCE_DATE_EPOCH is %q, which is no number of seconds", epoch)
		}
		now = time.Unix(seconds, 0)
	}
	return now.UTC().Truncate(24 * time.Hour), nil
}
