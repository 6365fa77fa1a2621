export default async function tearDown() {
  await globalThis.footfallProvisioner?.close();
}
