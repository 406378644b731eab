package load

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"text/template"
	"time"
)

// durations are the functions that Helm adds for lengths of time. All but the
// first return zero for what is none.
var durations = func() template.FuncMap {
	in := func(count func(time.Duration) float64) func(any) float64 {
		return func(v any) float64 {
			d, _ := duration(v)
			return count(d)
		}
	}
	whole := func(count func(time.Duration) int64) func(any) int64 {
		return func(v any) int64 {
			d, _ := duration(v)
			return count(d)
		}
	}
	to := func(f func(d, m time.Duration) time.Duration) func(v, m any) time.Duration {
		return func(v, m any) time.Duration {
			d, err := duration(v)
			if err != nil {
				return 0
			}
			unit, err := duration(m)
			if err != nil {
				return d
			}
			return f(d, unit)
		}
	}
	return template.FuncMap{
		"mustToDuration":       duration,
		"durationSeconds":      in(time.Duration.Seconds),
		"durationMilliseconds": whole(time.Duration.Milliseconds),
		"durationMicroseconds": whole(time.Duration.Microseconds),
		"durationNanoseconds":  whole(time.Duration.Nanoseconds),
		"durationMinutes":      in(time.Duration.Minutes),
		"durationHours":        in(time.Duration.Hours),
		"durationDays":         in(func(d time.Duration) float64 { return d.Hours() / 24 }),
		"durationWeeks":        in(func(d time.Duration) float64 { return d.Hours() / 24 / 7 }),
		"durationRoundTo":      to(time.Duration.Round),
		"durationTruncateTo":   to(time.Duration.Truncate),
	}
}()

// duration reads what templates write for a length of time: Go's notation, or
// a number of seconds.
func duration(v any) (time.Duration, error) {
	switch x := v.(type) {
	case nil:
		return 0, errors.New("invalid duration")
	case time.Duration:
		return x, nil
	case string:
		if d, err := time.ParseDuration(x); err == nil {
			return d, nil
		}
		f, err := strconv.ParseFloat(x, 64)
		if err != nil {
			return 0, fmt.Errorf("could not parse duration %q", x)
		}
		return seconds(f)
	}
	switch n := reflect.ValueOf(v); {
	case n.CanInt() && n.Int() == int64(time.Duration(n.Int())*time.Second/time.Second):
		return time.Duration(n.Int()) * time.Second, nil
	case n.CanInt():
		return seconds(math.Inf(1))
	case n.CanUint():
		return seconds(float64(n.Uint()))
	case n.CanFloat():
		return seconds(n.Float())
	}
	return 0, fmt.Errorf("unsupported duration type %T", v)
}

func seconds(f float64) (time.Duration, error) {
	if nanos := f * float64(time.Second); !math.IsNaN(nanos) && math.Abs(nanos) < math.MaxInt64 {
		return time.Duration(nanos), nil
	}
	return 0, fmt.Errorf("duration seconds overflow: %v", f)
}
