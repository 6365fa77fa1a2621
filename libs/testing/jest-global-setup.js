/** Gives a run of medium or end-to-end tests its provisioner. */
export default async function setUp() {
  const { hooks } = await import('./load-typescript.js');
  const { startProvisioner, PROVISIONER_URL } = await import('./src/provisioner.js');
  hooks.deregister();
  const provisioner = await startProvisioner();
  process.env[PROVISIONER_URL] = provisioner.url;
  globalThis.footfallProvisioner = provisioner;
}
