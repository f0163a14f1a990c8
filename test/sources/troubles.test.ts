import { beforeEach, describe, expect, test } from 'vitest';
import { troubleWords } from '../../components/words/refused.ts';
import { catalogues } from '../../components/words/words.tsx';
import { OutgoingError } from '../../server/outgoing/request.ts';
import { hubspot } from '../../server/sources/hubspot/index.ts';
import { mautic } from '../../server/sources/mautic/index.ts';
import { salesforce } from '../../server/sources/salesforce/index.ts';
import type { Link, Mapping, Source, SourceError, Write } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeMautic } from '../fakes/mautic.ts';
import type { Fake, Reply } from '../fakes/reply.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { testLink } from './link.ts';

/** Everything the vendors' catalogues of errors name, and the sentence that an admin or a rep reads. */
const mapping: Mapping = {
  stageIn: {},
  stageOut: { sql: { stage: 'SQL', status: 'SQL' } },
  reasonOut: {},
  fields: {},
  writeFeedback: false,
  agreed: true,
};
let clock: SimulatedClock;
beforeEach(() => {
  clock = new SimulatedClock();
});
const write = (): Write => ({
  id: '0192aaaa-0000-7000-8000-000000000001',
  emails: ['dana@northwind.example'],
  what: 'decision',
  stage: 'sql',
  note: 'Qualified.',
  at: new Date(clock.at).toISOString(),
});
/** What a write meets when the CRM answers so at its `n`th call, and at every one after. */
async function told(source: Source, fake: Fake, link: Link, reply: Reply, n: number): Promise<SourceError> {
  clock.at += 60_000;
  fake.trouble = [...Array.from({ length: n - 1 }, () => undefined), ...Array.from({ length: 20 }, () => reply)];
  return source.push(link, write()).then(
    () => {
      throw new Error('It was not refused.');
    },
    (error) => inWords(error as SourceError),
  );
}
/** As it stands on screen: in English the same, in German in German; what the CRM itself says stays in both. */
function inWords(error: SourceError): SourceError {
  expect(troubleWords({ said: error.said }, catalogues.en)).toBe(error.message);
  const german = troubleWords({ said: error.said }, catalogues.de);
  const { words = '' } = error.said.facts;
  expect(german).toContain(words);
  expect(german.replace(String(words), '').replaceAll(/„[^“]*“/g, '')).not.toMatch(english);
  return error;
}
const english = /\b(the|and|is|are|not|you|your|only|from|this|that|choose|again|at|of|connect|baton tries)\b/i;

describe('HubSpot', () => {
  const said = (status: number, category: string, message: string, more: object = {}, headers: Record<string, string> = {}): Reply => ({
    status,
    body: { status: 'error', category, message, correlationId: 'x', ...more },
    headers,
  });
  const refusedProperties = `Property values were not valid: ${JSON.stringify([
    {
      isValid: false,
      message: 'SQL was not one of the allowed options: [lead, customer]',
      error: 'INVALID_OPTION',
      name: 'lifecyclestage',
    },
    { isValid: false, message: 'Decision date is required to set this stage.', error: 'REQUIRED_FIELD', name: 'decision_date' },
  ])}`;
  test.each<[string, Reply, string, string]>([
    [
      'an admin’s rule',
      said(400, 'VALIDATION_ERROR', refusedProperties),
      'refused',
      'HubSpot: SQL was not one of the allowed options: [lead, customer] Decision date is required to set this stage.',
    ],
    [
      'particular errors',
      said(400, 'VALIDATION_ERROR', 'Invalid input JSON', { errors: [{ message: 'Some required fields were not set: [amount]' }] }),
      'refused',
      'HubSpot: Invalid input JSON Some required fields were not set: [amount]',
    ],
    [
      'a missing scope',
      said(403, 'MISSING_SCOPES', 'This app hasn’t been granted all required scopes to make this call.', {
        errors: [
          {
            message: 'One or more of the following scopes are required.',
            context: { requiredGranularScopes: ['crm.objects.contacts.write'] },
          },
        ],
      }),
      'forbidden',
      'HubSpot: This app hasn’t been granted all required scopes to make this call. One or more of the following scopes are required. It needs: crm.objects.contacts.write.',
    ],
    [
      'somebody else’s change at the same moment',
      said(409, 'CONFLICT', 'Contact already exists. Existing ID: 12'),
      'refused',
      'HubSpot: Contact already exists. Existing ID: 12',
    ],
    [
      'a key that was withdrawn',
      said(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.'),
      'signed-out',
      'HubSpot no longer accepts the key: it was withdrawn or replaced. Connect again with a valid one.',
    ],
    [
      'the daily limit',
      said(429, 'RATE_LIMITS', 'You have reached your daily limit.', { policyName: 'DAILY' }),
      'limit',
      'HubSpot’s daily limit of requests is used up. Baton looks every hour whether a new day began there.',
    ],
    [
      'the rolling limit, for good',
      said(429, 'RATE_LIMITS', 'You have reached your ten_secondly_rolling limit.', { policyName: 'TEN_SECONDLY_ROLLING' }),
      'limit',
      'HubSpot keeps asking to slow down. It goes on in a minute.',
    ],
    [
      'the limit of a second, for good',
      said(429, 'RATE_LIMITS', 'You have reached your secondly limit.', { policyName: 'SECONDLY' }),
      'limit',
      'HubSpot keeps asking to slow down. It goes on in a minute.',
    ],
    ['a record that is locked', said(423, 'LOCKED', 'Locked'), 'away', 'HubSpot is in trouble itself (423). Baton tries again.'],
    [
      'an account on the move',
      said(477, 'MIGRATION_IN_PROGRESS', 'Migration', {}, { 'retry-after': '600' }),
      'away',
      'HubSpot is in trouble itself (477). Baton tries again.',
    ],
    ['trouble of its own', said(500, 'ERROR', 'internal error'), 'away', 'HubSpot is in trouble itself (500). Baton tries again.'],
    ['a gateway', { status: 502, body: '<html>Bad gateway</html>' }, 'away', 'HubSpot is in trouble itself (502). Baton tries again.'],
    ['a time-out', said(504, 'ERROR', 'timeout'), 'away', 'HubSpot is in trouble itself (504). Baton tries again.'],
    [
      'something in between',
      { status: 200, body: '<html>Sign in to the network</html>' },
      'unexpected',
      'HubSpot answers, but not as expected. Check the address, and whether something stands in between.',
    ],
    ['a refusal without words', { status: 400, body: {} }, 'refused', 'HubSpot: the request was refused (400).'],
    [
      'a missing scope without words',
      { status: 403, body: { errors: [{ context: { missingScopes: ['crm.objects.contacts.write'] } }] } },
      'forbidden',
      'HubSpot: a permission is missing. Give it to whoever Baton is connected as. It needs: crm.objects.contacts.write.',
    ],
    ['a page that is not there', { status: 404, body: '<html>' }, 'not-found', 'HubSpot does not know this record.'],
    [
      'a search past its end',
      said(400, 'VALIDATION_ERROR', 'The requested page is beyond the first 10000 results.'),
      'refused',
      'HubSpot: The requested page is beyond the first 10000 results.',
    ],
  ])('%s', async (_, reply, trouble, sentence) => {
    const crm = new FakeHubspot(clock.now);
    crm.put({ email: 'dana@northwind.example', lifecyclestage: 'lead' });
    const error = await told(hubspot, crm, testLink(crm, clock, { token: crm.token }, mapping), reply, 2);
    expect([error.trouble, error.message]).toEqual([trouble, sentence]);
  });

  test('a contact that was deleted meanwhile', async () => {
    const crm = new FakeHubspot(clock.now);
    crm.put({ email: 'dana@northwind.example' });
    const error = await told(
      hubspot,
      crm,
      testLink(crm, clock, { token: crm.token }, mapping),
      said(404, 'OBJECT_NOT_FOUND', 'resource not found'),
      2,
    );
    expect([error.trouble, error.message]).toEqual(['not-found', 'HubSpot: resource not found']);
  });

  test('it waits as long as it is told, and goes on by itself', async () => {
    const crm = new FakeHubspot(clock.now);
    const { id } = crm.put({ email: 'dana@northwind.example', lifecyclestage: 'lead' });
    crm.stages.push('SQL');
    clock.at += 60_000;
    const started = clock.slept;
    crm.trouble = [
      said(429, 'RATE_LIMITS', 'x', { policyName: 'TEN_SECONDLY_ROLLING' }, { 'retry-after': '7' }),
      undefined,
      said(503, 'ERROR', 'x', {}, { 'retry-after': '3' }),
    ];
    await hubspot.push(testLink(crm, clock, { token: crm.token }, mapping), write());
    expect(clock.slept - started).toBe(10_000);
    expect(crm.contacts.get(id)!.properties.lifecyclestage).toBe('SQL');
  });
});

describe('Salesforce', () => {
  const said = (status: number, errorCode: string, message: string, fields: string[] = []): Reply => ({
    status,
    body: [{ errorCode, message, ...(fields.length > 0 && { fields }) }],
  });
  /** The write looks for the lead, asks for its history and then sets the status: that is the fourth call, after signing in. */
  const atTheWrite = 4;
  test.each<[string, Reply, string, string]>([
    [
      'a session that ends again and again',
      said(401, 'INVALID_SESSION_ID', 'Session expired or invalid'),
      'signed-out',
      'Salesforce ended the session and did not start a new one. Connect again.',
    ],
    [
      'the daily limit',
      said(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'),
      'limit',
      'Salesforce’s requests for the last 24 hours are used up. It goes on in an hour.',
    ],
    [
      'a validation rule',
      said(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Set a budget before you work a lead.', ['Budget__c']),
      'refused',
      'Salesforce: Set a budget before you work a lead. (Budget__c)',
    ],
    [
      'a required field',
      said(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [Company]', ['Company']),
      'refused',
      'Salesforce: Required fields are missing: [Company] (Company)',
    ],
    [
      'a field that is not there',
      said(400, 'INVALID_FIELD', "No such column 'Stage__c' on entity 'Lead'"),
      'refused',
      "Salesforce: No such column 'Stage__c' on entity 'Lead'. Choose the field anew in the options, and let the connected user see it.",
    ],
    [
      'a field that may not be set',
      said(
        400,
        'INVALID_FIELD_FOR_INSERT_UPDATE',
        'Unable to create/update fields: Status. Please check the security settings of this field.',
        ['Status'],
      ),
      'refused',
      'Salesforce: Unable to create/update fields: Status. Please check the security settings of this field. (Status). Choose another field in the options, or let the connected user edit it.',
    ],
    [
      'a value that is not in the list',
      said(400, 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'Status: bad value for restricted picklist field: SQL', ['Status']),
      'refused',
      'Salesforce: Status: bad value for restricted picklist field: SQL (Status). Choose the value anew in the options.',
    ],
    [
      'a query it does not understand',
      said(400, 'MALFORMED_QUERY', "unexpected token: 'FORM'"),
      'refused',
      "Salesforce: unexpected token: 'FORM'",
    ],
    [
      'an object the user may not see',
      said(400, 'INVALID_TYPE', "sObject type 'LeadHistory' is not supported."),
      'refused',
      "Salesforce: sObject type 'LeadHistory' is not supported. Let the connected user see it.",
    ],
    [
      'a record somebody else is writing',
      said(400, 'UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record'),
      'away',
      'Somebody else is changing this record in Salesforce just now. Baton tries again. (unable to obtain exclusive access to this record)',
    ],
    [
      'a deleted record',
      said(404, 'ENTITY_IS_DELETED', 'entity is deleted'),
      'not-found',
      'This record was deleted in Salesforce. Restore it there and send it again, or give it up.',
    ],
    [
      'a record that is not there',
      said(404, 'NOT_FOUND', 'The requested resource does not exist'),
      'not-found',
      'Salesforce: The requested resource does not exist',
    ],
    [
      'a record the user may not edit',
      said(400, 'INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id'),
      'forbidden',
      'Salesforce: insufficient access rights on object id',
    ],
    [
      'a record the user may not refer to',
      said(400, 'INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'insufficient access rights on cross-reference id'),
      'forbidden',
      'Salesforce: insufficient access rights on cross-reference id',
    ],
    [
      'an edition without the API',
      said(403, 'API_DISABLED_FOR_ORG', 'The REST API is not enabled for this Organization.'),
      'forbidden',
      'Salesforce: The REST API is not enabled for this Organization. This edition of Salesforce needs API access.',
    ],
    [
      'duplicates',
      said(400, 'DUPLICATES_DETECTED', 'You’re creating a duplicate record.'),
      'refused',
      'Salesforce: You’re creating a duplicate record.',
    ],
    [
      'a query that takes too long',
      said(400, 'QUERY_TIMEOUT', 'Your query request was running for too long.'),
      'away',
      'Salesforce is in trouble itself (QUERY_TIMEOUT). Baton tries again.',
    ],
    [
      'trouble of its own',
      said(503, 'SERVER_UNAVAILABLE', 'The server is unavailable.'),
      'away',
      'Salesforce is in trouble itself (SERVER_UNAVAILABLE). Baton tries again.',
    ],
    ['a gateway', { status: 502, body: '<html>' }, 'away', 'Salesforce is in trouble itself (502). Baton tries again.'],
    [
      'something in between',
      { status: 200, body: '<html>' },
      'unexpected',
      'Salesforce answers, but not as expected. Check the address, and whether something stands in between.',
    ],
    ['a refusal without words', { status: 400, body: [] }, 'refused', 'Salesforce: the request was refused (400).'],
    [
      'a missing right without words',
      { status: 403, body: [] },
      'forbidden',
      'Salesforce: a permission is missing. Give it to whoever Baton is connected as.',
    ],
    ['a page that is not there', { status: 404, body: '<html>' }, 'not-found', 'Salesforce does not know this record.'],
    [
      'a record that somebody changed meanwhile',
      said(412, 'PRECONDITION_FAILED', 'The resource has been modified'),
      'away',
      'Somebody else is changing this record in Salesforce just now. Baton tries again. (The resource has been modified)',
    ],
    [
      'two things at once',
      {
        status: 400,
        body: [
          { errorCode: 'REQUIRED_FIELD_MISSING', message: 'Required fields are missing', fields: ['Company'] },
          { errorCode: 'STRING_TOO_LONG', message: 'Title: data value too large' },
        ],
      },
      'refused',
      'Salesforce: Required fields are missing (Company). Title: data value too large',
    ],
  ])('%s', async (_, reply, trouble, sentence) => {
    const crm = new FakeSalesforce(clock.now);
    crm.add('Lead', { Name: 'Dana', Email: 'dana@northwind.example' });
    const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
    const link = testLink(crm, clock, credentials, mapping);
    const error = await told(salesforce, crm, link, reply, reply.status === 401 ? 2 : atTheWrite);
    // The session that is asked for anew is refused as well, in the words of the sign-in.
    if (reply.status === 401) expect(error.trouble).toBe('signed-out');
    else expect([error.trouble, error.message]).toEqual([trouble, sentence]);
  });

  test('a session that a new sign-in does not mend', async () => {
    const crm = new FakeSalesforce(clock.now);
    const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
    const ended = said(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    crm.trouble = [undefined, ended, undefined, ended];
    await expect(salesforce.push(testLink(crm, clock, credentials, mapping), write())).rejects.toMatchObject({
      trouble: 'signed-out',
      message: 'Salesforce ended the session and did not start a new one. Connect again.',
    });
  });

  test('a converted lead whose contact is gone', async () => {
    const crm = new FakeSalesforce(clock.now);
    crm.add('Lead', { Name: 'Dana', Email: 'dana@northwind.example' });
    const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
    const reply = said(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
    const error = await told(salesforce, crm, testLink(crm, clock, credentials, mapping), reply, atTheWrite);
    expect([error.trouble, error.message]).toEqual(['refused', 'Salesforce: cannot reference converted lead']);
  });

  test('a lock that is let go of', async () => {
    const crm = new FakeSalesforce(clock.now);
    const row = crm.add('Lead', { Name: 'Dana', Email: 'dana@northwind.example' });
    clock.at += 60_000;
    crm.trouble = [undefined, undefined, undefined, said(400, 'UNABLE_TO_LOCK_ROW', 'x')];
    const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
    await salesforce.push(testLink(crm, clock, credentials, mapping), write());
    expect(row.Status).toBe('SQL');
  });
});

describe('Mautic', () => {
  const said = (status: number, message: string): Reply => ({ status, body: { errors: [{ code: status, message, details: {} }] } });
  test.each<[string, Reply, string, string]>([
    ['an error inside a 200', said(200, 'stage: This value is not valid.'), 'refused', 'Mautic: stage: This value is not valid.'],
    [
      'the older shape of an error inside a 200',
      { status: 200, body: { error: { code: 500, message: 'Looks like I encountered an error.' } } },
      'refused',
      'Mautic: Looks like I encountered an error.',
    ],
    ['a bad request', said(400, 'lead: This value is not valid.'), 'refused', 'Mautic: lead: This value is not valid.'],
    [
      'a wrong password',
      said(401, 'API authorization denied.'),
      'signed-out',
      'Mautic does not accept the user name and password. Check them, and that Basic authentication is turned on.',
    ],
    [
      'an API that is turned off',
      said(403, 'API disabled. You need to enable the API in the API settings of your Mautic Configuration.'),
      'forbidden',
      'Mautic: API disabled. You need to enable the API in the API settings of your Mautic Configuration.',
    ],
    [
      'a missing permission',
      said(403, 'You do not have access to the requested area/action.'),
      'forbidden',
      'Mautic: You do not have access to the requested area/action.',
    ],
    [
      'something that is not there',
      said(404, 'Item was not found.'),
      'not-found',
      'Mautic has no contact with this person’s addresses. Add one there, and Baton sends it again.',
    ],
    ['too many requests', said(429, 'API rate limit exceeded.'), 'away', 'Mautic is in trouble itself (429). Baton tries again.'],
    ['trouble of its own', said(500, 'Internal Server Error'), 'away', 'Mautic is in trouble itself (500). Baton tries again.'],
    [
      'another address',
      { status: 200, body: '<html>' },
      'unexpected',
      'This address answers, but not like a Mautic. Enter the address you open Mautic at.',
    ],
    ['a refusal without words', { status: 400, body: {} }, 'refused', 'Mautic: the request was refused (400).'],
    [
      'a missing right without words',
      { status: 403, body: {} },
      'forbidden',
      'Mautic: a permission is missing. Give it to whoever Baton is connected as.',
    ],
    ['a gateway', { status: 502, body: '<html>' }, 'away', 'Mautic is in trouble itself (502). Baton tries again.'],
  ])('%s', async (_, reply, trouble, sentence) => {
    const crm = new FakeMautic(clock.now);
    crm.stages.push({ id: 4, name: 'SQL', weight: 40 });
    const dana = crm.put({ email: 'dana@northwind.example' });
    const link = testLink(crm, clock, { address: 'https://mautic.ridgeway.example', user: 'baton', password: 'secret' }, mapping);
    if (reply.status === 404) crm.remove(dana.id);
    const error = await told(mautic, crm, link, reply.status === 404 ? { status: 200, body: { total: '0', contacts: [] } } : reply, 1);
    expect([error.trouble, error.message]).toEqual([trouble, sentence]);
  });

  test('a stage that was renamed there', async () => {
    const crm = new FakeMautic(clock.now);
    crm.stages = [{ id: 1, name: 'Qualified', weight: 10 }];
    crm.put({ email: 'dana@northwind.example' });
    const link = testLink(crm, clock, { address: 'https://mautic.ridgeway.example', user: 'baton', password: 'secret' }, mapping);
    await expect(mautic.push(link, write())).rejects.toMatchObject({
      trouble: 'refused',
      message: 'Mautic has no stage “SQL” any more. Map it anew in the options.',
    });
  });

  test('an address that is none', async () => {
    const crm = new FakeMautic(clock.now);
    const link = testLink(crm, clock, { address: 'mautic', user: 'baton', password: 'secret' }, mapping);
    await expect(mautic.push(link, write())).rejects.toMatchObject({
      message: '“mautic” is not an address. Enter one like https://crm.example.',
    });
  });
});

describe('signing in', () => {
  const redirect = 'https://baton.example/back';
  const grant = (error: string, error_description: string): Reply => ({ status: 400, body: { error, error_description } });
  const cases: [Source, () => Fake, Record<string, string>, Reply, string, string][] = [
    [
      hubspot,
      () => new FakeHubspot(clock.now),
      {},
      { status: 400, body: { status: 'BAD_AUTH_CODE', message: 'missing or unknown auth code' } },
      'signed-out',
      'HubSpot does not let Baton in: missing or unknown auth code. Connect again.',
    ],
    [
      hubspot,
      () => new FakeHubspot(clock.now),
      {},
      { status: 400, body: { status: 'BAD_REDIRECT_URI', message: 'redirect_uri does not match' } },
      'signed-out',
      'HubSpot does not let Baton in: redirect_uri does not match. Connect again.',
    ],
    [
      hubspot,
      () => new FakeHubspot(clock.now),
      {},
      { status: 503, body: '<html>' },
      'away',
      'HubSpot is in trouble itself (503). Baton tries again.',
    ],
    [
      salesforce,
      () => new FakeSalesforce(clock.now),
      { address: 'https://ridgeway.my.salesforce.example' },
      grant('invalid_grant', 'expired authorization code'),
      'signed-out',
      'Salesforce does not let Baton in: expired authorization code. Connect again.',
    ],
    [
      salesforce,
      () => new FakeSalesforce(clock.now),
      { address: 'https://ridgeway.my.salesforce.example' },
      grant('invalid_client_id', 'client identifier invalid'),
      'signed-out',
      'Salesforce does not let Baton in: client identifier invalid. Connect again.',
    ],
    [
      salesforce,
      () => new FakeSalesforce(clock.now),
      { address: 'https://ridgeway.my.salesforce.example' },
      { status: 503, body: '<html>' },
      'away',
      'Salesforce is in trouble itself (503). Baton tries again.',
    ],
    [
      salesforce,
      () => new FakeSalesforce(clock.now),
      { address: 'https://ridgeway.my.salesforce.example' },
      { status: 200, body: '<html>' },
      'unexpected',
      'Salesforce answers, but not as expected. Check the address, and whether something stands in between.',
    ],
    [
      mautic,
      () => new FakeMautic(clock.now),
      { address: 'https://mautic.ridgeway.example' },
      grant('invalid_grant', 'The authorization code has expired'),
      'signed-out',
      'Mautic does not let Baton in: The authorization code has expired. Connect again.',
    ],
    [
      mautic,
      () => new FakeMautic(clock.now),
      { address: 'https://mautic.ridgeway.example' },
      { status: 500, body: '<html>' },
      'away',
      'Mautic is in trouble itself (500). Baton tries again.',
    ],
  ];
  test.each(cases.map((one) => [`${one[0].name}: ${one[5]}`, ...one] as const))(
    '%s',
    async (_, source, make, credentials, reply, trouble, sentence) => {
      const fake = make();
      const link = testLink(fake, clock, { ...credentials, clientId: 'client', clientSecret: 'secret' }, mapping);
      fake.trouble = Array.from({ length: 20 }, () => reply);
      await expect(source.signIn!.exchange(link, { code: 'x', redirect, verifier: 'v' })).rejects.toMatchObject({
        trouble,
        message: sentence,
      });
    },
  );

  test('a refresh token that Mautic takes no more', async () => {
    const fake = new FakeMautic(clock.now);
    const credentials = { address: 'https://mautic.ridgeway.example', clientId: fake.client.id, clientSecret: fake.client.secret };
    const link = testLink(fake, clock, { ...credentials, refreshToken: 'old' }, mapping);
    await expect(mautic.account(link).then(() => mautic.push(link, write()))).rejects.toMatchObject({
      trouble: 'signed-out',
      message: 'Mautic does not let Baton in: Invalid refresh token. Connect again.',
    });
  });
});

test('the rest of an answer that Salesforce no longer keeps is asked for anew with the next run', async () => {
  const crm = new FakeSalesforce(clock.now);
  crm.batch = 50;
  for (let i = 0; i < 120; i++) crm.add('Lead', { Name: `P${i}`, Email: `p${i}@northwind.example` });
  const credentials = { address: 'https://ridgeway.my.salesforce.example', clientId: crm.client.id, clientSecret: crm.client.secret };
  const link = testLink(crm, clock, credentials, mapping);
  const pulled = async () => {
    const found = new Set<string>();
    for await (const page of salesforce.pull(link, undefined)) for (const a of page.arrivals) found.add(a.sourceId);
    return found.size;
  };
  // Signing in, three counts, and the first part of the leads come before.
  crm.trouble = [
    ...Array.from({ length: 5 }, () => undefined),
    { status: 400, body: [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }] },
  ];
  await expect(pulled()).rejects.toMatchObject({ trouble: 'refused', message: 'Salesforce: invalid query locator' });
  expect(await pulled()).toBe(120);
});

describe('no answer at all', () => {
  const calls: [OutgoingError, string, string][] = [
    [new OutgoingError('unreachable', { host: 'crm.example', why: 'ENOTFOUND' }), 'away', 'crm.example could not be reached (ENOTFOUND).'],
    [new OutgoingError('timeout', { host: 'crm.example' }), 'away', 'crm.example did not answer in time.'],
    [
      new OutgoingError('redirect', { host: 'crm.example' }),
      'unexpected',
      'crm.example sends calls elsewhere. Enter the address it stands at.',
    ],
    [new OutgoingError('too-large', { host: 'crm.example', bytes: 9 }), 'unexpected', 'crm.example answered with more than 9 bytes.'],
    [
      new OutgoingError('bad-address', { address: 'crm' }),
      'unexpected',
      '“crm” is not an address that can be called. Use https://host/path.',
    ],
    [
      new OutgoingError('plain-http', { host: 'crm.example' }),
      'unexpected',
      'crm.example would be called without encryption. Use https, or let an admin allow this host.',
    ],
    [
      new OutgoingError('inside', { host: '10.0.0.1' }),
      'unexpected',
      '10.0.0.1 is an address inside this network. An admin can allow the host in the settings.',
    ],
  ];
  const sources: [Source, Record<string, string>][] = [
    [hubspot, { token: 'x' }],
    [salesforce, { address: 'https://crm.example', clientId: 'x', clientSecret: 'x' }],
    [mautic, { address: 'https://crm.example', user: 'x', password: 'x' }],
  ];
  test.each(
    sources.flatMap(([source, credentials]) => calls.map((one) => [source.name, one[0].code, source, credentials, ...one] as const)),
  )('%s: %s', async (_, __, source, credentials, cause, trouble, sentence) => {
    const link = testLink(new FakeHubspot(clock.now), clock, credentials, mapping);
    link.call = () => Promise.reject(cause);
    const error = inWords((await source.push(link, write()).catch((caught) => caught)) as SourceError);
    expect([error.trouble, error.message]).toEqual([trouble, sentence]);
  });
});
