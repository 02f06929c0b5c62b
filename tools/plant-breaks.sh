#!/bin/sh
# Plants breaking changes in the released document, one at a time, and expects the given command to
# find each: the command of make compatible, without its documents.
set -eu
released=api/testdata/released/openapi.yaml
planted=.cache/planted.yaml
mkdir -p .cache

# plant NAME CHECK PROGRAM COMMAND... makes the change of a sed program, and expects the check to find it.
plant() {
  name=$1 check=$2 program=$3
  shift 3
  sed "$program" "$released" >"$planted"
  if cmp -s "$released" "$planted"; then
    echo "$name: nothing changed, because the document has changed; adapt the sed program"
    exit 1
  fi
  if found=$("$@" "$released" "$planted" 2>&1); then
    echo "$name: was not found"
    exit 1
  fi
  case $found in
  *"$check"*) ;;
  *)
    echo "$name: expected $check, found: $found"
    exit 1
    ;;
  esac
}

plant 'a member of a response removed' response-optional-property-removed \
  '/^    ImageStoreContent:/,/^    FileInfo:/{/ContinuationToken:/,+1d}' "$@"
plant 'fewer versions' request-parameter-pattern-changed \
  "s/pattern: '^(\[3-9\].*/pattern: '^6\\\\.[0-4]\$'/" "$@"
plant 'another pattern in responses' response-property-pattern-changed \
  "s/{1,20}\\\$'/{1,30}\$'/" "$@"
plant 'a header of a response removed' response-header-removed \
  '/^    Content:/,/^      content:/{/headers:/,/ContentTypeOptions/d}' "$@"
plant 'an operation renamed' api-operation-id-removed 's/operationId: GetImageStoreInfo/operationId: GetInfo/' "$@"
rm "$planted"
