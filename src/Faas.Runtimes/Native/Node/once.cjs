'use strict';
/*
 * Stands before a script that has a process to itself: `node --require once.cjs FILE`. Waits on descriptor 3 for the
 * job (its form stands at OneShotProcess), makes arguments and environment the job's, and leaves; Node then runs FILE
 * as it would without us.
 */

// A preloaded module is loaded in the script's own worker threads as well, which have no job.
if (require('node:worker_threads').isMainThread) {
  const fs = require('node:fs');
  const JOB = 3;
  const read = (count) => {
    const bytes = Buffer.allocUnsafe(count);
    for (let done = 0; done < count;) {
      const got = fs.readSync(JOB, bytes, done, count - done);
      if (got === 0) {
        process.reallyExit(0); // nobody has a use for us
      }

      done += got;
    }

    return bytes;
  };
  fs.writeSync(JOB, 'R');
  const lengths = read(8);
  const header = lengths.readUInt32LE(4);
  const job = JSON.parse(read(lengths.readUInt32LE(0) - 4).toString('utf8', 0, header));
  fs.closeSync(JOB);
  Object.assign(process.env, job.env);
  process.argv.push(...job.args);
  // What the script forks is not to wait for a job.
  const preload = process.execArgv.indexOf('--require');
  process.execArgv.splice(preload, 2);
  delete require.cache[__filename];
}
