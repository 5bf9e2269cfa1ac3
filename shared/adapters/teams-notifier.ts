import { renderTeams } from '../core/alerts/render-teams.ts';
import type { Notifier } from '../ports.ts';
import type { Answer, HttpSender } from './http-sender.ts';
import { urlIn } from './outlet-secret.ts';

export interface TeamsOptions {
  readonly name: string;
  /** Holds the URL of a workflow that begins with "When a Teams webhook request is received". */
  readonly secret: () => Promise<string>;
  readonly http: HttpSender;
}

/**
 * Teams posts messages of about 28 KB with all that it adds (Microsoft Teams connector, known issues, read 2026-11-26). A workflow answers 202 before it
 * posts, so a card that is too large would be lost without a word: a good part is kept free.
 */
const MAX_BYTES = 20_000;

/** Incoming webhooks of the old kind answer 200 with the failure in words ("… endpoint returned HTTP error 413 …"). */
function readAnswer(answer: Answer): Answer {
  const status = /returned HTTP error (\d{3})/.exec(answer.body)?.[1];
  return answer.status === 200 && status !== undefined ? { status: Number(status), body: '' } : answer;
}

/** Posts an Adaptive Card to a workflow of Microsoft Teams. */
export const teamsNotifier = ({ name, secret, http }: TeamsOptions): Notifier => ({
  name,
  deliver: async (alert) => {
    const url = urlIn(name, await secret());
    await http(name, alert).postFitting((candidate) => JSON.stringify(renderTeams(candidate)), MAX_BYTES, {
      url,
      read: readAnswer,
    });
  },
});
