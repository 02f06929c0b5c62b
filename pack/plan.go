package pack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// plan describes the result.
type plan struct {
	src      fs.FS
	tree     tree      // of the result, without its archives
	archives []archive // in the order of their paths
	report   Report    // as far as it is known before the first file is read
	progress func(done, total int64)
}

// newPlan reads the manifests and lists the source. It opens no other file.
func newPlan(ctx context.Context, src fs.FS, options []Option) (*plan, error) {
	if src == nil {
		return nil, &ArgumentError{Argument: "source", Reason: "is nil"}
	}
	conf, err := newConfig(options)
	if err != nil {
		return nil, err
	}
	services, err := readServices(src, conf)
	if err != nil {
		return nil, err
	}
	t, err := conf.walk(ctx, src)
	if err != nil {
		return nil, err
	}
	p := &plan{src: src, tree: t, progress: conf.progress}
	for _, service := range services {
		if err := p.addService(service); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.archives, func(a, b archive) int { return strings.Compare(a.path, b.path) })
	slices.Sort(p.report.Missing)
	p.report.Missing = slices.Compact(p.report.Missing)
	p.report.Files, p.report.Unmatched = p.tree.files(), conf.exclude.Unmatched()
	return p, nil
}

// readServices reads only the root, so that a wrong folder is reported at once.
func readServices(src fs.FS, conf *config) ([]string, error) {
	root, err := conf.list(src, ".")
	if err != nil {
		return nil, err
	}
	manifest, err := find(root, applicationManifestName)
	switch {
	case err != nil:
		return nil, stepError("find", applicationManifestName, err)
	case manifest == nil:
		return nil, stepError("find", applicationManifestName, errors.New("the folder is not an application package without it"))
	}
	return readApplication(src, manifest.Name())
}

func (p *plan) addService(name string) error {
	entry, err := find(p.tree["."], name)
	switch {
	case err != nil:
		return stepError("find service", name, err)
	case entry == nil:
		p.report.Missing = append(p.report.Missing, name) // the cluster may have it already
		return nil
	case !entry.IsDir():
		return stepError("find service", name, errors.New("is a file where a folder should be"))
	}
	folder := entry.Name()
	manifest, err := find(p.tree[folder], serviceManifestName)
	switch {
	case err != nil:
		return stepError("find", path.Join(folder, serviceManifestName), err)
	case manifest == nil:
		return stepError("find", path.Join(folder, serviceManifestName), errors.New("the folder is not a service package without it"))
	}
	packages, err := readService(p.src, path.Join(folder, manifest.Name()))
	if err != nil {
		return err
	}
	for _, name := range packages {
		if err := p.addPackage(folder, name); err != nil {
			return err
		}
	}
	return nil
}

// addPackage removes the folder of a package from the tree and adds its archive. A folder that two
// elements name is not there any more at the second.
func (p *plan) addPackage(service, name string) error {
	entry, err := find(p.tree[service], name)
	switch {
	case err != nil:
		return stepError("find package", path.Join(service, name), err)
	case entry == nil:
		if archive, err := find(p.tree[service], name+archiveSuffix); err != nil || archive == nil {
			p.report.Missing = append(p.report.Missing, path.Join(service, name)) // the cluster may have it already
		}
		return nil
	case !entry.IsDir():
		return stepError("find package", path.Join(service, name), errors.New("is a file where a folder should be"))
	}
	folder := path.Join(service, entry.Name())
	for _, other := range p.tree[service] {
		if strings.EqualFold(other.Name(), name+archiveSuffix) {
			return stepError("compress", folder, fmt.Errorf("%q already exists", path.Join(service, other.Name())))
		}
	}
	entries, err := p.tree.entries(folder)
	if err != nil {
		return err
	}
	if len(entries) == 0 {
		return nil
	}
	p.archives = append(p.archives, archive{path.Join(service, name+archiveSuffix), folder, entries})
	p.tree.remove(folder)
	return nil
}
