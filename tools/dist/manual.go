package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// writeManual writes a manual page for each command, made of its help.
func (d *dist) writeManual(ctx context.Context) error {
	if err := os.MkdirAll(filepath.Join(d.work, "man"), 0o755); err != nil {
		return err
	}
	return d.writePage(ctx, command{path: []string{"sfstore"}})
}

// command is a command of the program, with those beside it.
type command struct {
	path     []string // such as sfstore, session, list
	short    string   // what it does, in a line
	siblings []string
}

// page is the name of its manual page.
func (c command) page() string { return strings.Join(c.path, "-") }

func (d *dist) writePage(ctx context.Context, c command) error {
	cmd := exec.CommandContext(ctx, d.host, append([]string{"help"}, c.path[1:]...)...)
	cmd.Env = []string{} // no setting of this machine gets into a default
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%s: %w", cmd, err)
	}
	h := parseHelp(string(out))
	if c.short == "" {
		c.short = h.description
		if first, _, ok := strings.Cut(h.description, "\n"); ok {
			c.short = first
		}
	}
	below := h.commands()
	name := filepath.Join(d.work, "man", c.page()+".1")
	if err := os.WriteFile(name, []byte(d.roff(c, h, below)), 0o644); err != nil {
		return err
	}
	var names []string
	for _, sub := range below {
		names = append(names, sub.name)
	}
	for _, sub := range below {
		path := append(append([]string{}, c.path...), sub.name)
		if err := d.writePage(ctx, command{path, sub.text, names}); err != nil {
			return err
		}
	}
	return nil
}

// help is what a command prints about itself.
type help struct {
	description string
	sections    []section
}

// section is a part with a title: usage, commands, flags in groups, examples.
type section struct {
	title string
	lines []string // without their common indentation
}

// entry is a flag or a command with its description.
type entry struct{ name, text string }

// parseHelp splits a help text into sections. A title is a line that ends in a colon, with a blank line
// before it and two blanks at the start of the next.
func parseHelp(text string) help {
	var h help
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	at := 0
	isTitle := func(i int) bool {
		return i > 0 && i+1 < len(lines) && lines[i-1] == "" && strings.HasSuffix(lines[i], ":") &&
			!strings.HasPrefix(lines[i], " ") && strings.HasPrefix(lines[i+1], "  ")
	}
	for at < len(lines) && !isTitle(at) {
		at++
	}
	h.description = strings.TrimSpace(strings.Join(lines[:at], "\n"))
	for ; at < len(lines); at++ {
		if isTitle(at) {
			h.sections = append(h.sections, section{title: strings.TrimSuffix(lines[at], ":")})
		} else if line, ok := strings.CutPrefix(lines[at], "  "); ok {
			last := &h.sections[len(h.sections)-1]
			last.lines = append(last.lines, line)
		}
	}
	return h
}

// entries reads the lines of flags or commands: a name, blanks, a text.
func (s section) entries() (all []entry) {
	for _, line := range s.lines {
		line = strings.TrimSpace(line)
		separator := "   " // a flag has its type after one blank
		if !strings.HasPrefix(line, "-") {
			separator = " "
		}
		name, text, _ := strings.Cut(line, separator)
		all = append(all, entry{name, strings.TrimSpace(text)})
	}
	return all
}

func (h help) commands() []entry {
	for _, s := range h.sections {
		if s.title == commandsTitle {
			return s.entries()
		}
	}
	return nil
}

const commandsTitle = "Available Commands"
