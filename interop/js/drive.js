// Makes calls with the azure-servicefabric client, and prints the outcome of each.
//
// usage: drive.js URL < calls.json > outcomes.json
//
// A call is {"name": operationId, "args": [...]}; its outcome has a result, or else an error.
'use strict';

const { readFileSync } = require('fs');
const ServiceFabricClient = require('azure-servicefabric');

const client = new ServiceFabricClient(process.argv[2]);

const methodOf = (operation) => operation[0].toLowerCase() + operation.slice(1);

async function make(call) {
  const method = methodOf(call.name);
  if (!client[method]) {
    return { error: 'no such operation' };
  }
  try {
    return { result: await client[method](...call.args) };
  } catch (e) {
    return { error: `${e.statusCode || e.name} ${e.code || ''}`.trim() };
  }
}

(async () => {
  const outcomes = [];
  for (const call of JSON.parse(readFileSync(0))) {
    outcomes.push(await make(call));
  }
  process.stdout.write(JSON.stringify(outcomes));
})();
