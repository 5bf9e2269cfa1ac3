// Everything is put into the page as text, never as markup.
const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const clock = (iso) => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
const read = async (path) => {
  const response = await fetch(path);
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `HTTP ${response.status}`);
  return body;
};
const fill = (id, children) => document.getElementById(id).replaceChildren(...children);
const facts = (pairs) =>
  element(
    'dl',
    {},
    ...pairs
      .filter(([, text]) => text !== '')
      .flatMap(([label, text]) => [element('dt', {}, label), element('dd', {}, text)]),
  );

let chosen;

const KINDS = {
  opened: 'fail',
  changed: 'fail',
  resolved: 'pass',
  gone: 'waived',
  'lost-sight': 'unknown',
  'regained-sight': 'pass',
};
const RANK = { fail: 0, unknown: 1, waived: 2, pass: 3 };

function networkButton(head) {
  const { pass, fail, unknown } = head.summary;
  const button = element(
    'button',
    { type: 'button', 'aria-pressed': String(head.network === chosen), class: head.verdict },
    element('span', { class: 'word' }, head.network),
    ` ${head.verdict}`,
    element('br'),
    element('span', { class: 'dim' }, `${pass} pass, ${fail} fail, ${unknown} unknown · ${clock(head.lastScanAt)}`),
  );
  button.addEventListener('click', () => {
    chosen = head.network;
    refresh();
  });
  return element('li', {}, button);
}

/** One card a requirement: its worst subjects first. */
function requirementCards(findings) {
  const groups = Map.groupBy
    ? Map.groupBy(findings, (one) => one.requirement)
    : findings.reduce((map, one) => map.set(one.requirement, [...(map.get(one.requirement) ?? []), one]), new Map());
  const cards = [...groups.values()].map((group) => {
    const sorted = [...group].sort((a, b) => RANK[a.status] - RANK[b.status]);
    const [worst] = sorted;
    const bad = sorted.filter((one) => one.status !== 'pass');
    const reasons = [...new Set(bad.flatMap((one) => one.reasons.map((reason) => reason.message)))];
    return {
      worst,
      card: element(
        'article',
        { class: `item ${worst.status}` },
        element('h3', {}, element('span', { class: 'word' }, worst.status), ` ${worst.title}`),
        element('p', { class: 'dim' }, `${worst.requirement} · ${worst.severity}`),
        facts([
          ['Where', (bad.length > 0 ? bad : sorted).map((one) => one.subject).join(', ')],
          ['What', reasons.join('; ')],
          ['To do', [...new Set(bad.flatMap((one) => one.fixes.map((fix) => fix.title)))].join('; ')],
          ['Since', clock(worst.since)],
        ]),
      ),
    };
  });
  return cards.sort((a, b) => RANK[a.worst.status] - RANK[b.worst.status]).map(({ card }) => card);
}

function timelineItem(batch) {
  if (batch.baseline) {
    return element(
      'li',
      { class: `item ${batch.verdict}` },
      element('p', {}, element('span', { class: 'word' }, 'first scan'), ` ${clock(batch.at)}`),
    );
  }
  const news = batch.transitions.map((one) => `${one.kind} ${one.requirement} (${one.subject})`);
  const kind = KINDS[batch.transitions[0].kind];
  const who = [
    ...new Set(
      batch.transitions.flatMap((one) =>
        one.attribution.map((by) => `${by.actor}: ${by.operation}, ${clock(by.at)}, ${by.tool}`),
      ),
    ),
  ];
  const reasons = [...new Set(batch.transitions.flatMap((one) => one.reasons.map((reason) => reason.message)))];
  return element(
    'li',
    { class: `item ${kind}` },
    element(
      'p',
      {},
      element('span', { class: 'word' }, [...new Set(batch.transitions.map((one) => one.kind))].join(', ')),
      ` ${clock(batch.at)}`,
    ),
    facts([
      ['What', reasons.join('; ')],
      ['Who', who.join('; ')],
    ]),
    element(
      'details',
      {},
      element('summary', {}, `${news.length} findings`),
      ...news.map((text) => element('p', { class: 'dim' }, text)),
    ),
  );
}

async function refresh() {
  const state = document.getElementById('state');
  try {
    const { networks } = await read('/networks');
    chosen ??= networks[0]?.network;
    fill('networks', networks.map(networkButton));
    if (chosen === undefined) {
      state.textContent = 'nothing scanned yet';
      return;
    }
    const [{ findings }, { batches }] = await Promise.all([
      read(`/networks/${chosen}/findings`),
      read(`/networks/${chosen}/history`),
    ]);
    fill('findings', requirementCards(findings));
    fill('timeline', batches.map(timelineItem));
    state.textContent = `${chosen}, read ${clock(new Date().toISOString())}`;
  } catch (error) {
    state.textContent = `cannot be read: ${error.message}`;
  }
}

await refresh();
setInterval(refresh, 10_000);
