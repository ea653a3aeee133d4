// The tus peer of the bench: the reference server for Node.js, which writes into a folder.
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const store = new FileStore({ directory: process.env.FOLDER });
const server = new Server({ path: "/files", datastore: store });
server.listen({ host: process.env.HOST, port: Number(process.env.PORT) });
