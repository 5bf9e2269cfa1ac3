import { writeFileSync } from 'node:fs';
import { CATALOGUES } from '../shared/core/requirements/catalogue.ts';
import { catalogueMarkdown } from '../shared/core/requirements/catalogue-markdown.ts';

/** Writes docs/requirements.md (run in the project's folder); a test fails when it is not what this would write. */
writeFileSync('docs/requirements.md', CATALOGUES.map(catalogueMarkdown).join('\n'));
