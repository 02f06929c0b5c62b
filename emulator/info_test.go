package emulator

import (
	"strconv"
	"testing"
)

func TestFolderSizes(t *testing.T) {
	b := newBench(t)
	b.put("Store/my/a", "12345")
	b.put("Store/my/b/c", "123")
	b.put("d", "1")
	for _, row := range []struct{ name, target, want string }{
		{"the whole store", "", `{"StoreRelativePath":"","FolderSize":"9"}`},
		{"a folder, spelled as in the request", "/store/my", `{"StoreRelativePath":"store/my","FolderSize":"8"}`},
		{"a file", "/d", `{"StoreRelativePath":"d","FolderSize":"1"}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			if r := b.do("GET", "/ImageStore"+row.target+"/$/FolderSize?"+version, ""); string(r.body) != row.want {
				t.Errorf("got %s, want %s", r.body, row.want)
			}
		})
	}
	b.put("Store/my/a", "1")
	b.want(b.do("DELETE", "/ImageStore/d?"+version, ""), "200")
	if r := b.do("GET", "/ImageStore/$/FolderSize?"+version, ""); string(r.body) != `{"StoreRelativePath":"","FolderSize":"4"}` {
		t.Errorf("after an overwrite and a deletion: %s", r.body)
	}
}

func TestInfo(t *testing.T) {
	b := newBench(t)
	b.put("Store/a", "12345")
	b.put("WindowsFabricStore/b", "1")
	b.put("App/c", "12")
	b.want(b.chunk("d", id1, "bytes 0-2/9", "abc"), "200")
	b.want(b.chunk("d", id1, "bytes 3-3/9", "d"), "200")
	var got imageStoreInfo
	b.decode(b.do("GET", "/ImageStore/$/Info?"+version, ""), &got)
	if got.UsedByMetadata != (usageInfo{"0", "0"}) || got.UsedByStaging != (usageInfo{"4", "2"}) ||
		got.UsedByCopy != (usageInfo{"2", "1"}) || got.UsedByRegister != (usageInfo{"6", "2"}) {
		t.Errorf("%+v", got)
	}
	capacity, err1 := strconv.ParseUint(got.DiskInfo.Capacity, 10, 64)
	available, err2 := strconv.ParseUint(got.DiskInfo.AvailableSpace, 10, 64)
	if known, _ := b.store.tree.Disk(); err1 != nil || err2 != nil || known > 0 && (capacity == 0 || available > capacity) {
		t.Errorf("%+v %v %v", got.DiskInfo, err1, err2)
	}
}
