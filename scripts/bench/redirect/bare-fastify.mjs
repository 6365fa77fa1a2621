import fastify from 'fastify';

const server = fastify();
server.get('/track/:id', (_request, reply) => {
  reply.code(302).header('location', 'https://calendly.com/jordan-avery/30min').send();
});
process.send({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
