/** `npm start`, first half: everything that must be there before the server can run. */
import { buildPages, installPackages } from './install.mjs';

installPackages();
buildPages();
