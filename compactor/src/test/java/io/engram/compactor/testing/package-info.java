/** Blocks with samples, for the tests of all packages. */
package io.engram.compactor.testing;
