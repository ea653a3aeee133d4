// The ipx peer of the bench: its own server over one source on this machine, one thread for sharp.
import http from "node:http";
import { createIPX, createIPXNodeServer, ipxHttpStorage } from "ipx";
import sharp from "sharp";

sharp.concurrency(1);
const storage = ipxHttpStorage({ domains: [process.env.SOURCE] });
const ipx = createIPX({ storage, httpStorage: storage, maxAge: 3600 });

http
  .createServer(createIPXNodeServer(ipx))
  .listen(Number(process.env.PORT), process.env.HOST, 1024);
