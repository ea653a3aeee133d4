// Uploads one file by the reference client (npm `tus-js-client`) in one way, and prints its URL.
"use strict"

const fs = require("node:fs")
const tus = require("tus-js-client")

const { endpoint, token, file, way } = JSON.parse(process.argv[2])
const MEBIBYTE = 1024 * 1024
const content = fs.readFileSync(file)
const options = {
  endpoint,
  headers: { Authorization: `Bearer ${token}` },
  metadata: { filename: "lines.txt", purpose: "document" },
  retryDelays: [0, 500, 1000, 1000, 1000],
  storeFingerprintForResuming: false,
}
const ways = {
  one_request: {},
  in_chunks: { chunkSize: 5 * MEBIBYTE },
  empty: {},
  with_creation: { uploadDataDuringCreation: true },
  with_creation_in_chunks: { uploadDataDuringCreation: true, chunkSize: 2 * MEBIBYTE },
  deferred_length: { uploadLengthDeferred: true, chunkSize: 4 * MEBIBYTE },
  overridden_method: { overridePatchMethod: true, chunkSize: 4 * MEBIBYTE },
  in_parallel: { parallelUploads: 3, metadataForPartialUploads: {} },
  cut: { chunkSize: 8 * MEBIBYTE },
  given_up: { chunkSize: 2 * MEBIBYTE },
}

const finish = (told) => {
  process.stdout.write(JSON.stringify(told) + "\n")
  process.exit(0)
}

let wasCut = false
const upload = new tus.Upload(way === "empty" ? Buffer.alloc(0) : content, {
  ...options,
  ...ways[way],
  onError: (error) => finish({ error: String(error) }),
  onSuccess: () => finish({ url: upload.url }),
  onProgress: (sent) => {
    if (wasCut || sent < 3 * MEBIBYTE || !upload.url) return
    if (way === "cut") {
      wasCut = true
      // Destroys the socket; starting again asks by HEAD and goes on.
      upload.abort().then(() => upload.start())
    }
    if (way === "given_up") {
      wasCut = true
      const { url } = upload
      upload.abort(true).then(() => finish({ url }))
    }
  },
})
upload.start()
