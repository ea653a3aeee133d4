// Makes the thumbnails of one picture again and again, on one thread; prints what it came to.
"use strict";

const fs = require("node:fs");
const sharp = require("sharp");

const [file, sizes, seconds] = process.argv.slice(2);
const edges = sizes.split(",").map(Number);
const picture = fs.readFileSync(file);

const thumbnail = (edge, format) =>
  sharp(picture)
    .autoOrient()
    .resize(edge, edge, { fit: "inside", withoutEnlargement: true })
    [format]({ quality: 80 })
    .toBuffer();

const all = async () => {
  let made = 0;
  for (const edge of edges) {
    for (const format of ["webp", "jpeg"]) {
      await thumbnail(edge, format);
      made += 1;
    }
  }
  return made;
};

const main = async () => {
  sharp.concurrency(1);
  sharp.cache(false);
  await all();
  const began = process.hrtime.bigint();
  let made = 0;
  let took = 0;
  while (took < Number(seconds)) {
    made += await all();
    took = Number(process.hrtime.bigint() - began) / 1e9;
  }
  console.log(JSON.stringify({ made, seconds: took, mib: process.memoryUsage().rss / 1048576 }));
};

main();
