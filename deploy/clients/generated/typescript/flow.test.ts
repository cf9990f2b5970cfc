// Drives Plimsoll with a TypeScript client generated from its document.
import assert from 'node:assert/strict';
import test from 'node:test';
import {
  Configuration,
  CreateLoadBalancerPayload,
  ListenerProtocolEnum,
  LoadBalancersApi,
  NetworkRoleEnum,
  Problem,
  ProblemFromJSON,
  ResponseError,
  TargetPoolsApi,
} from './client';

const patienceMillis = 30_000;
const projectId = process.env.PLIMSOLL_PROJECT!;
const at = { projectId, region: 'eu01' };
const one = { ...at, name: 'generated-typescript' };

test('a load balancer is ordered, changed and removed', async () => {
  const configuration = new Configuration({
    basePath: process.env.PLIMSOLL_URL,
    accessToken: process.env.PLIMSOLL_TOKEN,
  });
  const api = new LoadBalancersApi(configuration);

  const made = await api.createLoadBalancer({ ...at, createLoadBalancerPayload: payload, prefer: 'wait=30' });
  assert.equal(made.status, 'STATUS_READY');

  const response = await api.getLoadBalancerRaw(one);
  const found = await response.value();
  assert.equal(response.raw.headers.get('ETag'), `"${found.version}"`);
  const list = await api.listLoadBalancers(at);
  assert.deepEqual(list.loadBalancers.map(it => it.name), [one.name]);

  const updateLoadBalancerPayload = {
    version: found.version,
    externalAddress: found.externalAddress,
    listeners: found.listeners,
    targetPools: found.targetPools,
    planId: 'p50',
  };
  const updated = await api.updateLoadBalancer({ ...one, updateLoadBalancerPayload });
  assert.equal(updated.planId, 'p50');

  const pool = await new TargetPoolsApi(configuration).updateTargetPool({
    ...one,
    targetPoolName: 'web',
    updateTargetPoolPayload: { targetPort: 9090, targets: [{ ip: '127.0.0.13' }] },
  });
  assert.equal(pool.targetPort, 9090);

  const stale = await problem(() => api.updateLoadBalancer({ ...one, updateLoadBalancerPayload }));
  assert.equal(stale.code, 10);
  assert.equal(stale.type, '/problems/stale-version');

  await api.deleteLoadBalancer(one);
  const gone = await problem(async () => {
    for (const deadline = Date.now() + patienceMillis; Date.now() < deadline; ) {
      await api.getLoadBalancer(one);
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  });
  assert.equal(gone.message, 'load balancer not found');
});

const payload: CreateLoadBalancerPayload = {
  name: one.name,
  externalAddress: '127.0.0.243',
  networks: [{ networkId: '2028e5d4-af4f-45e2-98df-502be37a4317', role: NetworkRoleEnum.RoleListenersAndTargets }],
  listeners: [{ port: 8000, protocol: ListenerProtocolEnum.ProtocolTcp, targetPool: 'web' }],
  targetPools: [{ name: 'web', targetPort: 9080, targets: [{ ip: '127.0.0.11' }] }],
};

async function problem(refused: () => Promise<unknown>): Promise<Problem> {
  try {
    await refused();
  } catch (error) {
    assert(error instanceof ResponseError);
    return ProblemFromJSON(await error.response.json());
  }
  return assert.fail('not refused');
}
