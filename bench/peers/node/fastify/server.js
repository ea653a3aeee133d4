// The fastify peer of the bench: verifies a JWT, runs one statement, answers.
"use strict";

const fastify = require("fastify")({ logger: false });
const { createVerifier } = require("fast-jwt");
const { Pool } = require("pg");

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const verify = createVerifier({ key: process.env.JWT_SECRET, algorithms: ["HS256"] });

const COLUMNS =
  "public_id, unit_id, author_id, author_name, title, description, status, priority, " +
  "created_at, updated_at";
const LIST = {
  name: "list",
  text: `SELECT ${COLUMNS} FROM request WHERE building_id = $1 ORDER BY public_id DESC LIMIT 20`,
};
const GET = {
  name: "get",
  text: `SELECT ${COLUMNS} FROM request WHERE building_id = $1 AND public_id = $2`,
};
const CREATE = {
  name: "create",
  text:
    "INSERT INTO request (building_id, author_id, author_name, title, description, priority) " +
    `VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
};

const row = {
  type: "object",
  properties: {
    id: { type: "string" },
    unit: { type: ["string", "null"] },
    author: {
      type: "object",
      properties: { id: { type: "string" }, name: { type: "string" } },
    },
    title: { type: "string" },
    description: { type: "string" },
    status: { type: "string" },
    priority: { type: "string" },
    created_at: { type: "string" },
    updated_at: { type: "string" },
  },
};
const list = { type: "object", properties: { items: { type: "array", items: row } } };
const body = {
  type: "object",
  required: ["title"],
  additionalProperties: false,
  properties: {
    title: { type: "string", maxLength: 120 },
    description: { type: "string", maxLength: 5000, default: "" },
    priority: { type: "string", enum: ["low", "normal", "high", "urgent"], default: "normal" },
  },
};

const shown = (each) => ({
  id: each.public_id,
  unit: each.unit_id,
  author: { id: each.author_id, name: each.author_name },
  title: each.title,
  description: each.description,
  status: each.status,
  priority: each.priority,
  created_at: each.created_at.toISOString(),
  updated_at: each.updated_at.toISOString(),
});

const signedIn = async (request, reply) => {
  try {
    request.user = verify((request.headers.authorization || "").slice(7));
  } catch {
    return reply.code(401).send({ title: "Not signed in" });
  }
};
const guarded = (response, more) => ({ onRequest: signedIn, schema: { response, ...more } });

const PATH = "/buildings/:building/requests";

fastify.get(PATH, guarded({ 200: list }), async (request) => {
  const found = await pool.query({ ...LIST, values: [request.params.building] });
  return { items: found.rows.map(shown) };
});

fastify.get(`${PATH}/:id`, guarded({ 200: row }), async (request, reply) => {
  const { building, id } = request.params;
  const found = await pool.query({ ...GET, values: [building, id] });
  return found.rows.length ? shown(found.rows[0]) : reply.code(404).send();
});

fastify.post(PATH, guarded({ 201: row }, { body }), async (request, reply) => {
  const { title, description, priority } = request.body;
  const { sub, name } = request.user;
  const values = [request.params.building, sub, name, title, description, priority];
  const made = await pool.query({ ...CREATE, values });
  return reply.code(201).send(shown(made.rows[0]));
});

fastify.get("/health", async () => ({ status: "ok" }));

fastify.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
