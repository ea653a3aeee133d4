// Makes the thumbnails of one picture again and again, on one thread; prints what it came to.
"use strict";

const fs = require("node:fs");
const sharp = require("sharp");

const [file, sizes, seconds] = process.argv.slice(2);
const edges = sizes.split(",").map(Number);
const picture = fs.readFileSync(file);

const within = (edge) => [edge, edge, { fit: "inside", withoutEnlargement: true }];

// The photo is decoded once, as large as the largest of them.
const decoded = () =>
  sharp(picture)
    .autoOrient()
    .resize(...within(Math.max(...edges)))
    .raw()
    .toBuffer({ resolveWithObject: true });

const thumbnail = ({ data, info }, edge, format) =>
  sharp(data, { raw: info })
    .resize(...within(edge))
    [format]({ quality: 80 })
    .toBuffer();

const all = async () => {
  const source = await decoded();
  let made = 0;
  for (const edge of edges) {
    for (const format of ["webp", "jpeg"]) {
      await thumbnail(source, edge, format);
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
