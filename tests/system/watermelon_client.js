// Phones of WatermelonDB, driven line by line: each line in is a command, each line out its answer.
"use strict"

const crypto = require("node:crypto")
const readline = require("node:readline")
const { Database, Model, appSchema, tableSchema } = require("@nozbe/watermelondb")
const { hasUnsyncedChanges, synchronize } = require("@nozbe/watermelondb/sync")
const { addColumns, createTable, schemaMigrations } = require("@nozbe/watermelondb/Schema/migrations")
const { logger } = require("@nozbe/watermelondb/utils/common")
const LokiJSAdapter = require("@nozbe/watermelondb/adapters/lokijs").default
const SQLiteAdapter = require("@nozbe/watermelondb/adapters/sqlite").default

logger.silence()

const text = (...names) => names.map((name) => ({ name, type: "string" }))
const REFERENCE = { type: "string", isOptional: true, isIndexed: true }
const TABLES = {
  buildings: text("name", "address"),
  units: [
    { name: "building_id", ...REFERENCE },
    ...text("label", "notes"),
    { name: "floor", type: "number", isOptional: true },
  ],
  members: [{ name: "building_id", ...REFERENCE }, ...text("user_id", "name", "role")],
  requests: [
    { name: "building_id", ...REFERENCE },
    { name: "unit_id", ...REFERENCE },
    ...text("title", "description", "status"),
  ],
}
// What version 2 of the app has more.
const PRIORITY = text("priority")
const COMMENTS = { name: "comments", columns: [{ name: "request_id", ...REFERENCE }, ...text("text")] }

function schema(version) {
  const columns =
    version === 1 ? TABLES : { ...TABLES, requests: [...TABLES.requests, ...PRIORITY] }
  const tables = Object.entries(columns).map(([name, of]) => ({ name, columns: of }))
  if (version > 1) tables.push(COMMENTS)
  return appSchema({ version, tables: tables.map(tableSchema) })
}

const TO_VERSION_2 = {
  toVersion: 2,
  steps: [addColumns({ table: "requests", columns: PRIORITY }), createTable(COMMENTS)],
}

// What an adapter is given of a version of the app.
const of = (version) => ({
  schema: schema(version),
  migrations: schemaMigrations({ migrations: version === 1 ? [] : [TO_VERSION_2] }),
})

const modelClasses = [...Object.keys(TABLES), COMMENTS.name].map(
  (table) => ({ [table]: class extends Model { static table = table } })[table],
)

function database(adapter, version) {
  const known = new Set(Object.keys(schema(version).tables))
  return new Database({ adapter, modelClasses: modelClasses.filter(({ table }) => known.has(table)) })
}

const adapters = {
  loki: (about) => new LokiJSAdapter({ ...about, useWebWorker: false, useIncrementalIndexedDB: false }),
  sqlite: (about) => new SQLiteAdapter({ ...about, jsi: false }),
}

class Phone {
  constructor({ device, adapter, file = device, server, token, version = 2 }) {
    Object.assign(this, { device, server, token, isOffline: false })
    this.database = database(adapters[adapter]({ ...of(version), dbName: file }), version)
  }

  // Let the same data be that of a newer version of the app.
  async upgrade(version) {
    const { underlyingAdapter } = this.database.adapter
    this.database = database(await underlyingAdapter.testClone(of(version)), version)
  }

  async fetch(path, options = {}) {
    this.needNet()
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" }
    const answer = await fetch(`${this.server}${path}`, { ...options, headers })
    // A partition may begin while the answer is on its way: what was done is done.
    this.needNet()
    if (this.losesAnswer && options.method === "POST") {
      this.losesAnswer = false
      throw Object.assign(new Error("the answer was lost"), { status: null })
    }
    return answer
  }

  needNet() {
    if (this.isOffline) throw Object.assign(new Error("no network"), { status: "offline" })
  }

  async ask(path, options) {
    const answer = await this.fetch(path, options)
    if (answer.ok) return answer.json()
    throw Object.assign(new Error(await answer.text()), { status: answer.status })
  }

  // One `synchronize` as the documentation of WatermelonDB has it.
  async synchronize({ limit, afterPull } = {}) {
    const log = {}
    let rest
    const told = { device: this.device, schema_version: this.database.schema.version }
    await synchronize({
      database: this.database,
      sendCreatedAsUpdated: true,
      migrationsEnabledAtVersion: 1,
      log,
      pullChanges: async ({ lastPulledAt, schemaVersion, migration }) => {
        const query = new URLSearchParams({
          ...told,
          ...(limit && { rows: limit }),
          last_pulled_at: lastPulledAt ?? "null",
          schema_version: schemaVersion,
          migration: JSON.stringify(migration),
        })
        return this.ask(`/api/v1/sync/watermelon/pull?${query}`)
      },
      onDidPullChanges: (others) => {
        rest = others
      },
      pushChanges: async ({ changes, lastPulledAt }) => {
        if (afterPull) await afterPull()
        const query = new URLSearchParams({ ...told, last_pulled_at: lastPulledAt })
        const path = `/api/v1/sync/watermelon/push?${query}`
        return this.ask(path, { method: "POST", body: JSON.stringify(changes) })
      },
    })
    return { ...rest, log }
  }

  async rows(table) {
    const records = await this.database.get(table).query().fetch()
    return records.map(({ _raw }) => _raw)
  }

  async create(table, id, values) {
    await this.database.write(() =>
      this.database.get(table).create((record) => {
        if (id) record._raw.id = id
        for (const [column, value] of Object.entries(values)) record._setRaw(column, value)
      }),
    )
  }

  async edit(table, id, values) {
    await this.database.write(async () => {
      const record = await this.database.get(table).find(id)
      await record.update(() => {
        for (const [column, value] of Object.entries(values)) record._setRaw(column, value)
      })
    })
  }

  async remove(table, id) {
    await this.database.write(async () => {
      await (await this.database.get(table).find(id)).markAsDeleted()
    })
  }

  hasUnsynced() {
    return hasUnsyncedChanges({ database: this.database })
  }
}

// The sample of docs/how-to/sync-with-watermelondb.md, as Metro would make it run on this phone.
function sampleOf(code, phone) {
  const typescript = require("typescript")
  const compilerOptions = {
    module: typescript.ModuleKind.CommonJS,
    target: typescript.ScriptTarget.ES2022,
  }
  const around = {
    exports: {},
    require,
    account: { freshAccessToken: async () => phone.token },
    uuid: () => crypto.randomUUID(),
    fetch: (address, options) => {
      const { pathname, search } = new URL(address)
      return phone.fetch(pathname + search, options)
    },
  }
  const { outputText } = typescript.transpileModule(code, { compilerOptions })
  new Function(...Object.keys(around), outputText)(...Object.values(around))
  return around.exports
}

module.exports = { Phone, sampleOf }

function listen() {
  const phones = {}
  const say = (what) => process.stdout.write(JSON.stringify(what) + "\n")
  let goOn = () => {}
  const untilToldToGoOn = () =>
    new Promise((resolve) => {
      goOn = resolve
      say({ result: "pulled" })
    })
  const commands = {
    open: (about) => {
      phones[about.device] = new Phone(about)
    },
    rename: ({ device, to }) => {
      phones[device].device = to
    },
    upgrade: ({ device, version }) => phones[device].upgrade(version),
    create: ({ device, table, id, values }) => phones[device].create(table, id, values),
    edit: ({ device, table, id, values }) => phones[device].edit(table, id, values),
    remove: ({ device, table, id }) => phones[device].remove(table, id),
    lose_answer: ({ device }) => {
      phones[device].losesAnswer = true
    },
    rows: ({ device, table }) => phones[device].rows(table),
    has_unsynced: ({ device }) => phones[device].hasUnsynced(),
    synchronize: ({ device, limit }) => phones[device].synchronize({ limit }),
    pull_and_wait: ({ device }) => phones[device].synchronize({ afterPull: untilToldToGoOn }),
    sample: ({ device, code }) => sampleOf(code, phones[device]).sync(phones[device].database, device),
  }
  const lines = readline.createInterface({ input: process.stdin })
  lines.on("close", () => process.exit())
  lines.on("line", async (line) => {
    const { what, ...about } = JSON.parse(line)
    if (what === "go_on") return goOn()
    try {
      say({ result: (await commands[what](about)) ?? null })
    } catch (error) {
      say({ error: String(error.message), status: error.status ?? null })
    }
  })
}

if (require.main === module) listen()
