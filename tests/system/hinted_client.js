// Phones that sync when they are told to, driven line by line: each line in is a command, each
// line out its answer. What leads to a pull is the sample of docs/how-to/pull-when-told.md.
"use strict"

const crypto = require("node:crypto")
const readline = require("node:readline")
const WebSocket = require("ws")
const { Centrifuge } = require("centrifuge")

const AsyncFunction = (async () => {}).constructor
const sha256Hex = async (text) => crypto.createHash("sha256").update(text).digest("hex")

class Phone {
  constructor({ device, server, realtime, token, channel }) {
    Object.assign(this, { device, server, token, rows: {}, checkpoint: null, waits: false })
    // What was heard, and what has asked for a pull, in this order.
    this.hints = []
    this.reasons = []
    this.pulling = Promise.resolve()
    this.client = new Centrifuge(`${realtime}/connection/websocket`, {
      token,
      websocket: WebSocket,
      minReconnectDelay: 50,
      maxReconnectDelay: 500,
    })
    this.room = this.client.newSubscription(channel, { recoverable: true })
    this.proofs = []
    this.room.on("subscribed", ({ recovered }) => this.proofs.push(recovered))
  }

  async follow(code) {
    const names = ["device", "sha256Hex", "client", "room", "pullSoon"]
    const pullSoon = () => this.pullSoon()
    const sample = new AsyncFunction(...names, code)
    await sample(this.device, sha256Hex, this.told(this.client), this.told(this.room), pullSoon)
    const isIn = new Promise((resolve) => this.room.once("subscribed", resolve))
    this.room.subscribe()
    this.client.connect()
    await isIn
    await this.pulling
  }

  // The same emitter, of which is remembered what it says while the sample hears it.
  told(emitter) {
    const heard = (name, listener) => (about) => {
      const { event, payload } = about.data ?? {}
      if (event === "sync.changed") this.hints.push(payload)
      this.reason = name
      listener(about)
    }
    return { on: (name, listener) => emitter.on(name, heard(name, listener)) }
  }

  // One pull at a time; what is asked for meanwhile is done once more.
  pullSoon() {
    this.reasons.push(this.reason)
    if (this.waits) return
    this.waits = true
    this.pulling = this.pulling.then(() => {
      this.waits = false
      return this.pull()
    })
  }

  async pull() {
    for (let more = true; more; ) {
      const asked = new URLSearchParams({ device: this.device })
      if (this.checkpoint !== null) asked.set("checkpoint", this.checkpoint)
      const page = await this.ask(`pull?${asked}`)
      this.strategy = page.strategy
      for (const { rows, deleted } of Object.values(page.changes)) {
        for (const row of rows) this.rows[row.id] = row
        for (const id of deleted) delete this.rows[id]
      }
      this.checkpoint = page.checkpoint
      more = page.has_more
    }
  }

  async push(operations) {
    const body = JSON.stringify({ device: this.device, operations })
    return (await this.ask("push", { method: "POST", body })).results
  }

  async ask(path, options = {}) {
    const headers = { Authorization: `Bearer ${this.token}`, "Content-Type": "application/json" }
    const answer = await fetch(`${this.server}/api/v1/sync/${path}`, { ...options, headers })
    if (answer.ok) return answer.json()
    throw Object.assign(new Error(await answer.text()), { status: answer.status })
  }

  tell() {
    const { hints, reasons, proofs, rows, strategy } = this
    return { hints, reasons, proofs, rows, strategy, state: this.client.state }
  }
}

const phones = {}
const commands = {
  open: (about) => {
    phones[about.device] = new Phone(about)
    return phones[about.device].follow(about.code)
  },
  push: ({ device, operations }) => phones[device].push(operations),
  tell: ({ device }) => phones[device].tell(),
}

const lines = readline.createInterface({ input: process.stdin })
lines.on("close", () => process.exit())
lines.on("line", async (line) => {
  const { what, ...about } = JSON.parse(line)
  try {
    process.stdout.write(JSON.stringify({ result: (await commands[what](about)) ?? null }) + "\n")
  } catch (error) {
    process.stdout.write(
      JSON.stringify({ error: String(error.message), status: error.status ?? null }) + "\n",
    )
  }
})
