/// Fuzzing without a fuzzer: targets, each with its seeds; what damages seeds where it hurts; the
/// limits that a case must keep; and a driver that counts cases.
@NullMarked
package org.ebpf4j.testkit.fuzz;

import org.jspecify.annotations.NullMarked;
