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
/** `32 min 40 s`; days and hours without the seconds. */
const duration = (from, to) => {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const [days, hours, minutes] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
};
/** Names between backticks are shown as code; the rest stays text. */
const prose = (text) => text.split('`').map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
/** `links` by text, for those that have one. */
const each = (texts, links = new Map()) =>
  [...new Set(texts)].map((text) => {
    const href = links.get(text);
    const more = href === undefined ? [] : [' ', element('a', { href, rel: 'noreferrer' }, 'CloudTrail')];
    return element('div', {}, ...prose(text), ...more);
  });
const fill = (id, children) => document.getElementById(id).replaceChildren(...children);
const facts = (pairs) =>
  element(
    'dl',
    {},
    ...pairs
      .filter(([, texts]) => texts.length > 0)
      .flatMap(([label, texts, links]) => [element('dt', {}, label), element('dd', {}, ...each(texts, links))]),
  );

let chosen;

const KINDS = {
  opened: 'fail',
  changed: 'fail',
  resolved: 'pass',
  gone: 'waived',
  'lost-sight': 'unknown',
  'regained-sight': 'pass',
  escalated: 'fail',
  reminder: 'fail',
  'waiver-ends': 'waived',
};
const RANK = { fail: 0, unknown: 1, waived: 2, pass: 3 };

function networkButton(head) {
  const { pass, fail, unknown } = head.summary;
  const button = element(
    'button',
    {
      type: 'button',
      id: `network-${head.network}`,
      'aria-pressed': String(head.network === chosen),
      class: head.verdict,
    },
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
    const sinces = sorted
      .filter((one) => one.status === worst.status)
      .map((one) => one.since)
      .sort();
    // Broken since the first subject broke, well since the last one was mended.
    const since = worst.status === 'pass' ? sinces.at(-1) : sinces[0];
    return {
      worst,
      card: element(
        'article',
        { class: `item ${worst.status}` },
        element('h3', {}, element('span', { class: 'word' }, worst.status), ` ${worst.title}`),
        element('p', { class: 'dim' }, `${worst.requirement} · ${worst.severity}`),
        facts([
          ['What', bad.flatMap((one) => one.reasons.map((reason) => reason.message))],
          ['Where', bad.map((one) => one.subject)],
          ['To do', bad.flatMap((one) => one.fixes.map((fix) => fix.title))],
          ['Since', [clock(since)]],
        ]),
        ...(bad.length > 0
          ? []
          : [
              element(
                'details',
                { id: `where-${worst.requirement}` },
                element('summary', {}, `holds in ${sorted.length} ${sorted.length === 1 ? 'place' : 'places'}`),
                ...each(sorted.map((one) => one.subject)),
              ),
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
  const news = [...batch.transitions, ...(batch.reminders ?? [])];
  const kinds = [...new Set(news.map((one) => one.kind))];
  const kind = kinds.map((one) => KINDS[one]).sort((a, b) => RANK[a] - RANK[b])[0];
  const closed = news.filter((one) => one.kind === 'resolved' || one.kind === 'gone');
  const who = new Map(
    news.flatMap((one) =>
      one.attribution.map((by) => [
        `${by.actor}: ${by.operation} on ${by.objects.join(', ')}, ${clock(by.at)}, ${by.tool}`,
        by.link,
      ]),
    ),
  );
  return element(
    'li',
    { class: `item ${kind}` },
    element('p', {}, element('span', { class: 'word' }, kinds.join(', ')), ` ${clock(batch.at)}`),
    facts([
      ['Requirements', news.map((one) => `${one.title} (${one.requirement})`)],
      [
        closed.length === news.length ? 'Was' : 'What',
        news.flatMap((one) => one.reasons.map((reason) => reason.message)),
      ],
      [closed.length === news.length ? 'Mended by' : 'Who', [...who.keys()], who],
      ['Lasted', closed.map((one) => duration(one.openedAt, one.at))],
    ]),
    element(
      'details',
      { id: `batch-${batch.version}` },
      element('summary', {}, `${news.length} ${news.length === 1 ? 'finding' : 'findings'}`),
      ...each(news.map((one) => `${one.kind}: ${one.requirement}, ${one.subject}`)),
    ),
  );
}

/** What is shown now: the page is only touched when there is news, so that nothing closes or loses the focus under somebody's hands. */
let shown;

async function refresh() {
  const state = document.getElementById('state');
  try {
    const { networks } = await read('/networks');
    chosen ??= networks[0]?.network;
    if (chosen === undefined) {
      state.textContent = 'nothing scanned yet';
      return;
    }
    const [{ findings }, { batches }] = await Promise.all([
      read(`/networks/${chosen}/findings`),
      read(`/networks/${chosen}/history`),
    ]);
    const news = JSON.stringify([chosen, networks, findings, batches]);
    if (news === shown) return;
    const open = [...document.querySelectorAll('details[open]')].map((one) => one.id);
    const focused = document.activeElement?.id || document.activeElement?.parentElement?.id;
    fill('networks', networks.map(networkButton));
    fill('findings', requirementCards(findings));
    fill('timeline', batches.map(timelineItem));
    for (const id of open) document.getElementById(id)?.setAttribute('open', '');
    const again = focused ? document.getElementById(focused) : null;
    (again?.querySelector('summary') ?? again)?.focus();
    const head = networks.find((one) => one.network === chosen);
    state.textContent = `${chosen}: ${head.verdict}, last scan ${clock(head.lastScanAt)}`;
    shown = news;
  } catch (error) {
    shown = undefined;
    state.textContent = `cannot be read: ${error.message}`;
  }
}

await refresh();
setInterval(refresh, 10_000);
