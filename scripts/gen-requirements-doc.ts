import { writeFileSync } from 'node:fs';
import { CATALOGUES } from '../shared/core/requirements/catalogue.ts';
import { catalogueMarkdown, documentOf } from '../shared/core/requirements/catalogue-markdown.ts';

/** Writes docs/requirements*.md (run in the project's folder); a test fails when one is not what this would write. */
for (const catalogue of CATALOGUES) writeFileSync(documentOf(catalogue), catalogueMarkdown(catalogue));
