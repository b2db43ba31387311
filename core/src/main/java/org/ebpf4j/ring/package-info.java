/// Ring buffers, user ring buffers and perf buffers, over memory that a kernel shares.
@NullMarked
package org.ebpf4j.ring;

import org.jspecify.annotations.NullMarked;
