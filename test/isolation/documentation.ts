import { GRPC } from './grpc-table.js';
import { type Outcome, REST } from './rest-table.js';

const WORDS: Record<Outcome, string> = {
  nothing: 'refused, as what does not exist is',
  own: 'answered with what is the caller’s own',
  services: 'refused: takes no user’s key',
  public: 'public',
};

/** The tables as docs/isolation.md shows them; `WRITE_DOCS=1` in front of the test writes them anew. */
export function describeIsolation(): string {
  const rest = REST.map(({ call, how, outcome }) => `| \`${call}\` | ${how} | ${WORDS[outcome]} |`);
  const grpc = Object.entries(GRPC).flatMap(([service, { rows }]) =>
    Object.entries(rows).map(
      ([method, { outcome }]) =>
        `| \`${service}.${method.charAt(0).toUpperCase()}${method.slice(1)}\` | ${WORDS[outcome]} |`,
    ),
  );
  return `# What one user's key gets of another user

A test tries every call of a running system with one user's key on another user's things, and again on things that do not
exist. But for the ids that were asked for, both answers are the same, byte for byte, and none holds anything of the other's:
a caller cannot even learn what exists. The test fails when a call of the API is missing here. It also tries every
call without a key (401) and with a key that has every scope but the one that the call needs (403), and listens to the live
feed while another user's links are clicked.

## REST

| call | tried | outcome |
|---|---|---|
${rest.join('\n')}

## gRPC

| call | outcome |
|---|---|
${grpc.join('\n')}

This file is written by \`test/isolation.e2e.spec.ts\`.
`;
}
