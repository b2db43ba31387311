/// What is written down of runs: steps, coverage, calls, printed lines.
@NullMarked
package org.ebpf4j.vm.internal.record;

import org.jspecify.annotations.NullMarked;
