package conformance

import (
	"flag"
	"testing"
)

func TestSizes(t *testing.T) {
	const usage = `\{"UsedSpace":"\d+","FileCount":"\d+"\}`
	holds(t, []fact{
		{says: "The size of a folder is that of all files below.", do: []step{
			stored("{}/a/b", "hello"), stored("{}/a/c/d", "x"),
			list("{}/a/$/FolderSize").is("200").looksLike(`\{"StoreRelativePath":"[^"]*a","FolderSize":"6"\}`),
		}},
		{says: "The size follows overwrites and deletions.", do: []step{
			stored("{}/a/b", "hello"), stored("{}/a/b", "x"), stored("{}/a/c", "xx"), remove("{}/a/c").is("200"),
			list("{}/a/$/FolderSize").looksLike(`.*"FolderSize":"1"\}`),
		}},
		{says: "The size of what is not there is 404.", do: []step{list("{}/no/$/FolderSize").hasStatus(404)}},
		{says: "The whole store has a size.", do: []step{
			stored("{}/a", "hello"),
			get("/ImageStore/$/FolderSize").is("200").looksLike(`\{"StoreRelativePath":"[^"]*","FolderSize":"\d+"\}`),
		}},
		{says: "The figures of the store have all their members.", do: []step{
			get("/ImageStore/$/Info").is("200").looksLike(`\{"DiskInfo":\{"Capacity":"\d+","AvailableSpace":"\d+"\},"UsedByMetadata":` + usage +
				`,"UsedByStaging":` + usage + `,"UsedByCopy":` + usage + `,"UsedByRegister":` + usage + `\}`),
		}},
		{says: "Sizes and figures begin with api-version 6.5.", do: []step{
			stored("{}/a", "x"),
			list("{}/$/FolderSize").at("6.4").is(invalid),
			get("/ImageStore/$/FolderSize").at("6.4").is(invalid),
			get("/ImageStore/$/Info").at("6.4").is(invalid),
		}},
		{says: "The figures of a path do not exist.", do: []step{list("{}/$/Info").is(invalid)}},
	})
}

func TestAroundTheStore(t *testing.T) {
	holds(t, []fact{
		{says: "The root of the gateway is a page, without an api-version.", do: []step{bare("GET", "/").is("200")}},
		{says: "The cluster's manifest names the native image store.", do: []step{
			get("/$/GetClusterManifest").is("200").looksLike(`(?s)\{"Manifest":".*ImageStoreConnectionString.*"\}`),
			bare("GET", "/$/GetClusterManifest").is(invalid),
		}},
		{says: "The cluster has a version.", do: []step{
			get("/$/GetClusterVersion").is("200").looksLike(`\{"Version":"[\d.]+"\}`),
		}},
		{says: "The metadata of a cluster without a directory are empty.", do: []step{
			get("/$/GetAadMetadata").is("200").looksLike(`\{"type":".*","metadata":\{.*\}\}`),
			bare("GET", "/$/GetAadMetadata").is(invalid),
		}},
	})
}

// TestEverythingWasAsked comes last in the package, and holds the suite itself
// to account.
func TestEverythingWasAsked(t *testing.T) {
	if flag.Lookup("test.run").Value.String() != "" || flag.Lookup("test.skip").Value.String() != "" {
		t.Skip("not all tests ran")
	}
	if missing := coverage.Missing(contract); len(missing) > 0 {
		t.Errorf("never asked: %q", missing)
	}
}
