/// Assertions about maps, events, runs, packets and what programs print. They need no library;
/// [org.ebpf4j.junit.assertion.BpfAssertions] is where they begin.
@NullMarked
package org.ebpf4j.junit.assertion;

import org.jspecify.annotations.NullMarked;
