/*
 * A warm Node.js process of one function. Serves calls over sockets (lanes); the frames are described at the head of
 * Python/zygote.py.
 *
 * Usage: host.mjs STYLE LANES FILE WORK
 *   STYLE  script: one call at a time, each in a fresh vm context; handler: the module is loaded once and every lane
 *          may have a call in flight.
 *   LANES  number of lanes: descriptors 3, 4, … Of a handler the next one is its pulse: what comes there goes back, which
 *          tells the worker that the event loop turns.
 *   FILE   the function's entry file, .cjs or .mjs.
 *   WORK   the current folder, which belongs to this process alone: /tmp in the sandbox. A script that leaves a file
 *          there costs the process; this program deletes no file.
 *
 * A script's end is the end of the event loop, as for `node FILE`: while a script runs its lane is unreferenced, so
 * 'beforeExit' says that nothing is left to wait for. A script that leaves something behind that the next one would
 * see (a changed built-in, a running process, files that cannot be removed) costs this process: it ends, and the
 * worker starts another. After its answer it says with an 'N' frame that it is ready for the next call, or ends. Each
 * lane begins with such a frame: nothing is given to it before.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import { Console } from 'node:console';
import fs from 'node:fs';
import Module, { createRequire, builtinModules } from 'node:module';
import net from 'node:net';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import util from 'node:util';
import vm from 'node:vm';

const [style, laneCount, file, workFolder] = process.argv.slice(2);
const isEsModule = file.endsWith('.mjs');
const realExit = process.reallyExit.bind(process);
const writeSync = fs.writeSync;
const waitCell = new Int32Array(new SharedArrayBuffer(4));
for (const name of Object.keys(process.env)) {
  delete process.env[name];
}

// ---------------------------------------------------------------------------------------------------------- lanes

function frame(type, payload) {
  const head = Buffer.allocUnsafe(5 + payload.length);
  head.writeUInt32LE(payload.length, 0);
  head[4] = type.charCodeAt(0);
  payload.copy(head, 5);
  return head;
}

const NOTHING = Buffer.alloc(0);

/** One socket to the worker. Calls `onCall(lane, header, body)` when a whole invocation has arrived. */
class Lane {
  constructor(fd, onCall) {
    this.fd = fd;
    this.onCall = onCall;
    this.pending = NOTHING;
    this.header = null;
    this.body = [];
    this.socket = new net.Socket({ fd, readable: true, writable: true });
    this.socket.on('data', (bytes) => this.receive(bytes));
    // The worker closes a lane when its call must end, or when it has no more use for us.
    this.socket.on('close', () => this.closed());
    this.socket.on('error', () => {});
  }

  receive(bytes) {
    this.pending = this.pending.length ? Buffer.concat([this.pending, bytes]) : bytes;
    while (this.pending.length >= 5) {
      const end = 5 + this.pending.readUInt32LE(0);
      if (this.pending.length < end) {
        return;
      }

      const type = this.pending[4];
      const payload = this.pending.subarray(5, end);
      this.pending = this.pending.subarray(end);
      if (type === 0x49 /* I */) {
        const length = payload.readUInt32LE(0);
        this.header = JSON.parse(payload.toString('utf8', 4, 4 + length));
        this.body = [payload.subarray(4 + length)];
      } else if (type === 0x44 /* D */) {
        this.body.push(payload);
      } else if (type === 0x45 /* E */ && this.header) {
        const { header } = this;
        this.header = null;
        this.onCall(this, header, this.body.length === 1 ? this.body[0] : Buffer.concat(this.body));
      }
    }
  }

  /** Writes at once, waiting for the worker where it has to: what a script printed is out before it loops or dies. */
  writeNow(bytes) {
    for (let offset = 0; offset < bytes.length;) {
      try {
        offset += writeSync(this.fd, bytes, offset);
      } catch (error) {
        if (error.code !== 'EAGAIN') {
          return;
        }

        Atomics.wait(waitCell, 0, 0, 1);
      }
    }
  }

  /** Writes what the socket takes now, and the rest when it takes it. */
  send(bytes) {
    let sent = 0;
    try {
      sent = writeSync(this.fd, bytes);
    } catch {
      // nothing taken, or nobody there: the stream tells which
    }

    if (sent < bytes.length) {
      this.socket.write(bytes.subarray(sent));
    }
  }

  closed() {
    lanes.delete(this);
    this.abort?.();
    if (lanes.size === 0) {
      realExit(0);
    }
  }
}

const [READY, REPLACE, CLEANING] = [0, 1, 2]; // LaneNext

function answer(code, outOfMemory, next = READY) {
  const payload = Buffer.alloc(6);
  payload.writeInt32LE(code, 0);
  payload[4] = outOfMemory ? 1 : 0;
  payload[5] = next;
  return frame('X', payload);
}

const isMemoryError = (error) =>
  util.types.isNativeError(error) && (error.message === 'Array buffer allocation failed' || error.code === 'ERR_MEMORY_ALLOCATION_FAILED');

function describe(error) {
  return (util.types.isNativeError(error) && error.stack ? util.inspect(error) : `Uncaught ${util.inspect(error)}`) + '\n';
}

// -------------------------------------------------------------------------------------------------------- scripts

/** Things that may keep the loop alive. Our own standard streams are among them where they are pipes. */
const activeResources = () => process.getActiveResourcesInfo().filter((r) => r !== 'Immediate').length;

/** Thrown by process.exit() to leave the script's code; never seen by anyone who does not catch everything. */
const EXIT = Symbol('process.exit');

class Script {
  constructor() {
    const source = fs.readFileSync(file, 'utf8');
    this.source = source.startsWith('#!') ? `//${source}` : source;
    this.call = null;
    this.realRequire = createRequire(file);
    this.builtins = new Set(builtinModules);
    this.globals = sharedGlobals();
    this.fsFunctions = { ...fs };
    this.next = null;
    this.snapshot = takeSnapshot();
    process.on('beforeExit', () => this.drained());
    process.on('uncaughtException', (error) => this.failed(error));
    process.on('unhandledRejection', (error) => this.failed(error));
    this.listeners = new Map(process.eventNames().map((name) => [name, process.listenerCount(name)]));
    this.prepare();
  }

  /** Makes the next call ahead of it, with all that does not depend on who calls: most of its cost. */
  prepare() {
    const call = { lane: null, header: null, body: NOTHING, done: false, exiting: false, code: undefined, timers: [], modules: new Map(), used: new Set() };
    // What is there before the object becomes a context costs nothing; each definition afterwards, 3 µs.
    const context = vm.createContext(Object.create(null, this.globals), { name: 'function' });
    const global = SET_UP.runInContext(context)(util.types.isNativeError);
    call.context = context;
    call.process = this.makeProcess(call);
    const console = new Console({ stdout: call.process.stdout, stderr: call.process.stderr });
    for (const [name, value] of [['process', call.process], ['console', console]]) {
      Object.defineProperty(global, name, { value, writable: true, configurable: true, enumerable: false });
    }

    this.makeTimers(call, global);
    this.next = call;
  }

  start(lane, header, body) {
    const call = this.next;
    this.next = null;
    this.call = Object.assign(call, { lane, header, body });
    lane.socket.unref();
    call.resources = activeResources();
    try {
      Object.assign(process.env, header.env);
      call.process.argv.push(...header.args);
      if (isEsModule) {
        this.runModule(call);
      } else {
        this.runCommonJs(call);
      }
    } catch (error) {
      this.failed(error);
    }
  }

  runCommonJs(call) {
    this.script ??= new vm.Script(`(function (exports, require, module, __filename, __dirname) {${this.source}\n})`, {
      filename: file,
      importModuleDynamically: (name) => this.importInto(this.call, name),
    });
    const require = this.makeRequire(call);
    const module = { exports: {}, id: '.', filename: file, path: path.dirname(file), loaded: false, children: [], paths: [], require };
    require.main = module;
    this.script.runInContext(call.context).call(module.exports, module.exports, require, module, file, path.dirname(file));
  }

  runModule(call) {
    const run = async () => {
      const module = this.esModule(call, file, this.source);
      await module.link((name, from) => this.resolve(call, name, from.identifier));
      await module.evaluate();
    };
    call.evaluated = false;
    run().then(() => { call.evaluated = true; }, (error) => this.failed(error));
  }

  esModule(call, name, source) {
    return new vm.SourceTextModule(source, {
      context: call.context,
      identifier: name,
      initializeImportMeta: (meta) => {
        meta.url = pathToFileURL(name).href;
        meta.filename = name;
        meta.dirname = path.dirname(name);
      },
      importModuleDynamically: (wanted) => this.importInto(call, wanted, name),
    });
  }

  async resolve(call, name, from) {
    const key = this.builtins.has(name) || name.startsWith('node:') ? name : from ? this.locate(name, from) : name;
    let module = call.modules.get(key);
    if (!module) {
      if (key.endsWith('.mjs') || (key.endsWith('.js') && isEsModule)) {
        module = this.esModule(call, key, fs.readFileSync(key, 'utf8'));
      } else {
        const exports = this.makeRequire(call)(key);
        const names = new Set(['default', ...(exports !== null && /^(object|function)$/.test(typeof exports) ? Object.keys(exports) : [])]);
        module = new vm.SyntheticModule([...names], function () {
          for (const one of names) {
            this.setExport(one, one === 'default' ? exports : exports[one]);
          }
        }, { context: call.context, identifier: key });
      }

      call.modules.set(key, module);
    }

    return module;
  }

  locate(name, from) {
    return name.startsWith('file:') ? fileURLToPath(name) : createRequire(from).resolve(name);
  }

  async importInto(call, name, from = file) {
    const module = await this.resolve(call, name, from);
    if (module.status === 'unlinked') {
      await module.link((wanted, parent) => this.resolve(call, wanted, parent.identifier));
    }

    if (module.status === 'linked') {
      await module.evaluate();
    }

    return module;
  }

  makeRequire(call) {
    const require = (name) => {
      const bare = name.startsWith?.('node:') ? name.slice(5) : name;
      switch (bare) {
        case 'fs': return call.fs ??= this.makeFs(call);
        case 'process': return call.process;
        case 'console': return vm.runInContext('console', call.context);
        default:
          call.used.add(bare);
          return this.realRequire(name);
      }
    };
    require.resolve = this.realRequire.resolve;
    require.cache = this.realRequire.cache;
    require.extensions = this.realRequire.extensions;
    return require;
  }

  makeProcess(call) {
    const output = (type, fd) => {
      const stream = new Writable({
        decodeStrings: true,
        write: (bytes, _, done) => {
          this.write(call, type, bytes);
          done();
        },
      });
      stream.fd = fd;
      stream.isTTY = undefined;
      stream.writableSync = true;
      return stream;
    };
    let stdin, stdout, stderr;
    const exit = (code) => {
      call.code = code ?? process_.exitCode ?? 0;
      this.emitExit(call);
      call.exiting = true;
      setImmediate(() => this.finish(call));
      throw EXIT;
    };
    const fixed = (value) => ({ value, writable: true, configurable: true, enumerable: true });
    const process_ = Object.create(process, {
      argv: fixed([process.execPath, file]),
      argv0: fixed('node'),
      execArgv: fixed([]),
      exit: fixed(exit),
      reallyExit: fixed(exit),
      exitCode: fixed(undefined),
      mainModule: fixed(undefined),
      title: fixed('node'),
      send: fixed(undefined),
      getBuiltinModule: fixed((name) => (this.builtins.has(name.replace(/^node:/, '')) ? this.makeRequire(call)(name) : undefined)),
      _events: fixed(Object.create(null)),
      _eventsCount: fixed(0),
      stdin: {
        configurable: true,
        enumerable: true,
        get: () => stdin ??= Object.assign(new Readable({ read() { this.push(call.body.length ? call.body : null); this.push(null); } }), { fd: 0 }),
      },
      stdout: { configurable: true, enumerable: true, get: () => stdout ??= output('O', 1) },
      stderr: { configurable: true, enumerable: true, get: () => stderr ??= output('R', 2) },
    });
    return process_;
  }

  /** The fs module with descriptors 0, 1 and 2 of the call instead of this process's. */
  makeFs(call) {
    let offset = 0;
    const isInput = (target) => target === 0 || target === '/dev/stdin' || target === '/proc/self/fd/0';
    const outputOf = (target) =>
      target === 1 || target === '/dev/stdout' ? 'O' : target === 2 || target === '/dev/stderr' ? 'R' : undefined;
    const overrides = {
      readFileSync: (target, options) => {
        if (!isInput(target)) {
          return fs.readFileSync(target, options);
        }

        const rest = call.body.subarray(offset);
        offset = call.body.length;
        const encoding = typeof options === 'string' ? options : options?.encoding;
        return encoding && encoding !== 'buffer' ? rest.toString(encoding) : Buffer.from(rest);
      },
      readFile: (target, ...rest) => {
        const done = rest.pop();
        return isInput(target) ? process.nextTick(done, null, overrides.readFileSync(target, rest[0])) : fs.readFile(target, ...rest, done);
      },
      readSync: (fd, buffer, ...rest) => {
        if (fd !== 0) {
          return fs.readSync(fd, buffer, ...rest);
        }

        const [start, length] = typeof rest[0] === 'object' && rest[0] ? [rest[0].offset, rest[0].length] : rest;
        const from = start ?? 0;
        const count = call.body.copy(buffer, from, offset, Math.min(call.body.length, offset + (length ?? buffer.byteLength - from)));
        offset += count;
        return count;
      },
      writeSync: (fd, data, ...rest) => {
        const type = outputOf(fd);
        if (!type) {
          return fs.writeSync(fd, data, ...rest);
        }

        const bytes = typeof data === 'string' ? Buffer.from(data, rest[1]) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
        this.write(call, type, bytes);
        return bytes.length;
      },
      writeFileSync: (target, data, options) => {
        const type = outputOf(target);
        return type ? this.write(call, type, Buffer.from(data)) : fs.writeFileSync(target, data, options);
      },
      createReadStream: (target, options) =>
        isInput(target) || options?.fd === 0 ? call.process.stdin : fs.createReadStream(target, options),
      createWriteStream: (target, options) =>
        outputOf(target) === 'O' || options?.fd === 1 ? call.process.stdout : fs.createWriteStream(target, options),
    };
    return { ...this.fsFunctions, ...overrides };
  }

  write(call, type, bytes) {
    if (!call.done && !call.exiting && bytes.length > 0) {
      call.lane.writeNow(frame(type, bytes));
    }
  }

  emitExit(call) {
    if (!call.emitted) {
      call.emitted = true;
      call.process.exitCode ??= call.code;
      call.process.emit('exit', call.process.exitCode ?? 0);
    }
  }

  failed(error) {
    const { call } = this;
    if (!call || call.done || error === EXIT) {
      return;
    }

    if (call.process?.listenerCount('uncaughtException') > 0 && !call.exiting) {
      try {
        call.process.emit('uncaughtException', error, 'uncaughtException');
        return;
      } catch (another) {
        error = another;
      }
    }

    if (call.exiting) {
      return;
    }

    this.write(call, 'R', Buffer.from(describe(error)));
    call.outOfMemory = isMemoryError(error);
    call.code = 1;
    try {
      this.emitExit(call);
    } catch {
      // an exit listener that throws changes nothing about a script that has failed
    }

    call.exiting = true;
    setImmediate(() => this.finish(call));
  }

  /** 'beforeExit': nothing is left to wait for. */
  drained() {
    const { call } = this;
    if (!call || call.done) {
      return;
    }

    if (!call.exiting) {
      try {
        call.process.emit('beforeExit', call.process.exitCode ?? 0);
        if (process.getActiveResourcesInfo().some((r) => r === 'Timeout' || r === 'Immediate')) {
          return; // the script went on
        }

        if (call.evaluated === false) {
          call.code = 13; // Node's own code for a top-level await that never settles
          this.write(call, 'R', Buffer.from('Warning: Detected unsettled top-level await\n'));
        }

        call.code ??= call.process.exitCode ?? 0;
        this.emitExit(call);
        call.code = call.process.exitCode ?? call.code;
      } catch (error) {
        this.failed(error);
        return;
      }
    }

    this.finish(call);
  }

  finish(call) {
    if (call.done) {
      return;
    }

    call.done = true;
    for (const [clear, timer] of call.timers) {
      globalThis[clear](timer);
    }

    const code = Number(call.code) || 0;
    call.lane.writeNow(answer(code & 0xff, call.outOfMemory, CLEANING));
    this.call = null;
    if (!this.cleanUp(call)) {
      realExit(0);
    }

    this.prepare();
    call.lane.writeNow(frame('N', NOTHING));
    call.lane.socket.ref();
  }

  /** Timers of a call are remembered, so that those of a script that has ended never fire in the next one. */
  makeTimers(call, global) {
    for (const [set, clear] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval'], ['setImmediate', 'clearImmediate']]) {
      const real = globalThis[set];
      const value = (...args) => {
        const timer = real(...args);
        call.timers.push([clear, timer]);
        if (call.timers.length > 1000) {
          call.timers = call.timers.filter(([, t]) => !t._destroyed);
        }

        return timer;
      };
      value[util.promisify.custom] = real[util.promisify.custom];
      Object.defineProperty(global, set, { value, writable: true, configurable: true, enumerable: true });
    }
  }

  /** After the answer, before the next call. False when this process is not as it was. */
  cleanUp(call) {
    for (const name of Object.keys(process.env)) {
      delete process.env[name];
    }

    // A script that was left by exit() may have timers, sockets, files being read: whatever keeps a loop alive.
    if (activeResources() > call.resources) {
      return false;
    }

    for (const name of Object.keys(Module._cache)) {
      delete Module._cache[name];
    }

    if (process.eventNames().some((name) => process.listenerCount(name) > (this.listeners.get(name) ?? 0)) || process.exitCode !== undefined || !this.snapshot(call.used)) {
      return false;
    }

    process.chdir(workFolder);
    if (fs.readdirSync(workFolder).length > 0) {
      return false; // the next process has a /tmp of its own: nothing is ever deleted from here
    }

    // Another process in our namespace is one that a script left behind; 1 is the namespace's own.
    const me = String(process.pid);
    if (me === '2' && fs.readdirSync('/proc').some((n) => n !== '1' && n !== me && /^\d+$/.test(n))) {
      return false;
    }

    return process.memoryUsage.rss() < RSS_LIMIT;
  }
}

const RSS_LIMIT = 512 * 1024 * 1024; // above it a garbage collection has long been due; a new process is cheaper

/** Node's globals that a new context lacks, and those of its own that must be this realm's, as descriptors. */
function sharedGlobals() {
  const own = new Set(vm.runInNewContext('Object.getOwnPropertyNames(globalThis)'));
  const shared = {};
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(globalThis))) {
    if (!own.has(name) && name !== 'process' && name !== 'console') {
      shared[name] = descriptor;
    }
  }

  for (const value of [Uint8Array, ArrayBuffer, Buffer]) { // what Buffer and the built-in modules make is an instance of these
    shared[value.name] = { value, writable: true, configurable: true };
  }

  return shared;
}

const SET_UP = new vm.Script(`((isError) => {
  globalThis.global = globalThis;
  Object.defineProperty(Error, Symbol.hasInstance, {
    value(v) { return this === Error ? isError(v) : Function.prototype[Symbol.hasInstance].call(this, v); } });
  return globalThis;
})`);

/** Built-in modules that every script reaches without asking for them: by Buffer, console, process and its streams. */
const EVERYONES = ['buffer', 'events', 'fs', 'fs/promises', 'stream', 'timers', 'util'];

/** Built-in modules looked at when a script has asked for one of them. */
const ASKED_FOR = ['assert', 'child_process', 'crypto', 'dns', 'http', 'https', 'net', 'os', 'path', 'querystring', 'readline',
  'stream/promises', 'string_decoder', 'timers/promises', 'url', 'vm', 'zlib'];

// Names that Node itself adds or changes as it goes.
const MOVING = new Set(['exitCode', '_exiting', 'title', 'domain', '_events', '_eventsCount']);

const countOf = (object) => {
  const names = Reflect.ownKeys(object);
  return object === process ? names.filter((n) => !MOVING.has(n)).length : names.length;
};

/** What an object's properties are now. */
function remember(object) {
  const values = [];
  const accessors = [];
  for (const name of Reflect.ownKeys(object).filter((n) => !MOVING.has(n))) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(object, name);
    if (typeof value === 'function') {
      values.push(name, value);
    } else if (get || set) {
      accessors.push([name, get, set]);
    }
  }

  return { object, count: countOf(object), values, accessors };
}

/** Plain reads wherever they do: a descriptor for each of some thousand properties takes as long as a new context. */
function isUnchanged({ object, count, values, accessors }) {
  if (countOf(object) !== count) {
    return false;
  }

  for (let i = 0; i < values.length; i += 2) {
    if (object[values[i]] !== values[i + 1]) {
      return false;
    }
  }

  return accessors.every(([name, get, set]) => {
    const is = Object.getOwnPropertyDescriptor(object, name);
    // Node replaces some of its own lazy getters by their value.
    return is !== undefined && (is.get === get || is.get === undefined) && (is.set === set || is.set === undefined);
  });
}

/**
 * Remembers what scripts share: built-in modules, this realm's own built-ins. The result tells whether that is unchanged
 * as far as a script that has asked for the modules `used` can reach it.
 */
function takeSnapshot() {
  const require = createRequire(file);
  const isObject = (value) => value !== null && (typeof value === 'object' || typeof value === 'function');
  const objectsOf = (name) => {
    const module = require(name);
    return [module, ...Object.values(Object.getOwnPropertyDescriptors(module)).map((d) => d.value)
      .filter((value) => typeof value === 'function').map((value) => value.prototype)].filter(isObject);
  };
  const shared = new Set([globalThis, process, Object.getPrototypeOf(Uint8Array.prototype), ...EVERYONES.flatMap(objectsOf)]);
  for (const name of ['Object', 'Function', 'Array', 'String', 'Number', 'Boolean', 'Symbol', 'Promise', 'Map', 'Set', 'WeakMap', 'Error',
    'TypeError', 'RegExp', 'Date', 'Math', 'JSON', 'Reflect', 'ArrayBuffer', 'Uint8Array', 'Buffer', 'URL', 'TextEncoder', 'TextDecoder']) {
    shared.add(globalThis[name]);
    shared.add(globalThis[name].prototype);
  }

  const always = [...shared].filter(isObject).map(remember);
  const onRequest = ASKED_FOR.flatMap(objectsOf).filter((object) => !shared.has(object)).map(remember);
  return (used) => always.every(isUnchanged) && (used.size === 0 || onRequest.every(isUnchanged));
}

// ------------------------------------------------------------------------------------------------------- handlers

/** Processes that were started from here, and (when 1 is our own namespace's) those that were orphaned: we are its second. */
const childLists = [['/proc/self/task/' + process.pid + '/children', ''], ...(process.pid === 2 ? [['/proc/1/task/1/children', '2']] : [])]
  .map(([path, expected]) => {
    try {
      return [fs.openSync(path), expected];
    } catch {
      return null; // a kernel without it
    }
  }).filter((list) => list !== null);
const childNames = Buffer.alloc(64);
const { readSync } = fs;

function hasChildren() {
  try {
    return childLists.some(([fd, expected]) => childNames.latin1Slice(0, readSync(fd, childNames, 0, childNames.length, 0)).trim() !== expected);
  } catch {
    return true;
  }
}

let modulesSeen = 0;
let canStartProcesses = false;

/** Node loads what starts processes when somebody asks for it: until then there is nothing to look for. */
function mayHaveChildren() {
  const loaded = process.moduleLoadList;
  if (loaded.length !== modulesSeen) {
    modulesSeen = loaded.length;
    canStartProcesses = loaded.some((name) => /(process_wrap|spawn_sync)$/.test(name));
  }

  return canStartProcesses;
}

class Handler {
  constructor() {
    this.current = new AsyncLocalStorage();
    this.inFlight = new Set();
    this.loading = null;
    for (const stream of [process.stdout, process.stderr]) {
      stream.write = (data, encoding, done) => {
        const lane = this.current.getStore() ?? [...this.inFlight].at(-1);
        const bytes = typeof data === 'string' ? Buffer.from(data, typeof encoding === 'string' ? encoding : 'utf8') : Buffer.from(data);
        if (lane !== undefined && lanes.has(lane)) {
          lane.writeNow(frame('R', bytes)); // at once: what waits in memory while a handler loops is a way out of the limits
        }

        const callback = typeof encoding === 'function' ? encoding : done;
        callback?.();
        return true;
      };
    }

    process.on('uncaughtException', (error) => this.crash(error));
    process.on('unhandledRejection', (error) => this.crash(error));
    const pulse = new net.Socket({ fd: 3 + Number(laneCount), readable: true, writable: true });
    pulse.on('data', (beat) => pulse.write(beat)).on('error', () => {}).unref();
  }

  async load() {
    const module = isEsModule ? await import(pathToFileURL(file).href) : createRequire(file)(file);
    const found = [module, module.handler, module.default, module.default?.handler].find((f) => typeof f === 'function');
    if (!found) {
      throw new TypeError('the module exports no handler function');
    }

    return found;
  }

  start(lane, header, body) {
    this.inFlight.add(lane);
    this.current.run(lane, () => this.run(lane, header, body));
  }

  async run(lane, header, body) {
    let last;
    try {
      for (const name of Object.keys(process.env)) {
        if (!(name in header.env)) {
          delete process.env[name];
        }
      }

      Object.assign(process.env, header.env);
      const handler = await (this.loading ??= this.load());
      const value = await handler(eventOf(body), this.contextOf(lane, header));
      last = [frame('O', responseOf(value, header.env)), answer(0, false)];
    } catch (error) {
      last = [frame('R', Buffer.from(describe(error))), answer(1, isMemoryError(error))];
    }

    lane.abort = null;
    this.inFlight.delete(lane);
    if (this.inFlight.size === 0 && mayHaveChildren() && hasChildren()) {
      last[1][10] = REPLACE;
    }

    lane.send(Buffer.concat(last));
  }

  contextOf(lane, header) {
    const deadline = performance.now() + header.deadlineMs;
    let controller;
    lane.abort = () => controller?.abort();
    const log = (...values) => process.stderr.write(util.format(...values) + '\n');
    return {
      function: header.env.FAAS_FUNCTION ?? header.function,
      id: header.env.FAAS_ID ?? header.function,
      invocation: header.id,
      args: header.args,
      env: header.env,
      get signal() { // most handlers never ask for it
        controller ??= new AbortController();
        if (!lanes.has(lane)) {
          controller.abort();
        }

        return controller.signal;
      },
      deadline: Date.now() + header.deadlineMs,
      remainingMs: () => Math.max(0, deadline - performance.now()),
      log,
      logger: { debug: log, info: log, warn: log, error: log },
    };
  }

  crash(error) {
    const text = frame('R', Buffer.from(describe(error)));
    for (const lane of this.inFlight) {
      lane.writeNow(text);
    }

    realExit(1);
  }
}

/** Parsed JSON where it is JSON, else text, else bytes; nothing at all is null. */
function eventOf(body) {
  if (body.length === 0) {
    return null;
  }

  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  } catch {
    return body;
  }
}

function bytesOf(value) {
  if (value === undefined || value === null) {
    return NOTHING;
  }

  if (typeof value === 'string') {
    return Buffer.from(value);
  }

  if (ArrayBuffer.isView(value)) {
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }

  return value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(JSON.stringify(value) ?? '');
}

/** { statusCode, headers, body } becomes a CGI response where there is a request to respond to. */
function responseOf(value, env) {
  if (!('REQUEST_METHOD' in env)) {
    return bytesOf(value);
  }

  const isResponse = value !== null && typeof value === 'object' && 'statusCode' in value;
  const body = isResponse ? value.body : value;
  const headers = { ...(isResponse ? value.headers : {}) };
  if (!Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')) {
    headers['Content-Type'] = typeof body === 'string' ? 'text/plain; charset=utf-8'
      : ArrayBuffer.isView(body) || body instanceof ArrayBuffer ? 'application/octet-stream' : 'application/json';
  }

  const clean = (text) => String(text).replace(/[\r\n]/g, ' ');
  const lines = [`Status: ${isResponse ? Number(value.statusCode) || 200 : 200}`];
  for (const [name, values] of Object.entries(headers)) {
    for (const one of Array.isArray(values) ? values : [values]) {
      lines.push(`${clean(name)}: ${clean(one)}`);
    }
  }

  const content = isResponse && value.isBase64Encoded ? Buffer.from(String(body ?? ''), 'base64') : bytesOf(body);
  return Buffer.concat([Buffer.from(lines.join('\r\n') + '\r\n\r\n'), content]);
}

// ----------------------------------------------------------------------------------------------------------- start

process.argv.splice(1, process.argv.length - 1, file);
const lanes = new Set();
const server = style === 'handler' ? new Handler() : new Script();
for (let i = 0; i < Number(laneCount); i++) {
  lanes.add(new Lane(3 + i, (lane, header, body) => server.start(lane, header, body)));
}

for (const lane of lanes) {
  lane.writeNow(frame('N', NOTHING));
}
