import { describe, expect, it } from '@jest/globals';
import { nameApplication } from './applications.js';

describe('an application', () => {
  it.each([
    ['Marketing Manager', 'Tech Corp', 'Marketing Manager at Tech Corp'],
    ['Marketing Manager', null, 'Marketing Manager'],
    [null, 'Tech Corp', 'Tech Corp'],
    [null, null, 'app-1'],
  ])('with title %s and company %s is called %s', (title, company, name) => {
    expect(nameApplication({ application_id: 'app-1', title, company })).toBe(name);
  });
});
