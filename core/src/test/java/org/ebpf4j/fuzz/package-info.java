/// Fuzz targets of core, and the tests that give each some cases. `fuzz/run` gives them to the
/// fuzzer Jazzer, `fuzz/cases` millions of cases.
@NullMarked
package org.ebpf4j.fuzz;

import org.jspecify.annotations.NullMarked;
