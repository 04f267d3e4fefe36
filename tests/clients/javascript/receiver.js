// A partner's system that verifies by the standard's own package: 204 where the signature fits the secret of the path.
// It gets its secrets as JSON by path, writes its port, and ends when its input does.
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const secrets = JSON.parse(process.argv[2]);

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  try {
    new Webhook(secrets[request.url]).verify(Buffer.concat(parts).toString("utf8"), request.headers);
    response.writeHead(204).end();
  } catch (refused) {
    response.writeHead(400).end(String(refused));
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit()).resume();
