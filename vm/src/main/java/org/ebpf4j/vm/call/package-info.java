/// Calls that programs make of the kernel: functions that tests add, and what was asked for.
@NullMarked
package org.ebpf4j.vm.call;

import org.jspecify.annotations.NullMarked;
