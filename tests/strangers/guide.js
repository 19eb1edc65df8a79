// Leads a client of npm through its calls: one JSON order a line in, one JSON answer a line out.
// node guide.js CLIENT ADDRESS APPID SECRET; NODE_PATH says where the clients are.
'use strict';
const readline = require('node:readline');

const [, , name, base, appid, secret] = process.argv;
const api = new (require(name))(appid, secret);
// Both keep the platform's addresses in fields that anybody may set.
api.endpoint = base;
api.prefix = `${base}/cgi-bin/`;
api.fileServerPrefix = `${base}/cgi-bin/`;
api.mpPrefix = `${base}/cgi-bin/`;

const call = (method, args) => {
  if (typeof api[method] !== 'function') throw new Error(`${name} has no ${method}`);
  // Only the older of the two hands its results to a callback.
  if (name === 'co-wechat-api') return api[method](...args);
  return new Promise((resolve, reject) => {
    const now = api[method](...args, (error, result) => (error ? reject(error) : resolve(result)));
    if (typeof now === 'string') resolve(now);
  });
};

// An address is opened, as a browser does with a picture's.
const opened = async (result) =>
  (typeof result === 'string' ? Buffer.from(await (await fetch(result)).arrayBuffer()) : result);

const given = (arg) => (arg && arg.file ? arg.file : arg);
const shown = (result) => (Buffer.isBuffer(result) ? { bytes: result.length } : result);

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { method, args } = JSON.parse(line);
    let answer;
    try {
      answer = { result: shown(await opened(await call(method, args.map(given)))) ?? null };
    } catch (error) {
      answer = { error: { type: error.name, code: error.code ?? null, message: String(error.message || error) } };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }
})();
