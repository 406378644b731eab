package load

import (
	"fmt"
	"reflect"
	"strings"
	"text/template/parse"
)

// A mark is a number written in letters of the Vai script. They pass through
// every way of quoting as they are, unlike private-use characters, and no
// chart is known to write with them.
const (
	markOpen  = "\uA500"
	markClose = "\uA511"
	markZero  = 0xA501 // and fifteen more digits
)

// marks knows which place each mark stands for.
type marks struct {
	places []textPlace
	index  map[textPlace]int
}

// textPlace is a byte of a file of the chart.
type textPlace struct {
	file   string
	offset int
}

func newMarks() *marks { return &marks{index: map[textPlace]int{}} }

func (m *marks) number(at textPlace) int {
	n, known := m.index[at]
	if !known {
		n = len(m.places)
		m.index[at] = n
		m.places = append(m.places, at)
	}
	return n
}

// encode writes a mark.
func encode(n int) string {
	var b strings.Builder
	b.WriteString(markOpen)
	for _, digit := range fmt.Sprintf("%x", n) {
		value := digit - '0'
		if digit >= 'a' {
			value = digit - 'a' + 10
		}
		b.WriteRune(markZero + value)
	}
	b.WriteString(markClose)
	return b.String()
}

// decode reads the mark that a text begins with, and returns its length; 0
// where there is none.
func decode(text string) (n, length int) {
	if !strings.HasPrefix(text, markOpen) {
		return 0, 0
	}
	for i, r := range text[len(markOpen):] {
		if r < markZero || r >= markZero+16 {
			if strings.HasPrefix(text[len(markOpen)+i:], markClose) {
				return n, len(markOpen) + i + len(markClose)
			}
			break
		}
		n = n<<4 | int(r-markZero)
	}
	return 0, 0
}

// stripMarks returns a text without marks.
func stripMarks(text string) string {
	i := strings.Index(text, markOpen)
	if i < 0 {
		return text
	}
	var b strings.Builder
	for ; i >= 0; i = strings.Index(text, markOpen) {
		b.WriteString(text[:i])
		_, length := decode(text[i:])
		if length == 0 {
			b.WriteString(markOpen)
			length = len(markOpen)
		}
		text = text[i+length:]
	}
	b.WriteString(text)
	return b.String()
}

// edit puts marks into the texts of a template: before what each line begins
// with, and where something else than text begins a line. Output of several
// lines gets the mark of its action too, after those that it brings along.
func (m *marks) edit(list *parse.ListNode, from *partial) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			n.Text = []byte(m.text(string(n.Text), from, int(n.Pos), i+1 < len(list.Nodes)))
		case *parse.ActionNode:
			if len(n.Pipe.Decl) == 0 {
				mark := action("", 0, fmt.Sprintf(`"" | %s %d`, markLines, m.number(textPlace{from.file, from.lead + int(n.Pos)})))
				n.Pipe.Cmds = append(n.Pipe.Cmds, mark.Pipe.Cmds[1])
			}
		case *parse.IfNode:
			m.edit(n.List, from)
			m.edit(n.ElseList, from)
		case *parse.WithNode:
			m.edit(n.List, from)
			m.edit(n.ElseList, from)
		case *parse.RangeNode:
			m.edit(n.List, from)
			m.edit(n.ElseList, from)
		}
	}
}

func (m *marks) text(text string, from *partial, pos int, more bool) string {
	var b strings.Builder
	offset := from.lead + pos
	for line := range strings.Lines(text) {
		trimmed := strings.TrimLeft(line, " \t")
		blanks := len(line) - len(trimmed)
		b.WriteString(line[:blanks])
		if strings.TrimSpace(trimmed) != "" {
			b.WriteString(encode(m.number(textPlace{from.file, offset + blanks})))
		}
		b.WriteString(trimmed)
		offset += len(line)
	}
	if tail := text[strings.LastIndexByte(text, '\n')+1:]; more && strings.TrimSpace(tail) == "" {
		b.WriteString(encode(m.number(textPlace{from.file, from.lead + pos + len(text)})))
	}
	return b.String()
}

// markLines is the name of the function that marks the output of an action.
const markLines = "nplintMark"

// lines takes and returns a reflect.Value, because how a value prints may depend
// on whether it can be addressed.
func (m *marks) lines(n int, value reflect.Value) reflect.Value {
	text, ok := "", false
	if value.IsValid() && value.CanInterface() {
		text, ok = value.Interface().(string)
	}
	if !ok || !strings.Contains(text, "\n") {
		return value
	}
	mark := encode(n)
	var b strings.Builder
	for line := range strings.Lines(text) {
		blanks := len(line) - len(strings.TrimLeft(line, " \t"))
		for {
			_, length := decode(line[blanks:])
			if length == 0 {
				break
			}
			blanks += length
		}
		b.WriteString(line[:blanks])
		if strings.TrimSpace(line[blanks:]) != "" {
			b.WriteString(mark)
		}
		b.WriteString(line[blanks:])
	}
	return reflect.ValueOf(b.String())
}

// trimMarked trims a text as if its marks were not there, and keeps those that
// stand before what is left.
func trimMarked(text string) string {
	for {
		text = strings.TrimSpace(text)
		_, length := decode(text)
		if rest := text[length:]; length == 0 || rest != "" && strings.TrimLeft(rest, " \t\r\n") == rest {
			break
		}
		text = text[length:]
	}
	for {
		text = strings.TrimSpace(text)
		i := strings.LastIndex(text, markOpen)
		if i < 0 {
			return text
		}
		if _, length := decode(text[i:]); length == 0 || i+length < len(text) {
			return text
		}
		text = text[:i]
	}
}
