import { CodedError } from '#platform';

export class WebhookNotFoundError extends CodedError {
  constructor() {
    super({ code: 'webhook_not_found', kind: 'not_found', message: 'There is no such webhook.' });
  }
}

export class DeliveryNotFoundError extends CodedError {
  constructor() {
    super({ code: 'delivery_not_found', kind: 'not_found', message: 'The log holds no such delivery.' });
  }
}

export class TooManyWebhooksError extends CodedError {
  constructor(limit: number) {
    super({
      code: 'too_many_webhooks',
      kind: 'conflict',
      message: `There are ${limit} webhooks already: delete one first.`,
    });
  }
}

export class WebhookDisabledError extends CodedError {
  constructor() {
    super({
      code: 'webhook_disabled',
      kind: 'conflict',
      message: 'The webhook is disabled: enable it first, by PATCH with "enabled": true.',
    });
  }
}
