package lint

import (
	"slices"
	"testing"
	"testing/synctest"
)

func TestSlots(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := slots{free: 1}
		s.acquire(false)
		var order []string
		wait := func(name string, urgent bool) {
			go func() {
				s.acquire(urgent)
				order = append(order, name)
				s.release()
			}()
			synctest.Wait()
		}
		wait("first", false)
		wait("second", false)
		wait("urgent", true)
		s.release()
		synctest.Wait()
		if want := []string{"urgent", "first", "second"}; !slices.Equal(order, want) || s.free != 1 {
			t.Errorf("the order is %v, want %v; %d are free", order, want, s.free)
		}
	})
}
