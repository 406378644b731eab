package report

import (
	"strings"
)

// helpMarkdown turns a rule's documentation into Markdown: paragraphs lose their
// line breaks, which code scanning would keep, lists keep them, indented text
// becomes a code block, and nothing else is read as markup.
func helpMarkdown(doc string) string {
	var blocks []string
	for _, paragraph := range strings.Split(doc, "\n\n") {
		paragraph = strings.Trim(paragraph, "\n")
		switch {
		case strings.TrimSpace(paragraph) == "":
		case indented(paragraph):
			blocks = append(blocks, "```\n"+paragraph+"\n```")
		default:
			blocks = append(blocks, flow(paragraph))
		}
	}
	return strings.Join(blocks, "\n\n")
}

func indented(paragraph string) bool {
	return strings.HasPrefix(paragraph, " ") || strings.HasPrefix(paragraph, "\t")
}

// flow joins the lines of a paragraph, or of each item of a list.
func flow(paragraph string) string {
	var b strings.Builder
	for i, line := range strings.Split(paragraph, "\n") {
		line = strings.TrimSpace(line)
		item := strings.HasPrefix(line, "- ")
		switch {
		case item && i > 0:
			b.WriteByte('\n')
		case i > 0:
			b.WriteByte(' ')
		}
		if item {
			b.WriteString("- ")
			line = line[len("- "):]
		}
		for j, word := range strings.Fields(line) {
			if j > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(literal(word))
		}
	}
	return b.String()
}

var markup = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `_`, `\_`, `<`, `&lt;`, `[`, `\[`, `]`, `\]`, `&`, `&amp;`)

// literal writes a word so that it reads as it is. Addresses link themselves,
// and code needs no escaping.
func literal(word string) string {
	if strings.Contains(word, "://") || strings.Contains(word, "`") {
		return word
	}
	return markup.Replace(word)
}
