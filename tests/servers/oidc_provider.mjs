// The certified npm `oidc-provider`, set up to be Google as a desktop meets it: its paths, its claims, its accounts page.
//
// node oidc_provider.mjs PORT MODULES CLIENTS: `MODULES` is the folder that has the package, `CLIENTS` a JSON list of
// [id, secret]. Says "ready" when it listens. POST /control with a JSON object tells it what to do; see `control`.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [port, modules, clients] = [Number(process.argv[2]), process.argv[3], JSON.parse(process.argv[4])];
const { default: Provider, interactionPolicy } = await import(
  pathToFileURL(path.join(modules, 'oidc-provider', 'lib', 'index.js')).href
);
const issuer = `http://127.0.0.1:${port}`;
const GMAIL = 'https://www.googleapis.com/auth/gmail.send';

const accounts = {
  owner: { sub: '100000000000000000001', email: 'owner@kktires.example', name: 'Κώστας Κ.', hd: 'kktires.example' },
  maria: { sub: '100000000000000000002', email: 'maria@kktires.example', name: 'Μαρία', hd: 'kktires.example' },
  nikos: { sub: '100000000000000000003', email: 'nikos@kktires.example', name: 'Νίκος', hd: 'kktires.example' },
  stranger: { sub: '100000000000000000009', email: 'stranger@gmail.example', name: 'Somebody else' },
  unverified: { sub: '100000000000000000010', email: 'unverified@gmail.example', name: 'U', email_verified: false },
};

let keys = [newKey()];
let handle;
make();

function newKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
}

// What it remembers is the module's own, so grants outlive a new instance with other keys.
function make() {
  const policy = interactionPolicy.base();
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: clients.map(([client_id, client_secret]) => ({
      client_id,
      client_secret,
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
    })),
    interactions: { policy, url: (_ctx, interaction) => `/signin/${interaction.uid}` },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ email_verified: true, picture: `${issuer}/p.png`, ...accounts[id], sub: accounts[id].sub }),
    }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'picture', 'hd'] },
    scopes: ['openid', 'email', 'profile', GMAIL],
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    issueRefreshToken: async () => true,
    rotateRefreshToken: false,
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    routes: {
      authorization: '/o/oauth2/v2/auth',
      token: '/token',
      revocation: '/revoke',
      jwks: '/oauth2/v3/certs',
      userinfo: '/v1/userinfo',
    },
    ttl: { AccessToken: 3600, AuthorizationCode: 60, IdToken: 3600, RefreshToken: 86400, Interaction: 600, Session: 600,
      Grant: 86400 },
    cookies: { keys: ['tests'] },
  });
  // Google takes any port and any path of the loopback addresses for a desktop client.
  provider.Client.prototype.redirectUriAllowed = (uri) => {
    const parts = new URL(uri);
    return parts.protocol === 'http:' && ['127.0.0.1', '[::1]'].includes(parts.hostname) && parts.port !== '';
  };
  provider.use(interactions(provider));
  handle = provider.callback();
}

function interactions(provider) {
  return async (ctx, next) => {
    const uid = /^\/signin\/([\w-]+)$/.exec(ctx.path);
    if (!uid) return next();
    const { prompt, params, grantId, session } = await provider.interactionDetails(ctx.req, ctx.res);
    const account = session?.accountId;
    if (ctx.method === 'GET') {
      ctx.type = 'html';
      ctx.body = prompt.name === 'consent' ? consentPage(params, account) : accountsPage(params);
      return undefined;
    }
    const form = new URLSearchParams(await body(ctx.req));
    if (form.has('cancel')) return finish({ error: 'access_denied', error_description: 'The user denied it' });
    if (prompt.name !== 'consent') {
      return finish({ login: { accountId: form.get('account') }, select_account: {} });
    }
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: account, clientId: params.client_id });
    const wanted = params.scope.split(' ');
    grant.addOIDCScope(wanted.filter((scope) => scope !== GMAIL || form.has('gmail')).join(' '));
    if (wanted.includes(GMAIL) && !form.has('gmail')) grant.rejectOIDCScope(GMAIL);
    return finish({ consent: { grantId: await grant.save() } });

    async function finish(result) {
      ctx.respond = false;
      await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: true });
    }
  };
}

function accountsPage(params) {
  const hint = params.login_hint ?? '';
  const buttons = Object.entries(accounts).map(
    ([id, account]) => `<button name="account" value="${id}">${account.email}</button>`,
  );
  return `<!doctype html><title>Choose an account</title><p id="hint">${hint.replaceAll(/[<&]/g, '')}</p>
    <form method="post">${buttons.join('')}<button name="cancel" value="1">Cancel</button></form>`;
}

function consentPage(params, account) {
  const box = params.scope.includes(GMAIL) ? '<input type="checkbox" name="gmail" id="gmail">Send mail' : '';
  return `<!doctype html><title>KK Desk wants access</title><p id="account">${accounts[account].email}</p>
    <form method="post">${box}<button name="go" value="1">Continue</button>
    <button name="cancel" value="1">Cancel</button></form>`;
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

// rotate: "add" (a new key signs, the old one stays), "replace" (the old ones are gone). down: paths that say 503.
let down = [];
async function control(request) {
  const told = JSON.parse(await body(request));
  if (told.rotate) {
    keys = told.rotate === 'add' ? [newKey(), ...keys] : [newKey()];
    make();
  }
  if (told.down) down = told.down;
  return { keys: keys.map((key) => key.kid) };
}

http
  .createServer(async (request, response) => {
    const where = new URL(request.url, issuer).pathname;
    if (where === '/control' && request.method === 'POST') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await control(request)));
    } else if (down.includes(where)) {
      response.statusCode = 503;
      response.end('down');
    } else {
      handle(request, response);
    }
  })
  .listen(port, '127.0.0.1', () => console.log('ready'));
