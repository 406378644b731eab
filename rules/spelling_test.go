package rules

import "testing"

func TestLooksLike(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"web", "wbe", true},
		{"web", "Web", true},
		{"api", "apii", true},
		{"cart", "carts", true},
		{"redis", "rediss", true},
		{"bookstore", "bookstor", true},
		{"frontend", "frnotend", true},
		{"postgres", "postgresql", true},
		{"book-store", "bookstore", true},
		{"book-store", "book_store", true},
		{"loki-ingester", "loki-ingestor", true},
		{"app.kubernetes.io/name", "app.kubernetes.io/nmae", true},

		{"web", "web", false},
		{"api", "app", false},
		{"ap", "app", false},
		{"db", "bd", false},
		{"dev", "dex", false},
		{"queue-1", "queue-2", false},
		{"redis", "redis6", false},
		{"worker-a", "worker-b", false},
		{"eu-west", "us-west", false},
		{"payment-api", "payment-app", false},
		{"frontend", "frontend-a", false},
		{"1.2.3", "1.2.4", false},
		{"frontend", "backend", false},
		{"", "a", false},
	} {
		if got := looksLike(test.a, test.b); got != test.want {
			t.Errorf("looksLike(%q, %q) = %v", test.a, test.b, got)
		}
		if got := looksLike(test.b, test.a); got != test.want {
			t.Errorf("looksLike(%q, %q) = %v", test.b, test.a, got)
		}
	}
}
