// Stock WatermelonDB clients that live on one building for a while, offline now and then.
"use strict"

const readline = require("node:readline")
const { setTimeout: sleep } = require("node:timers/promises")
const { Phone } = require("./watermelon_client.js")

// Touched by nobody here: whether a phone has it right depends on what it is told alone.
const LATE = "late"
const MOST_ROUNDS = 30
// Somebody was faster; or the writers held rows for longer than a push waits.
const EXPECTED = { 409: "refused", 503: "busy", offline: "offline" }

const any = (items) => items[Math.floor(Math.random() * items.length)]
const word = () => Math.random().toString(36).slice(2, 12)

class Person {
  constructor({ building, ...about }) {
    this.phone = new Phone({ adapter: "loki", ...about })
    this.building = building
    this.counts = { syncs: 0, refused: 0, busy: 0, offline: 0, failed: 0, creates: 0, edits: 0, deletes: 0 }
    this.isResting = false
    this.failures = new Set()
  }

  async live() {
    while (!this.isResting) {
      if (Math.random() < 0.05) this.loseTheNet()
      if (Math.random() < 0.6) await this.changeSomething()
      await this.sync()
      await sleep(Math.random() * 30)
    }
  }

  loseTheNet() {
    this.phone.isOffline = true
    setTimeout(() => {
      this.phone.isOffline = false
    }, Math.random() * 600)
  }

  async changeSomething() {
    const chance = Math.random()
    const table = any(["units", "units", "requests"])
    if (chance < 0.25) return this.create(table)
    const rows = (await this.phone.rows(table)).filter(({ label }) => label !== LATE)
    if (rows.length === 0) return this.create(table)
    const { id } = any(rows)
    if (chance > 0.9 && table === "units") {
      this.counts.deletes += 1
      return this.phone.remove(table, id)
    }
    this.counts.edits += 1
    const values = {
      units: any([{ notes: word() }, { floor: Math.floor(Math.random() * 99) }]),
      requests: any([{ title: word() }, { description: word() }]),
    }
    return this.phone.edit(table, id, values[table])
  }

  create(table) {
    this.counts.creates += 1
    const values = {
      units: { label: word(), notes: word() },
      requests: { title: word(), description: word(), status: "open", priority: "normal" },
    }
    return this.phone.create(table, null, { building_id: this.building, ...values[table] })
  }

  // Pull and push once, and then whatever more pages there are; returns whether all went well.
  async sync() {
    try {
      for (let hasMore = true; hasMore; ) {
        hasMore = (await this.phone.synchronize()).has_more
        this.counts.syncs += 1
      }
      return true
    } catch (error) {
      const kind = EXPECTED[error.status] ?? "failed"
      this.counts[kind] += 1
      if (kind === "failed") this.failures.add(`${error.status} ${error.message}`.slice(0, 300))
      return false
    }
  }

  // Sync until nothing is left to push; returns what the phone has then.
  async rest() {
    this.phone.isOffline = false
    let isAtRest = false
    for (let round = 0; round < MOST_ROUNDS && !isAtRest; round += 1) {
      isAtRest = (await this.sync()) && !(await this.phone.hasUnsynced())
    }
    // What the others have pushed while they came to rest.
    isAtRest = (await this.sync()) && isAtRest
    return isAtRest
  }

  async told(isAtRest) {
    const tables = ["buildings", "units", "members", "requests", "comments"]
    const rows = {}
    for (const table of tables) rows[table] = await this.phone.rows(table)
    const { device } = this.phone
    return { device, is_stuck: !isAtRest, rows, counts: this.counts, failures: [...this.failures] }
  }
}

let people = []
let lives = []
const commands = {
  begin: async ({ phones }) => {
    people = phones.map((about) => new Person(about))
    for (const person of people) await person.sync()
    lives = people.map((person) => person.live())
  },
  syncs: () => people.map(({ counts }) => counts.syncs),
  rest: async () => {
    for (const person of people) person.isResting = true
    await Promise.all(lives)
    // Timers that would mend the net later find it mended.
    const first = await Promise.all(people.map((person) => person.rest()))
    const last = await Promise.all(people.map((person) => person.rest()))
    const isAtRest = people.map((_, place) => first[place] && last[place])
    return Promise.all(people.map((person, place) => person.told(isAtRest[place])))
  },
}

const lines = readline.createInterface({ input: process.stdin })
lines.on("close", () => process.exit())
lines.on("line", async (line) => {
  const { what, ...about } = JSON.parse(line)
  try {
    process.stdout.write(JSON.stringify({ result: (await commands[what](about)) ?? null }) + "\n")
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: String(error.stack), status: null }) + "\n")
  }
})
