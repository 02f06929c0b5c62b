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

// plan is what the result will be.
type plan struct {
	src      fs.FS
	tree     tree      // of the result, without its archives
	archives []archive // in the order of their paths
}

// newPlan reads the manifests and lists the source. It opens no other file.
func newPlan(ctx context.Context, src fs.FS, conf *config) (*plan, error) {
	services, err := readServices(src, conf)
	if err != nil {
		return nil, err
	}
	t, err := conf.walk(ctx, src)
	if err != nil {
		return nil, err
	}
	p := &plan{src: src, tree: t}
	for _, service := range services {
		if err := p.addService(service); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(p.archives, func(a, b archive) int { return strings.Compare(a.path, b.path) })
	return p, nil
}

// readServices looks at the root alone: whoever names a wrong folder learns so at once.
func readServices(src fs.FS, conf *config) ([]string, error) {
	root, err := conf.list(src, ".")
	if err != nil {
		return nil, err
	}
	manifest, err := find(root, applicationManifestName)
	switch {
	case err != nil:
		return nil, failed("find", applicationManifestName, err)
	case manifest == nil:
		return nil, failed("find", applicationManifestName, errors.New("the folder is no application package without it"))
	}
	return readApplication(src, manifest.Name())
}

func (p *plan) addService(name string) error {
	entry, err := find(p.tree["."], name)
	switch {
	case err != nil:
		return failed("find service", name, err)
	case entry == nil:
		return nil // the cluster has it already, or nobody has: it will tell
	case !entry.IsDir():
		return failed("find service", name, errors.New("is a file where a folder should be"))
	}
	folder := entry.Name()
	manifest, err := find(p.tree[folder], serviceManifestName)
	switch {
	case err != nil:
		return failed("find", path.Join(folder, serviceManifestName), err)
	case manifest == nil:
		return failed("find", path.Join(folder, serviceManifestName), errors.New("the folder is no service package without it"))
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

// addPackage takes the folder of a package out of the tree and adds its archive. A folder
// that two elements name is gone at the second.
func (p *plan) addPackage(service, name string) error {
	entry, err := find(p.tree[service], name)
	switch {
	case err != nil:
		return failed("find package", path.Join(service, name), err)
	case entry == nil:
		return nil // it is an archive already, or the cluster has it
	case !entry.IsDir():
		return failed("find package", path.Join(service, name), errors.New("is a file where a folder should be"))
	}
	folder := path.Join(service, entry.Name())
	for _, other := range p.tree[service] {
		if strings.EqualFold(other.Name(), name+archiveSuffix) {
			return failed("compress", folder, fmt.Errorf("%q is there already", path.Join(service, other.Name())))
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
