// An OpenID provider that others wrote (npm oidc-provider), with one person for each name that signs in. For .ci/oidc_check.
//
//   node oidc_provider.mjs PORT REDIRECT_URI
import { Provider } from 'oidc-provider';

const [port, redirect] = process.argv.slice(2);
const groups = { jane: ['aml'], joe: ['visitors'] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'interdict',
    client_secret: 'a secret: with signs',
    redirect_uris: [redirect],
    post_logout_redirect_uris: [new URL('/', redirect).href],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  }],
  pkce: { required: () => true },
  claims: { openid: ['sub'], profile: ['name', 'groups'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, name: `${id} Doe`, groups: groups[id] ?? [] }),
  }),
  cookies: { keys: ['for tests alone'] },
});
provider.listen(Number(port), '127.0.0.1', () => console.log('ready'));
