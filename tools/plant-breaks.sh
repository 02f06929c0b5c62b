#!/bin/sh
# Plants breaking changes in the released document, one at a time, and wants each to be named by
# the command that is given: that of make compatible, without its documents.
set -eu
released=api/testdata/released/openapi.yaml
planted=.cache/planted.yaml
mkdir -p .cache

# plant NAME CHECK PROGRAM COMMAND... makes the change that a sed program describes.
plant() {
  name=$1 check=$2 program=$3
  shift 3
  sed "$program" "$released" >"$planted"
  if cmp -s "$released" "$planted"; then
    echo "$name: the change is none; the document looks otherwise now"
    exit 1
  fi
  if found=$("$@" "$released" "$planted" 2>&1); then
    echo "$name: passes for no break"
    exit 1
  fi
  case $found in
  *"$check"*) ;;
  *)
    echo "$name: found is not $check but: $found"
    exit 1
    ;;
  esac
}

plant 'a member of a response removed' response-optional-property-removed \
  '/^    ImageStoreContent:/,/^    FileInfo:/{/ContinuationToken:/,+1d}' "$@"
plant 'fewer versions' request-parameter-pattern-changed \
  "s/pattern: '^(\[3-9\].*/pattern: '^6\\\\.[0-4]\$'/" "$@"
plant 'another pattern in answers' response-property-pattern-changed \
  "s/{1,20}\\\$'/{1,30}\$'/" "$@"
plant 'a header of a response removed' response-header-removed \
  '/^    Content:/,/^      content:/{/headers:/,/ContentTypeOptions/d}' "$@"
plant 'an operation renamed' api-operation-id-removed 's/operationId: GetImageStoreInfo/operationId: GetInfo/' "$@"
rm "$planted"
