package main

import (
	"fmt"
	"slices"
	"strings"
)

// roff writes a manual page in the macros of man(7).
func (d *dist) roff(c command, h help, below []entry) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 %s \"sfstore %s\" \"sfstore\"\n", strings.ToUpper(roffText(c.page())), d.date.Format("2006-01-02"), d.version)
	b.WriteString(".nh\n.ad l\n") // a name that is hyphenated cannot be copied
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roffText(c.page()), roffText(c.short))
	options := false
	for _, s := range h.sections {
		switch s.title {
		case "Usage":
			b.WriteString(".SH SYNOPSIS\n.nf\n")
			for _, line := range s.lines {
				rest := strings.TrimPrefix(line, strings.Join(c.path, " "))
				fmt.Fprintf(&b, "\\fB%s\\fR%s\n", roffText(strings.Join(c.path, " ")), roffText(rest))
			}
			b.WriteString(".fi\n.SH DESCRIPTION\n")
			writeText(&b, h.description)
		case commandsTitle:
			b.WriteString(".SH COMMANDS\n")
			for _, e := range below {
				fmt.Fprintf(&b, ".TP\n.BR %s (1)\n%s\n", roffText(c.page()+"-"+e.name), roffText(e.text))
			}
		case "Examples":
			b.WriteString(".SH EXAMPLES\n.nf\n.RS 4\n")
			for _, line := range s.lines {
				b.WriteString(roffText(line) + "\n")
			}
			b.WriteString(".RE\n.fi\n")
		default:
			if !options {
				options = true
				b.WriteString(".SH OPTIONS\n")
			}
			if s.title != "Flags" {
				fmt.Fprintf(&b, ".SS %s\n", roffText(s.title))
			}
			for _, e := range s.entries() {
				fmt.Fprintf(&b, ".TP\n\\fB%s\\fR\n%s\n", roffText(e.name), roffText(e.text))
			}
		}
	}
	b.WriteString(seeAlso(c))
	return b.String()
}

func seeAlso(c command) string {
	if len(c.path) == 1 {
		return ""
	}
	parent := strings.Join(c.path[:len(c.path)-1], "-")
	pages := []string{parent}
	for _, name := range c.siblings {
		pages = append(pages, parent+"-"+name)
	}
	pages = slices.DeleteFunc(pages, func(page string) bool { return page == c.page() })
	for i, page := range pages {
		pages[i] = fmt.Sprintf(".BR %s (1)", roffText(page))
	}
	return ".SH SEE ALSO\n" + strings.Join(pages, ",\n") + "\n"
}

// writeText writes paragraphs. Lines that are indented keep their form.
func writeText(b *strings.Builder, text string) {
	kept := false
	for line := range strings.SplitSeq(text, "\n") {
		if indented := strings.HasPrefix(line, " "); indented != kept && line != "" {
			kept = indented
			if kept {
				b.WriteString(".nf\n")
			} else {
				b.WriteString(".fi\n")
			}
		}
		if line == "" {
			b.WriteString(".PP\n")
		} else {
			b.WriteString(roffText(line) + "\n")
		}
	}
	if kept {
		b.WriteString(".fi\n")
	}
}

// roffText escapes text: hyphens can be copied, and no line is a macro.
func roffText(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, "^", `\(ha`, "~", `\(ti`, "`", `\(ga`, "'", `\(aq`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}
