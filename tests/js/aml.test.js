/** A pasted AML message: where the caller is, and never a place where there is none. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readAml } from "../../static/js/console/aml.js";

test("the example of the standard is read", () => {
  const text = 'A"ML=1;lt=+54.76397;lg=-0.18305;rd=50;top=20130717141935;lc=90;pm=W;si=1;ei=2;mcc=234;mnc=30;ml=128';
  assert.deepEqual(readAml(text), { location: [-0.18305, 54.76397], radius_m: 50 });
});

for (const text of [
  'A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;top=20130717141935;lc=00;pm=N',
  'A"ML=1;lt=+0.0;lg=+0.0;rd=10;pm=G',
  'A"ML=1;lt=foo;lg=+19.8;rd=10;pm=G',
  'A"ML=1;lt=+95.0;lg=+19.8;rd=10;pm=G',
  'A"ML=1;lt=+45.2;rd=10',
  'A"ML=1',
])
  test(`“${text}” holds no location`, () => assert.equal(readAml(text), null));

for (const text of ["", "Futoška 46", "AML", "45.2, 19.8"]) test(`“${text}” is no AML`, () => assert.equal(readAml(text), undefined));
