import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, matchesGlob, relative, resolve } from 'node:path';
import { expand, type Instruction, parseDockerfile, type Stage } from './dockerfile.js';
import { type Mount, runInside, type SandboxOptions } from './sandbox.js';

/** A stage as its instructions left it. */
export interface Image {
  /** The folder that is its `/`. */
  root: string;
  env: Record<string, string>;
  workdir: string;
  user: string;
  volumes: string[];
  entrypoint: string[];
  command: string[];
  healthcheck: string[];
}

interface BuiltStage extends Image {
  /** The packages of this clone, where the stage installs all of them. */
  mounts: Mount[];
}

export interface WalkOptions {
  /** The clone: what is built, and whose installed packages take the place of a download. */
  context: string;
  /** Where images come to lie, on the same disk as the clone. */
  folder: string;
}

/** What a stage begins with when its base is no other stage. */
const EMPTY = { env: {}, workdir: '/', user: '', volumes: [], entrypoint: [], command: [], healthcheck: [] };

/**
 * Executes the instructions of `deploy/Dockerfile` one by one in clean folders, with this machine's system for a base
 * image. Two steps are made quicker: an image's `npm ci` takes the packages that are installed here, those that the
 * same lockfile names for it, and stages without arguments are built once.
 */
export class ImageWalk {
  private readonly built = new Map<string, BuiltStage>();
  private readonly file: ReturnType<typeof parseDockerfile>;
  private readonly ignored: string[];

  constructor(private readonly options: WalkOptions) {
    const { context } = options;
    this.file = parseDockerfile(readFileSync(join(context, 'deploy/Dockerfile'), 'utf8'));
    const lines = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n');
    this.ignored = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith('#'));
  }

  build(target: string, buildArgs: Record<string, string> = {}): Image {
    const stage = this.file.stages.find(({ name }) => name === target);
    if (!stage) throw new Error(`deploy/Dockerfile has no stage ${target}.`);
    const needsArgs = this.takesArgs(stage);
    const key = needsArgs ? `${target}-${Object.values(buildArgs).join('-')}` : target;
    const known = this.built.get(key);
    if (known) return known;
    const image = this.begin(stage, key, buildArgs);
    const args: Record<string, string> = {};
    for (const instruction of stage.instructions) this.execute(instruction, { image, args, buildArgs });
    this.built.set(key, image);
    return image;
  }

  /** Whether a stage, or one that it comes from, has arguments. */
  private takesArgs({ base, instructions }: Stage): boolean {
    const sources = instructions.flatMap(({ value }) => /^--from=(\S+)/.exec(value)?.[1] ?? []);
    return (
      instructions.some(({ name }) => name === 'ARG') ||
      this.file.stages.some(({ name }, index) => {
        const isSource = name === base || sources.includes(name);
        return isSource && this.takesArgs(this.file.stages[index] as Stage);
      })
    );
  }

  private begin({ base }: Stage, key: string, buildArgs: Record<string, string>): BuiltStage {
    const root = join(this.options.folder, key);
    mkdirSync(root);
    if (!this.file.stages.some(({ name }) => name === base))
      return { ...structuredClone(EMPTY), root, mounts: [] };
    const from = this.build(base, buildArgs) as BuiltStage;
    placeLinks(from.root, root);
    return { ...structuredClone(from), root };
  }

  private execute({ name, value }: Instruction, { image, args, buildArgs }: StageState): void {
    const filled = expand(value, { ...image.env, ...args });
    switch (name) {
      case 'ARG': {
        const [variable = '', initial = ''] = value.split('=');
        args[variable] = buildArgs[variable] ?? initial;
        return;
      }
      case 'ENV':
        for (const [, variable = '', text = ''] of filled.matchAll(/(\w+)=(\S*)/g))
          image.env[variable] = text;
        return;
      case 'WORKDIR':
        image.workdir = resolve(image.workdir, filled);
        mkdirSync(image.root + image.workdir, { recursive: true });
        return;
      case 'COPY':
        this.copy(filled, image, buildArgs);
        return;
      case 'RUN':
        if (value.startsWith('npm ci ')) this.install(value, image, args);
        else this.run(image, args, value);
        return;
      case 'USER':
        image.user = filled;
        return;
      case 'VOLUME':
        image.volumes.push(filled);
        return;
      case 'EXPOSE':
        return;
      case 'HEALTHCHECK':
        image.healthcheck = JSON.parse(value.slice(value.indexOf('CMD ') + 4));
        return;
      case 'ENTRYPOINT':
        image.entrypoint = JSON.parse(value);
        return;
      case 'CMD':
        image.command = JSON.parse(value);
        return;
      default:
        throw new Error(`The walk knows no ${name}.`);
    }
  }

  private copy(value: string, image: BuiltStage, buildArgs: Record<string, string>): void {
    const words = value.split(/\s+/);
    const [, from] = /^--from=(\S+)$/.exec(words[0] ?? '') ?? [];
    const sources = words.slice(from ? 1 : 0, -1);
    const last = words.at(-1) ?? '';
    const isFolder = last.endsWith('/') || sources.length > 1;
    const target = image.root + resolve(image.workdir, last);
    for (const source of sources) {
      const path = join(from ? this.build(from, buildArgs).root : this.options.context, source);
      if (!from && this.isIgnored(source)) throw new Error(`COPY ${source}: left out by .dockerignore.`);
      const isDirectory = statSync(path).isDirectory();
      const to = isFolder && !isDirectory ? join(target, basename(source)) : target;
      mkdirSync(dirname(to), { recursive: true });
      if (from) placeLinks(path, to);
      else placeCopies(path, to, (file) => this.isIgnored(relative(this.options.context, file)));
    }
  }

  private isIgnored(path: string): boolean {
    return this.ignored.some((pattern) => matchesGlob(path, pattern));
  }

  private run(image: BuiltStage, args: Record<string, string>, command: string): string {
    const inside: SandboxOptions = {
      root: image.root,
      mounts: image.mounts,
      env: { ...image.env, ...args },
      workdir: image.workdir,
    };
    const { status, output } = runInside(inside, ['/bin/sh', '-c', command]);
    if (status !== 0) throw new Error(`RUN ${command} ended with ${status}:\n${output}`);
    return output;
  }

  /** As npm would with this lockfile; a download would take a minute. */
  private install(command: string, image: BuiltStage, args: Record<string, string>): void {
    const { context } = this.options;
    for (const file of ['package.json', 'package-lock.json']) {
      const copied = join(image.root + image.workdir, file);
      if (readFileSync(copied, 'utf8') !== readFileSync(join(context, file), 'utf8'))
        throw new Error(`${file} is not the one whose packages are installed here.`);
    }
    const options = this.run(image, args, `echo ${command}`);
    const isLeftOut = (kind: string) => options.includes(`--omit=${kind}`);
    if (!isLeftOut('dev')) {
      const inside = join(image.workdir, 'node_modules');
      image.mounts.push({ source: join(context, 'node_modules'), target: inside });
      return;
    }
    const { packages } = JSON.parse(readFileSync(join(context, 'package-lock.json'), 'utf8')) as Lockfile;
    for (const [path, { dev, optional, devOptional }] of Object.entries(packages)) {
      if (!path || dev || (isLeftOut('optional') && (optional || devOptional))) continue;
      const source = join(context, path);
      if (!existsSync(source)) continue;
      placeLinks(
        source,
        join(image.root + image.workdir, path),
        (file) => file === join(source, 'node_modules'),
      );
    }
  }
}

interface StageState {
  image: BuiltStage;
  args: Record<string, string>;
  buildArgs: Record<string, string>;
}

interface Lockfile {
  packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
}

type Place = (source: string, target: string) => void;
type IsLeftOut = (source: string) => boolean;

/** Quick, for what nobody changes in its place. */
function placeLinks(source: string, target: string, isLeftOut?: IsLeftOut): void {
  placeTree(source, target, { place: linkSync, isLeftOut });
}

function placeCopies(source: string, target: string, isLeftOut: IsLeftOut): void {
  placeTree(source, target, { place: copyFileSync, isLeftOut });
}

function placeTree(
  source: string,
  target: string,
  { place, isLeftOut }: { place: Place; isLeftOut?: IsLeftOut | undefined },
): void {
  const stats = lstatSync(source);
  if (stats.isSymbolicLink()) {
    symlinkSync(readlinkSync(source), target);
    return;
  }
  if (!stats.isDirectory()) {
    place(source, target);
    return;
  }
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) {
    const path = join(source, name);
    if (!isLeftOut?.(path)) placeTree(path, join(target, name), { place, isLeftOut });
  }
}
