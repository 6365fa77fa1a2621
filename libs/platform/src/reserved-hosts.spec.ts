import { describe, expect, it } from '@jest/globals';
import { isReservedAddress } from './reserved-hosts.js';

describe('isReservedAddress', () => {
  it.each(['8.8.8.8', '1.1.1.1', '2606:4700:4700::1111', '2a00:1450:4001::1'])('%s is public', (address) => {
    expect(isReservedAddress(address)).toBe(false);
  });

  it.each([
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '192.168.0.1'],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', '::ffff:8.8.8.8', '::ffff:127.0.0.1', '64:ff9b::7f00:1'],
    ...['fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', '2606:4700:4700::1111%eth0', '2002:7f00:1::', 'ff02::1'],
    ...['', 'localhost', '127.1', '[::1]'],
  ])('%j is not', (address) => expect(isReservedAddress(address)).toBe(true));
});
