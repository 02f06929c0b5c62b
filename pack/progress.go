package pack

import (
	"io/fs"
	"path"
)

// packer returns a packer that reports progress if there is a function for it. With copies, files
// outside archives count too.
func (p *plan) packer(copies bool) (*packer, error) {
	made := newPacker(p.src)
	if p.progress == nil {
		return made, nil
	}
	total, err := p.size(copies)
	if err != nil {
		return nil, err
	}
	var done int64
	made.read = func(n int) {
		done += int64(n)
		p.progress(done, total)
	}
	return made, nil
}

// size returns how many bytes will be read.
func (p *plan) size(copies bool) (total int64, err error) {
	for _, a := range p.archives {
		for _, entry := range a.entries {
			if isFolder(entry) {
				continue
			}
			name := path.Join(a.folder, entry)
			info, err := fs.Stat(p.src, name)
			if err != nil {
				return 0, stepError("compress", name, bare(err))
			}
			total += info.Size()
		}
	}
	if !copies {
		return total, nil
	}
	for _, folder := range p.tree.folders() {
		for _, entry := range p.tree[folder] {
			if entry.IsDir() {
				continue
			}
			info, err := entry.Info()
			if err != nil {
				return 0, stepError("copy", path.Join(folder, entry.Name()), bare(err))
			}
			total += info.Size()
		}
	}
	return total, nil
}
