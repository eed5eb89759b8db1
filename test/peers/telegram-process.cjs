// A Bot API server that this project did not write, in a process of its own: node telegram-process.cjs PORT
const { TelegramServer } = require('telegram-test-api/lib/telegramServer.js');

new TelegramServer({ port: Number(process.argv[2]), host: '127.0.0.1', storeTimeout: 600 })
  .start()
  .then(() => console.log('listening'));
