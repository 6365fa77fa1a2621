export const testingName = 'testing';
