// npm's packages, which do not lie beside these files: the build put them into a folder of its own.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const packagesFolder = process.env.PAYSYNC_CLIENTS;
if (!packagesFolder) throw new Error('PAYSYNC_CLIENTS is not set: run these files with ctest -L clients');
const require = createRequire(path.join(packagesFolder, 'package.json'));

/** A CommonJS package. */
export const load = (name) => require(name);

/** A package of ES modules. */
export const loadModule = (name) => import(pathToFileURL(require.resolve(name)));
