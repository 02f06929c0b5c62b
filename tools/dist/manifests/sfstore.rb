class Sfstore < Formula
  desc "Client, uploader and local server for the Service Fabric image store"
  homepage "https://github.com/sfstore/sfstore"
  version "{{.Version}}"
  license "MIT"

  on_macos do
    on_arm do
      url "{{.URL "darwin" "arm64"}}"
      sha256 "{{.Sum "darwin" "arm64"}}"
    end
    on_intel do
      url "{{.URL "darwin" "amd64"}}"
      sha256 "{{.Sum "darwin" "amd64"}}"
    end
  end

  on_linux do
    on_arm do
      url "{{.URL "linux" "arm64"}}"
      sha256 "{{.Sum "linux" "arm64"}}"
    end
    on_intel do
      url "{{.URL "linux" "amd64"}}"
      sha256 "{{.Sum "linux" "amd64"}}"
    end
  end

  def install
    bin.install "sfstore"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/sfstore.bash" => "sfstore"
    zsh_completion.install "completions/_sfstore"
    fish_completion.install "completions/sfstore.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/sfstore version")
  end
end
