import { writeFileSync } from 'node:fs';
import { KINDS_DOCUMENT, kindsMarkdown } from '../infra/kinds-markdown.ts';

/** Writes docs/kinds.md (run in the project's folder); a test fails when it is not what this would write. */
writeFileSync(KINDS_DOCUMENT, kindsMarkdown());
