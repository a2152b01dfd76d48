// The world that a script runs in, as program text: a context of its own within a worker, with the service's server-side API.

/** The worker: it holds the context, and passes texts between it and the server. */
export const WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const context = require("node:vm").createContext(Object.create(null));
const { runInContext } = require("node:vm");
const script = runInContext(workerData.prelude, context)((text) => parentPort.postMessage(text));
// A turn is over when its promises are: then it is seen whether anything is still awaited.
const turn = (take, text) => { take(text); setImmediate(script.settle); };
parentPort.on("message", (text) => turn(script.reply, text));
turn(script.start, workerData.job);
`;

/** The API within the context. Only texts cross its border. */
export const PRELUDE = `(function (send) {
  "use strict";
  const waiting = new Map();
  const logs = [];
  let nextCall = 0;
  let over = false;
  let request = { body: null, values: {} };
  let response = { body: undefined, values: {} };
  let links = { self: "", alt: "" };

  const say = (message) => send(JSON.stringify(message));
  const describe = (error) => error instanceof Error || (error && error.message !== undefined)
    ? { text: String(error.name || "Error") + ": " + error.message, stack: String(error.stack || ""), number: error.number }
    : { text: typeof error === "string" ? error : JSON.stringify(error), stack: "", number: error && error.number };
  const end = (message) => {
    if (over) return;
    over = true;
    say({ ...message, logs });
  };
  const fail = (error) => end({ end: "error", error: describe(error) });
  const guarded = (work) => {
    try {
      return work();
    } catch (error) {
      fail(error);
      return undefined;
    }
  };

  const call = (operation, args, options, callback) => {
    if (typeof options === "function") {
      callback = options;
      options = {};
    }
    const id = nextCall++;
    waiting.set(id, callback);
    say({ call: id, operation, ...args, options: options || {} });
    return true;
  };

  const collection = {
    getSelfLink: () => links.self,
    getAltLink: () => links.alt,
    createDocument: (link, body, options, callback) => call("create", { body }, options, callback),
    upsertDocument: (link, body, options, callback) => call("upsert", { body }, options, callback),
    readDocument: (link, options, callback) => call("read", { link }, options, callback),
    replaceDocument: (link, body, options, callback) => call("replace", { link, body }, options, callback),
    patchDocument: (link, body, options, callback) => call("patch", { link, body }, options, callback),
    deleteDocument: (link, options, callback) => call("delete", { link }, options, callback),
    queryDocuments: (link, query, options, callback) => call("query", { query }, options, callback),
    readDocuments: (link, options, callback) => call("query", { query: "SELECT * FROM c" }, options, callback),
  };
  for (const name of ["filter", "map", "pluck", "flatten", "sortBy", "chain", "value", "createAttachment", "readAttachment"]) {
    collection[name] = () => {
      throw new Error("The Cosmoseal emulator does not implement the collection's " + name + "().");
    };
  }

  const messageOf = (held) => ({
    getBody: () => held().body,
    setBody: (body) => { held().body = body; },
    getValue: (name) => held().values[name],
    setValue: (name, value) => { held().values[name] = value; },
  });
  const requestApi = messageOf(() => request);
  const responseApi = {
    ...messageOf(() => response),
    appendBody: (body) => { response.body = response.body === undefined ? body : String(response.body) + String(body); },
    getQuotaRemaining: () => "",
    getMaxResourceQuota: () => "",
    getQuotaCurrentUsage: () => "",
  };
  const contextApi = { getCollection: () => collection, getRequest: () => requestApi, getResponse: () => responseApi, abort: (error) => { throw error || new Error("aborted"); } };

  globalThis.getContext = () => contextApi;
  globalThis.__ = Object.assign(Object.create(collection), { request: requestApi, response: responseApi });
  globalThis.console = Object.fromEntries(
    ["log", "info", "warn", "error", "debug"].map((name) => [name, (...said) => { logs.push(said.map((one) => typeof one === "string" ? one : JSON.stringify(one)).join(" ")); }]),
  );

  return {
    start(text) {
      const job = JSON.parse(text);
      links = job.links;
      request.body = job.request;
      response.body = job.response;
      guarded(() => {
        const made = (0, eval)(job.program)(...job.args);
        if (made && typeof made.then === "function") made.then(undefined, fail);
      });
    },
    reply(text) {
      const { call: id, error, result, options } = JSON.parse(text);
      const callback = waiting.get(id);
      waiting.delete(id);
      guarded(() => {
        if (callback !== undefined) callback(error, result, options);
        else if (error !== undefined) throw Object.assign(new Error(error.body), { number: error.number });
      });
    },
    settle() {
      if (waiting.size > 0) return;
      end({ end: "done", request: request.body, response: response.body });
    },
  };
})`;
