import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../dist/libs/platform/src/index.js';
import { findNginx } from '../../edge.mjs';

const CONFIG = (port) => `
worker_processes 1;
pid nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path tmp; proxy_temp_path tmp; fastcgi_temp_path tmp; uwsgi_temp_path tmp; scgi_temp_path tmp;
  server {
    listen 127.0.0.1:${port};
    location /track/ { return 302 https://calendly.com/jordan-avery/30min; }
  }
}`;

/** nginx answering every tracked address with one static 302. */
export async function startNginx(directory, pin) {
  const port = await freePort();
  mkdirSync(join(directory, 'tmp'), { recursive: true });
  writeFileSync(join(directory, 'nginx.conf'), CONFIG(port));
  const globals = `daemon off;${process.getuid?.() === 0 ? ' user root;' : ''}`;
  const nginx = findNginx((line) => console.error(line));
  const [command, ...args] = [
    ...pin,
    nginx,
    '-p',
    directory,
    '-c',
    'nginx.conf',
    '-e',
    'stderr',
    '-g',
    globals,
  ];
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries += 1) {
    const answer = await fetch(`${url}/track/x`, { redirect: 'manual' }).catch(() => undefined);
    if (answer?.status === 302) return { url, child };
    if (tries > 50) throw new Error('nginx does not answer');
    await new Promise((go) => setTimeout(go, 100));
  }
}
