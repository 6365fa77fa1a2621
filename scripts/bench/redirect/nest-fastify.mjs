import 'reflect-metadata';
import { Controller, Get, Module, Redirect } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';

// What `@Controller('track') class { @Get(':id') @Redirect(…) … }` compiles to.
class TrackController {
  redirect() {}
}
const method = Object.getOwnPropertyDescriptor(TrackController.prototype, 'redirect');
Get(':id')(TrackController.prototype, 'redirect', method);
Redirect('https://calendly.com/jordan-avery/30min', 302)(TrackController.prototype, 'redirect', method);
Controller('track')(TrackController);

class BenchModule {}
Module({ controllers: [TrackController] })(BenchModule);

const app = await NestFactory.create(BenchModule, new FastifyAdapter(), { logger: false });
await app.listen(0, '127.0.0.1');
process.send({ url: await app.getUrl() });
