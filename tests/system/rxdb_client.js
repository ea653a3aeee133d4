// Phones of RxDB, driven line by line: each line in is a command, each line out its answer.
"use strict"

const readline = require("node:readline")
const { createRxDatabase } = require("rxdb")
const { replicateRxCollection } = require("rxdb/plugins/replication")
const { getRxStorageMemory } = require("rxdb/plugins/storage-memory")

const text = { type: "string" }
const unit = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 36 },
    building_id: text,
    label: text,
    floor: { type: ["number", "null"] },
    notes: text,
    created_at: { type: "number" },
    updated_at: { type: "number" },
  },
  required: ["id"],
}
const WRITTEN = ["label", "floor", "notes"]

// Merges field by field: what this side has changed since both agreed wins, the rest is theirs.
const merging = {
  isEqual: (one, other) =>
    one._deleted === other._deleted &&
    (one._deleted || WRITTEN.every((name) => one[name] === other[name])),
  resolve: async ({ realMasterState, newDocumentState, assumedMasterState }) => {
    if (realMasterState._deleted) return realMasterState
    const mine = WRITTEN.filter((name) => newDocumentState[name] !== assumedMasterState?.[name])
    const values = Object.fromEntries(mine.map((name) => [name, newDocumentState[name]]))
    return { ...realMasterState, ...values, _deleted: newDocumentState._deleted }
  },
}

class Phone {
  static async opened({ device, server, token }) {
    const database = await createRxDatabase({
      name: device,
      storage: getRxStorageMemory(),
      multiInstance: false,
    })
    const { units } = await database.addCollections({
      units: { schema: unit, conflictHandler: merging },
    })
    return Object.assign(new Phone(), { device, server, token, units })
  }

  async ask(path, query, options = {}) {
    const place = new URLSearchParams({ device: this.device, ...query })
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" }
    const answer = await fetch(`${this.server}/api/v1/sync/rxdb/units/${path}?${place}`, {
      ...options,
      headers,
    })
    if (answer.ok) return answer.json()
    throw new Error(`${answer.status} ${await answer.text()}`)
  }

  // Replicate until both sides agree; returns how many conflicts there were.
  async replicate() {
    let conflicts = 0
    const replication = replicateRxCollection({
      collection: this.units,
      replicationIdentifier: "mainstay",
      live: false,
      retryTime: 200,
      pull: {
        batchSize: 100,
        // RxDB takes a short batch for the last one; the server says whether there is more.
        handler: async (from, batchSize) => {
          const documents = []
          for (let checkpoint = from; ; ) {
            const since = checkpoint && { checkpoint: checkpoint.number }
            const page = await this.ask("pull", { batch_size: batchSize, ...since })
            documents.push(...page.documents)
            checkpoint = page.checkpoint
            if (!page.has_more) return { documents, checkpoint }
          }
        },
      },
      push: {
        batchSize: 100,
        handler: async (rows) => {
          const met = await this.ask("push", {}, { method: "POST", body: JSON.stringify(rows) })
          conflicts += met.length
          return met
        },
      },
    })
    // It would try again for ever.
    const failed = new Promise((_, reject) => {
      replication.error$.subscribe((error) => {
        replication.cancel()
        reject(error)
      })
    })
    await Promise.race([replication.awaitInitialReplication(), failed])
    await Promise.race([replication.awaitInSync(), failed])
    return { conflicts }
  }
}

const phones = {}
const found = ({ device, id }) => phones[device].units.findOne(id).exec()
const commands = {
  open: async (about) => {
    phones[about.device] = await Phone.opened(about)
  },
  insert: async ({ device, document }) => {
    await phones[device].units.insert(document)
  },
  patch: async ({ values, ...which }) => {
    await (await found(which)).incrementalPatch(values)
  },
  remove: async (which) => {
    await (await found(which)).incrementalRemove()
  },
  documents: async ({ device }) => {
    const documents = await phones[device].units.find().exec()
    return documents.map((document) => document.toJSON())
  },
  replicate: ({ device }) => phones[device].replicate(),
}

const lines = readline.createInterface({ input: process.stdin })
lines.on("close", () => process.exit())
lines.on("line", async (line) => {
  const { what, ...about } = JSON.parse(line)
  let told
  try {
    told = { result: (await commands[what](about)) ?? null }
  } catch (error) {
    told = { error: String(error.message), status: null }
  }
  process.stdout.write(JSON.stringify(told) + "\n")
})
